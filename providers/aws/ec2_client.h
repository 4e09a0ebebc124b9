// Sends EC2 requests: endpoint, credentials, signature, rate, and what an answer means.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "providers/aws/aws_credentials.h"
#include "providers/aws/ec2_api.h"
#include "providers/effect.h"
#include "providers/token_bucket.h"
#include "scaler/model/result.h"
#include "scaler/runtime/clock.h"
#include "scaler/runtime/http_client.h"

namespace spillway {

// Thread-safe. Calls block; each has a time limit.
class Ec2Client {
 public:
  // `endpoint` replaces the one of AWS in every region; empty: none. `time_limit` is of each call.
  // The references outlive it.
  Ec2Client(std::string endpoint, Duration time_limit, AwsCredentialChain& credentials,
            HttpClient& http, const Clock& clock);

  // The body of a good answer. The request is sent once; only when EC2 refuses it because its
  // credentials or its time are out of date, it is sent again with fresh ones.
  // Errors have the kind of the table in aws_errors.cc. kThrottled is also said here, without
  // asking, when the region was called too often. For a request that creates, kUnknownOutcome is
  // whatever leaves open that it was carried out; other requests are kTransient then, because
  // they can be repeated.
  Result<std::string> Call(const std::string& region, const Ec2Request& request);

 private:
  bool MayCall(const std::string& region, Effect effect);
  Result<std::string> Send(const std::string& region, const Ec2Request& request,
                           const AwsCredentials& credentials);

  const std::string endpoint_;
  const Duration time_limit_;
  AwsCredentialChain& credentials_;
  HttpClient& http_;
  const Clock& clock_;

  std::mutex mutex_;  // guards `buckets_`
  std::map<std::pair<std::string, Effect>, TokenBucket> buckets_;
};

// An answer with a good status that could not be read: what that means for such a request.
Error UnreadableAnswer(const std::string& region, const Ec2Request& request);

}  // namespace spillway
