#include "providers/rest/rest_client.h"

namespace spillway {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestErrorText = 500;
constexpr int kUnauthorised = 401;

bool IsGood(const HttpResponse& response) {
  return response.status >= 200 && response.status < 300;
}

// "Bearer KEY" -> "KEY".
Secret WithoutScheme(const Secret& value) {
  return Secret(value.Reveal().substr(value.Reveal().find(' ') + 1));
}

// Texts of the other side may repeat what was sent to it, with the word before the key or without.
Error WithoutSecrets(Error error, const SecretHeaders& credentials) {
  for (const auto& [name, value] : credentials) {
    const Secret key = WithoutScheme(value);
    error.code = Redact(error.code, key);
    error.text = Redact(error.text, key);
  }
  if (error.text.size() > kLongestErrorText) error.text.resize(kLongestErrorText);
  return error;
}

}  // namespace

RestClient::RestClient(RestApi api, Authorisation& authorisation, HttpClient& http,
                       const Clock& clock)
    : api_(std::move(api)), authorisation_(authorisation), http_(http), clock_(clock) {}

Result<json> RestClient::Call(const RestCall& call) {
  if (!MayCall(call)) {
    return Error{ErrorKind::kThrottled, Where(call), "LocalLimit",
                 "called more often than the account's rate allows; nothing was sent"};
  }
  for (bool is_renewed = false;; is_renewed = true) {
    const Result<SecretHeaders> credentials = authorisation_.Headers();
    if (!credentials) return credentials.error();
    const Result<HttpResponse> response = Send(call, *credentials);
    if (!response) return WithoutSecrets(response.error(), *credentials);
    if (response->status == kUnauthorised && !is_renewed && authorisation_.Renew()) continue;

    Result<json> answer = Read(call, *response);
    if (!answer) return WithoutSecrets(answer.error(), *credentials);
    return answer;
  }
}

Error RestClient::Unreadable(const RestCall& call, const std::string& problem) const {
  return {Settled(ErrorKind::kTransient, call.effect), Where(call), "",
          "the answer is not what was expected: " + problem};
}

Result<HttpResponse> RestClient::Send(const RestCall& call, const SecretHeaders& credentials) {
  HttpRequest request;
  request.method = call.method;
  request.url = api_.base_url + call.path;
  request.headers = call.headers;
  request.headers.emplace_back("Accept", "application/json");
  if (!call.body.is_null()) {
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = call.body.dump();
  }
  request.secret_headers = credentials;
  request.tls = api_.tls;
  request.timeout = api_.time_limit;
  request.where = Where(call);

  const Result<HttpResponse> response = http_.Send(request);
  if (response) {
    Heed(call, *response);
    return response;
  }
  Error error = response.error();
  if (error.kind == ErrorKind::kUnknownOutcome) error.kind = Settled(error.kind, call.effect);
  return error;
}

Result<json> RestClient::Read(const RestCall& call, const HttpResponse& response) const {
  if (!IsGood(response)) return Refused(call, response);
  if (response.body.empty()) return json(nullptr);
  json answer = json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  if (answer.is_discarded()) return Unreadable(call, "it is not JSON");
  return answer;
}

Error RestClient::Refused(const RestCall& call, const HttpResponse& response) const {
  RefusalWords words;
  try {
    words = api_.read_words(json::parse(response.body));
  } catch (const json::exception&) {
    // Not in the API's own words: only the status tells.
  }
  Error error;
  error.kind = Settled(KindOf(api_.rules, response.status, words), call.effect);
  error.where = Where(call);
  error.code = words.code.empty() ? "HTTP " + std::to_string(response.status) : words.code;
  error.text = words.text.empty() ? "the answer says no more" : words.text;
  return error;
}

bool RestClient::MayCall(const RestCall& call) {
  const std::lock_guard lock(mutex_);
  return BucketFor(call).TryTake(clock_.Now());
}

void RestClient::Heed(const RestCall& call, const HttpResponse& response) {
  if (api_.paused_until == nullptr) return;
  const std::optional<Time> until = api_.paused_until(response, clock_.Now());
  if (!until) return;
  const std::lock_guard lock(mutex_);
  BucketFor(call).PauseUntil(*until);
}

TokenBucket& RestClient::BucketFor(const RestCall& call) {
  const bool changes = call.effect != Effect::kReads;
  const RestApi::Rate& rate = changes ? api_.changes : api_.reads;
  return buckets_
      .try_emplace(std::pair(call.scope, changes), TokenBucket(rate.per_second, rate.burst))
      .first->second;
}

}  // namespace spillway
