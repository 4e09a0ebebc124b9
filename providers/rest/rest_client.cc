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
  if (const std::optional<Error> reason = WhyNotNow(call)) return *reason;
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
  if (error.kind == ErrorKind::kTransient) return NobodyAnswered(error, /*is_certain=*/true);
  if (error.kind == ErrorKind::kUnknownOutcome) error.kind = Settled(error.kind, call.effect);
  return error;
}

Result<json> RestClient::Read(const RestCall& call, const HttpResponse& response) {
  if (!IsGood(response)) return Refused(call, response);
  json answer = nullptr;
  if (!response.body.empty()) {
    answer = json::parse(response.body, nullptr, /*allow_exceptions=*/false);
    if (answer.is_discarded()) {
      return NobodyAnswered(Unreadable(call, "it is not JSON"), /*is_certain=*/true);
    }
  }
  SomebodyAnswered();
  return answer;
}

Error RestClient::Refused(const RestCall& call, const HttpResponse& response) {
  RefusalWords words;
  try {
    words = api_.read_words(json::parse(response.body));
  } catch (const json::exception&) {
    // Not in the API's own words: only the status tells.
  }
  const ErrorKind kind = KindOf(api_.rules, response.status, words);
  Error error;
  error.kind = Settled(kind, call.effect);
  error.where = Where(call);
  error.code = words.code.empty() ? "HTTP " + std::to_string(response.status) : words.code;
  error.text = words.text.empty() ? "the answer says no more" : words.text;
  if (words.code.empty() && words.text.empty()) {
    // A gateway in front of the API is ill, refuses or slows down in words of its own, too.
    return NobodyAnswered(std::move(error), /*is_certain=*/kind == ErrorKind::kInvalid);
  }
  SomebodyAnswered();
  return error;
}

std::optional<Error> RestClient::WhyNotNow(const RestCall& call) {
  const std::lock_guard lock(mutex_);
  const Time now = clock_.Now();
  if (absence_.IsCertain(now)) {
    return Error{ErrorKind::kDenied, Where(call), "LeftAlone", api_.when_absent};
  }
  if (BucketFor(call).TryTake(now)) return std::nullopt;
  return Error{ErrorKind::kThrottled, Where(call), "LocalLimit",
               "called more often than the account's rate allows; nothing was sent"};
}

Error RestClient::NobodyAnswered(Error error, bool is_certain) {
  if (api_.when_absent.empty()) return error;
  error.text += "; " + api_.when_absent;
  if (is_certain) {
    const std::lock_guard lock(mutex_);
    absence_.NobodyAnswered(clock_.Now());
  }
  return error;
}

void RestClient::SomebodyAnswered() {
  const std::lock_guard lock(mutex_);
  absence_.SomebodyAnswered();
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
