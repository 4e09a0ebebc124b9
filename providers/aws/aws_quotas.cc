#include "providers/aws/aws_quotas.h"

#include <nlohmann/json.hpp>
#include <optional>

namespace spillway {
namespace {

using nlohmann::json;

// "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances".
constexpr const char* kStandardQuota = "L-1216C47A";

std::string Endpoint(const std::string& region) {
  return "https://servicequotas." + region +
         (region.starts_with("cn-") ? ".amazonaws.com.cn/" : ".amazonaws.com/");
}

std::optional<double> ReadValue(const std::string& body) {
  try {
    return json::parse(body).at("Quota").at("Value").get<double>();
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

// "com.amazonaws…#NoSuchResourceException" or the plain name.
std::string ReadCode(const std::string& body) {
  const json answer = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!answer.is_object() || !answer.contains("__type") || !answer["__type"].is_string()) return "";
  const std::string type = answer["__type"];
  return type.substr(type.find('#') + 1);
}

}  // namespace

Result<std::int64_t> AwsQuotas::StandardVcpu(const std::string& region) {
  const Result<AwsCredentials> credentials = credentials_.Get();
  if (!credentials) return credentials.error();
  HttpRequest request;
  request.method = "POST";
  request.url = endpoint_.empty() ? Endpoint(region) : endpoint_;
  request.headers = {{"Content-Type", "application/x-amz-json-1.1"},
                     {"X-Amz-Target", "ServiceQuotasV20190624.GetServiceQuota"}};
  if (!credentials->session_token.empty()) {
    request.secret_headers = {{"X-Amz-Security-Token", credentials->session_token}};
  }
  request.body = json{{"ServiceCode", "ec2"}, {"QuotaCode", kStandardQuota}}.dump();
  request.aws_signature =
      AwsSignature{region, "servicequotas", credentials->key_id, credentials->secret};
  request.timeout = time_limit_;
  request.where = "servicequotas GetServiceQuota " + region;

  const Result<HttpResponse> response = http_.Send(request);
  if (!response) {
    Error error = response.error();
    error.kind = ErrorKind::kTransient;  // nothing was changed
    return error;
  }
  if (const auto value = response->status == 200 ? ReadValue(response->body) : std::nullopt) {
    return static_cast<std::int64_t>(*value);
  }
  const std::string code = ReadCode(response->body);
  const bool is_denied = response->status == 403 || code == "AccessDeniedException";
  return Error{is_denied ? ErrorKind::kDenied : ErrorKind::kTransient, request.where,
               code.empty() ? "HTTP " + std::to_string(response->status) : code,
               "the quota of on-demand vCPU is not known; quota_vcpu says it instead"};
}

}  // namespace spillway
