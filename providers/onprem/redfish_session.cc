#include "providers/onprem/redfish_session.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "providers/effect.h"
#include "providers/onprem/redfish_api.h"

namespace spillway {
namespace {

using nlohmann::json;

constexpr const char* kTokenHeader = "X-Auth-Token";

bool IsGood(const HttpResponse& response) {
  return response.status >= 200 && response.status < 300;
}

std::string HeaderOf(const HttpResponse& response, const std::string& name) {
  const auto header = response.headers.find(name);
  return header == response.headers.end() ? "" : header->second;
}

}  // namespace

RedfishSession::RedfishSession(RedfishLogin login, HttpClient& http)
    : login_(std::move(login)), http_(http) {}

RedfishSession::~RedfishSession() {
  if (token_.empty() || place_.empty()) return;
  HttpRequest request = Request("DELETE", place_);
  request.secret_headers = {{kTokenHeader, token_}};
  request.timeout = std::chrono::seconds(2);  // nobody waits for a BMC at the end
  static_cast<void>(http_.Send(request));
}

Result<SecretHeaders> RedfishSession::Headers() {
  const std::lock_guard lock(mutex_);
  if (token_.empty()) {
    const Result<Done> done = LogIn();
    if (!done) return done.error();
  }
  return SecretHeaders{{kTokenHeader, token_}};
}

bool RedfishSession::Renew() {
  const std::lock_guard lock(mutex_);
  token_ = Secret();
  return true;
}

Result<Done> RedfishSession::LogIn() {
  const Result<std::string> sessions = SessionsPath();
  if (!sessions) return sessions.error();
  HttpRequest request = Request("POST", *sessions);
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = json{{"UserName", login_.user}, {"Password", login_.password.Reveal()}}.dump();
  const Result<HttpResponse> response = http_.Send(request);
  if (!response) {
    Error error = response.error();
    error.kind = Settled(error.kind, Effect::kRepeatable);
    return error;
  }
  if (!IsGood(*response)) return Refused(*response);
  token_ = Secret(HeaderOf(*response, "x-auth-token"));
  place_ = RedfishPath(HeaderOf(*response, "location"));
  if (!token_.empty()) return Done{};
  return Error{ErrorKind::kTransient, request.where, "",
               "the login was accepted, but the answer has no X-Auth-Token"};
}

// The root may be read by everybody.
Result<std::string> RedfishSession::SessionsPath() const {
  const HttpRequest request = Request("GET", "/redfish/v1/");
  const Result<HttpResponse> response = http_.Send(request);
  if (!response) {
    Error error = response.error();
    error.kind = Settled(error.kind, Effect::kReads);
    return error;
  }
  if (!IsGood(*response)) return Refused(*response);
  try {
    const std::string path = ReadRedfishRoot(json::parse(response->body)).sessions;
    if (!path.empty()) return path;
    return Error{ErrorKind::kInvalid, request.where, "",
                 "this BMC has no sessions: say login: basic"};
  } catch (const json::exception& problem) {
    return Error{ErrorKind::kTransient, request.where, "",
                 std::string("the answer is not what was expected: ") + problem.what()};
  }
}

HttpRequest RedfishSession::Request(const std::string& method, const std::string& path) const {
  HttpRequest request;
  request.method = method;
  request.url = login_.url + path;
  request.headers = {{"Accept", "application/json"}, {"OData-Version", "4.0"}};
  request.tls = login_.tls;
  request.timeout = login_.time_limit;
  request.where = login_.where + " log in";
  return request;
}

Error RedfishSession::Refused(const HttpResponse& response) const {
  RefusalWords words;
  try {
    words = ReadRedfishRefusal(json::parse(response.body));
  } catch (const json::exception&) {
    // Not in Redfish's own words: only the status tells.
  }
  Error error;
  error.kind = KindOf(RedfishErrors(), response.status, words);
  error.where = login_.where + " log in";
  error.code = words.code.empty() ? "HTTP " + std::to_string(response.status) : words.code;
  error.text = words.text.empty() ? "the answer says no more" : words.text;
  error.text = Redact(error.text, login_.password);
  return error;
}

}  // namespace spillway
