// How much an account may have: the Service Quotas API, which is JSON and has a host of its own.
#pragma once

#include <cstdint>
#include <string>

#include "providers/aws/aws_credentials.h"
#include "scaler/model/result.h"
#include "scaler/runtime/http_client.h"

namespace spillway {

// Thread-safe. Blocking.
class AwsQuotas {
 public:
  // `endpoint` replaces the one of AWS in every region; empty: none. The references outlive it.
  AwsQuotas(std::string endpoint, Duration time_limit, AwsCredentialChain& credentials,
            HttpClient& http)
      : endpoint_(std::move(endpoint)),
        time_limit_(time_limit),
        credentials_(credentials),
        http_(http) {}

  // vCPU that on-demand machines of the standard families may have together in `region`. Errors:
  // kDenied without the permission servicequotas:GetServiceQuota, kTransient for whatever else.
  Result<std::int64_t> StandardVcpu(const std::string& region);

 private:
  const std::string endpoint_;
  const Duration time_limit_;
  AwsCredentialChain& credentials_;
  HttpClient& http_;
};

}  // namespace spillway
