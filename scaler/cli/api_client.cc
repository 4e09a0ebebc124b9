#include "scaler/cli/api_client.h"

#include <fmt/core.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "scaler/cli/command_error.h"
#include "scaler/runtime/digest.h"
#include "scaler/runtime/http_stream.h"

namespace spillway {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr std::int64_t kLargestPage = 200;
constexpr int kPosts = 3;  // the same one, when no answer comes
constexpr milliseconds kBetweenPosts{500};
constexpr milliseconds kBeforeConnectingAgain{500};
constexpr std::chrono::seconds kLongestAnswer{15};
// A service that has nothing to say still sends a comment every 15 s.
constexpr std::chrono::seconds kLongestSilence{45};

// What to do about a problem, by the last word of its type.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kNextSteps = {{
    {"token_required", "`spillway tokens add NAME` on the service's machine makes one"},
    {"token_unknown",
     "`spillway tokens add NAME` on the service's machine makes another; a new one is known within "
     "a few seconds"},
    {"scope_too_small",
     "`spillway tokens add NAME` without --cluster, on the service's machine, makes one"},
    {"precondition_failed", "somebody changed it meanwhile: look at it again"},
    {"store_failed", "nothing was done; /readyz and the log say how its store is"},
}};

// "role_too_low": the role that is needed stands in the detail.
std::string RoleStep(const std::string& detail) {
  constexpr std::string_view kBefore = "expected the role ";
  if (!detail.starts_with(kBefore)) return "";
  const std::size_t end = detail.find_first_of(", ;", kBefore.size());
  return "`spillway tokens add NAME --role " + detail.substr(kBefore.size(), end - kBefore.size()) +
         "` on the service's machine makes one";
}

std::string NextStep(const std::string& code, const std::string& detail,
                     const HttpResponse& answer) {
  if (code == "role_too_low") return RoleStep(detail);
  const auto retry = answer.headers.find("retry-after");
  if (retry != answer.headers.end()) return "try again in " + retry->second + " s";
  for (const auto& [word, step] : kNextSteps) {
    if (word == code) return std::string(step);
  }
  return "";
}

ExitCode CodeOf(int status, const std::string& code) {
  if (code == "config_wrong") return kBadConfig;
  if (status == 404) return kNothingThere;
  if (status == 400 || status == 422) return kUsage;
  return kFailed;
}

// Each place that is wrong, on a line of its own; what the detail says already is not repeated.
std::string Places(const json& problem, const std::string& detail) {
  std::string text;
  for (const json& error : problem.value("errors", json::array())) {
    const std::string message = error.value("message", "");
    if (detail.find(message) != std::string::npos) continue;
    text += "\n  " + error.value("path", "") + ": " + message;
  }
  return text;
}

CommandError ErrorOf(const HttpResponse& answer, const ApiSettings& settings) {
  const json problem = json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  const bool is_problem = problem.is_object() && problem.contains("detail") &&
                          problem["detail"].is_string() && problem.contains("type") &&
                          problem["type"].is_string();
  if (!is_problem) {
    return {kFailed, fmt::format("{} answers with status {} and no reason; is that Spillway?",
                                 settings.address, answer.status)};
  }
  const std::string type = problem["type"];
  const std::string code = type.substr(type.rfind(':') + 1);
  const std::string detail = problem["detail"];
  const std::string next = NextStep(code, detail, answer);
  const std::string text = detail + (next.empty() ? "" : "; " + next) + Places(problem, detail);
  return {CodeOf(answer.status, code), Redact(text, settings.token)};
}

CommandError ErrorOf(const Error& error, const ApiSettings& settings) {
  const std::string text = Redact(error.text, settings.token);
  if (error.kind == ErrorKind::kUnknownOutcome) {
    return {kFailed, fmt::format("{} gave no whole answer ({}); what was asked for may be done: "
                                 "look before you repeat it",
                                 settings.address, text)};
  }
  const bool may_be_unknown = settings.address.starts_with("https:") && settings.ca_file.empty();
  return {kFailed,
          fmt::format("{} cannot be reached: {}. Does the service run? --api, SPILLWAY_API "
                      "or api.yaml say where{}",
                      settings.address, text,
                      may_be_unknown ? "; SPILLWAY_CA_FILE or ca_file there, whose "
                                       "certificates are trusted then"
                                     : "")};
}

json Parsed(const HttpResponse& answer, const ApiSettings& settings) {
  json parsed = json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  if (parsed.is_discarded()) {
    throw CommandError(kFailed, settings.address + " does not answer in JSON; is that Spillway?");
  }
  return parsed;
}

// Waits, but no longer than until a signal comes.
void WaitFor(milliseconds time) { poll(nullptr, 0, static_cast<int>(time.count())); }

}  // namespace

ApiSettings ApiOf(const ApiOptions& typed) { return FindApi(typed, ProcessSurroundings()); }

