#include "providers/aws/ec2_client.h"

#include "providers/aws/aws_errors.h"

namespace spillway {
namespace {

constexpr std::size_t kLongestErrorText = 500;

std::string Where(const std::string& region, const Ec2Request& request) {
  return "ec2 " + request.action + " " + region;
}

std::string Endpoint(const std::string& region) {
  return "https://ec2." + region +
         (region.starts_with("cn-") ? ".amazonaws.com.cn/" : ".amazonaws.com/");
}

// EC2 has such buckets for each account and region; ours are a little smaller, so that other
// programs of the account have something left.
TokenBucket BucketFor(Effect effect) {
  switch (effect) {
    case Effect::kReads: return TokenBucket(10, 50);
    case Effect::kRepeatable: return TokenBucket(5, 20);
    case Effect::kCreates: return TokenBucket(2, 5);
  }
  return TokenBucket(1, 1);
}

Error Refused(const HttpResponse& response, const std::string& where, Effect effect) {
  Error error;
  error.where = where;
  if (const auto body = ReadEc2Error(response.body)) {
    error.kind = Ec2ErrorKind(body->code).value_or(Ec2ErrorKind(response.status));
    error.code = body->code;
    error.text = body->message;
  } else {
    error.kind = Ec2ErrorKind(response.status);
    error.code = "HTTP " + std::to_string(response.status);
    error.text = "the answer is not one of EC2";
  }
  error.kind = Settled(error.kind, effect);
  return error;
}

Error WithoutSecrets(Error error, const AwsCredentials& credentials) {
  for (const Secret& secret : {credentials.secret, credentials.session_token}) {
    error.code = Redact(error.code, secret);
    error.text = Redact(error.text, secret);
  }
  if (error.text.size() > kLongestErrorText) error.text.resize(kLongestErrorText);
  return error;
}

}  // namespace

Ec2Client::Ec2Client(std::string endpoint, Duration time_limit, AwsCredentialChain& credentials,
                     HttpClient& http, const Clock& clock)
    : endpoint_(std::move(endpoint)),
      time_limit_(time_limit),
      credentials_(credentials),
      http_(http),
      clock_(clock) {}

Result<std::string> Ec2Client::Call(const std::string& region, const Ec2Request& request) {
  if (!MayCall(region, request.effect)) {
    return Error{ErrorKind::kThrottled, Where(region, request), "LocalLimit",
                 "called more often than the account's rate allows; nothing was sent"};
  }
  const Result<AwsCredentials> credentials = credentials_.Get();
  if (!credentials) return credentials.error();
  Result<std::string> answer = Send(region, request, *credentials);
  if (answer || !IsExpiredCredentials(answer.error().code)) return answer;

  const Result<AwsCredentials> fresh = credentials_.Refresh();
  if (!fresh) return fresh.error();
  return Send(region, request, *fresh);
}

bool Ec2Client::MayCall(const std::string& region, Effect effect) {
  const std::lock_guard lock(mutex_);
  auto bucket = buckets_.find({region, effect});
  if (bucket == buckets_.end()) {
    bucket = buckets_.emplace(std::pair(region, effect), BucketFor(effect)).first;
  }
  return bucket->second.TryTake(clock_.Now());
}

Result<std::string> Ec2Client::Send(const std::string& region, const Ec2Request& request,
                                    const AwsCredentials& credentials) {
  HttpRequest http;
  http.method = "POST";
  http.url = endpoint_.empty() ? Endpoint(region) : endpoint_;
  http.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
  if (!credentials.session_token.empty()) {
    http.secret_headers = {{"X-Amz-Security-Token", credentials.session_token}};
  }
  http.body = request.FormBody();
  http.timeout = time_limit_;
  http.aws_signature = AwsSignature{region, "ec2", credentials.key_id, credentials.secret};
  http.where = Where(region, request);

  const Result<HttpResponse> response = http_.Send(http);
  if (!response) {
    Error error = response.error();
    if (error.kind == ErrorKind::kUnknownOutcome) error.kind = Settled(error.kind, request.effect);
    return WithoutSecrets(std::move(error), credentials);
  }
  if (response->status >= 200 && response->status < 300) return response->body;
  return WithoutSecrets(Refused(*response, http.where, request.effect), credentials);
}

Error UnreadableAnswer(const std::string& region, const Ec2Request& request) {
  return {Settled(ErrorKind::kTransient, request.effect), Where(region, request), "",
          "the answer is not the document that was expected"};
}

}  // namespace spillway