std::string ApiPath(std::initializer_list<std::string_view> parts,
                    std::initializer_list<std::pair<std::string_view, std::string>> query) {
  std::string path = "/v1";
  for (const std::string_view part : parts) path += "/" + PercentEncode(part);
  char before = '?';
  for (const auto& [name, value] : query) {
    if (value.empty()) continue;
    path += before + std::string(name) + "=" + PercentEncode(value);
    before = '&';
  }
  return path;
}

ApiClient::ApiClient(ApiSettings settings) : settings_(std::move(settings)) {}

HttpRequest ApiClient::Request(const std::string& method, const std::string& path) const {
  HttpRequest request;
  request.method = method;
  request.url = settings_.address + path;
  request.headers = {{"Accept", "application/json"}};
  request.secret_headers = {{"Authorization", Secret("Bearer " + settings_.token.Reveal())}};
  request.tls.ca_file = settings_.ca_file;
  request.timeout = kLongestAnswer;
  request.where = method + " " + path;
  return request;
}

HttpResponse ApiClient::Answer(const HttpRequest& request) {
  Result<HttpResponse> answer = http_.Send(request);
  if (!answer) throw ErrorOf(answer.error(), settings_);
  return std::move(*answer);
}

json ApiClient::Get(const std::string& path) {
  const HttpResponse answer = Answer(Request("GET", path));
  if (answer.status != 200) throw ErrorOf(answer, settings_);
  return Parsed(answer, settings_);
}

json ApiClient::List(const std::string& path, std::optional<std::int64_t> most) {
  return Understood(*this, [&] {
    json items = json::array();
    const std::string mark = path.find('?') == std::string::npos ? "?" : "&";
    std::string cursor;
    do {
      const std::int64_t missing =
          most.value_or(kLargestPage + std::ssize(items)) - std::ssize(items);
      std::string page_path =
          fmt::format("{}{}limit={}", path, mark, std::min(missing, kLargestPage));
      if (!cursor.empty()) page_path += "&cursor=" + PercentEncode(cursor);
      const json page = Get(page_path);
      for (const json& item : page.at("items")) items.push_back(item);
      const json& next = page.at("next_cursor");
      cursor = next.is_null() ? "" : next.get<std::string>();
    } while (!cursor.empty() && (!most || std::ssize(items) < *most));
    return items;
  });
}

std::optional<json> ApiClient::Find(const std::string& path) {
  const HttpResponse answer = Answer(Request("GET", path));
  if (answer.status == 404) return std::nullopt;
  if (answer.status != 200) throw ErrorOf(answer, settings_);
  return Parsed(answer, settings_);
}

json ApiClient::Post(const std::string& path, const json& body) {
  HttpRequest request = Request("POST", path);
  request.headers.emplace_back("Content-Type", "application/json");
  request.headers.emplace_back("Idempotency-Key", UnguessableHex());
  request.body = body.dump();
  Result<HttpResponse> answer = http_.Send(request);
  for (int sent = 1; sent < kPosts && !answer; ++sent) {
    if (answer.error().kind != ErrorKind::kUnknownOutcome) break;
    WaitFor(kBetweenPosts);
    answer = http_.Send(request);
  }
  if (!answer) throw ErrorOf(answer.error(), settings_);
  if (answer->status != 200) throw ErrorOf(*answer, settings_);
  return Parsed(*answer, settings_);
}

FollowEnd ApiClient::Follow(const std::string& path, std::string after,
                            const std::function<void(const ServerSentEvent&)>& on_event,
                            const std::function<bool()>& may_go_on) {
  bool was_connected = false;
  while (may_go_on()) {
    HttpRequest request = Request("GET", path);
    request.headers = {{"Accept", "text/event-stream"}};
    if (!after.empty()) request.headers.emplace_back("Last-Event-ID", after);
    request.timeout = kLongestSilence;
    bool is_first = true;
    ServerSentEvents events([&](const ServerSentEvent& event) {
      if (!event.id.empty()) after = event.id;
      on_event(event);
    });
    const Result<HttpResponse> end =
        ReadHttpStream(request, {.on_piece =
                                     [&](std::string_view piece) {
                                       // Nobody knows what came while nobody listened.
                                       if (is_first && was_connected && after.empty())
                                         on_event({"", "gap", "{}"});
                                       is_first = false;
                                       was_connected = true;
                                       events.Take(piece);
                                     },
                                 .may_go_on = may_go_on});
    if (!may_go_on()) break;
    if (end && end->status == 404 && !was_connected) return FollowEnd::kNone;
    if (end && end->status != 200 && (!was_connected || end->status < 500)) {
      throw ErrorOf(*end, settings_);
    }
    if (end && end->status == 200) was_connected = true;
    if (!end && !was_connected) throw ErrorOf(end.error(), settings_);
    WaitFor(kBeforeConnectingAgain);
  }
  return FollowEnd::kStopped;
}

}  // namespace spillway
