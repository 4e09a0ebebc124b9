#include "tests/contract/prism.h"

#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "scaler/runtime/http_client.h"
#include "tests/contract/program.h"
#include "tests/fakes/http_server.h"
#include "tests/support/paths.h"

namespace spillway::testing {
namespace {

using nlohmann::json;

constexpr const char* kOwnErrors = "https://stoplight.io/prism/errors#";

std::string Program() {
  const char* program = std::getenv("SPILLWAY_PRISM");
  return program == nullptr || *program == '\0' ? "prism" : program;
}

// Headers that speak of one connection, or that the sender makes anew.
bool IsForwarded(const std::string& header) {
  static const std::set<std::string> kOfTheConnection = {
      "connection", "content-length", "content-type", "expect",
      "host",       "keep-alive",     "date",         "transfer-encoding"};
  return !kOfTheConnection.contains(header);
}

HttpRequest Forwarded(const fakes::Request& request, const std::string& base) {
  HttpRequest forwarded;
  forwarded.method = request.method;
  forwarded.url = base + request.target;
  for (const auto& [name, value] : request.headers) {
    if (IsForwarded(name) || name == "content-type") forwarded.headers.emplace_back(name, value);
  }
  forwarded.body = request.body;
  forwarded.where = "prism";
  return forwarded;
}

fakes::Response Forwarded(const HttpResponse& response) {
  fakes::Response forwarded{.status = response.status, .body = response.body};
  for (const auto& [name, value] : response.headers) {
    if (name == "content-type") forwarded.content_type = value;
    if (IsForwarded(name)) forwarded.headers[name] = value;
  }
  return forwarded;
}

// One of Prism's findings: {"location":["request","body","size"],"severity":"Error","message":…}.
std::string Finding(const json& violation) {
  std::string text;
  for (const json& part : violation.at("location")) {
    text += (text.empty() ? "" : ".") + part.get<std::string>();
  }
  return text + ": " + violation.at("message").get<std::string>();
}

// The findings stand in a header. An answer that is Prism's own may have them in its body instead,
// or has none because it knows no such path.
std::vector<std::string> Findings(const HttpResponse& response) {
  json violations = json::array();
  const auto header = response.headers.find("sl-violations");
  if (header != response.headers.end()) {
    violations = json::parse(header->second);
  } else {
    const json body = json::parse(response.body, nullptr, /*allow_exceptions=*/false);
    if (!body.is_object() || !body.value("type", "").starts_with(kOwnErrors)) return {};
    if (!body.contains("validation")) return {body.value("detail", body.dump())};
    violations = body["validation"];
  }
  std::vector<std::string> findings;
  for (const json& violation : violations) {
    if (violation.at("severity") == "Error") findings.push_back(Finding(violation));
  }
  return findings;
}

}  // namespace

std::string ApiDescription(const std::string& name) {
  return SourcePath("../shared/contract/" + name);
}

struct Prism::Impl {
  Impl(const std::string& description, const std::string& upstream)
      : program({Program(), "proxy", "--host", "127.0.0.1", "--port", "0", "--errors", description,
                 upstream}),
        server([this](const fakes::Request& request) { return Pass(request); }) {
    const std::string before = "listening on ";
    const auto line = program.WaitForLine(before);
    if (!line) throw std::runtime_error("prism does not start with " + description);
    url = line->substr(line->find(before) + before.size());
  }

  fakes::Response Pass(const fakes::Request& request) {
    const std::string what = request.method + " " + request.target;
    const Result<HttpResponse> response = http.Send(Forwarded(request, url));
    const std::lock_guard lock(mutex);
    if (!response) {
      violations.push_back(what + ": no answer of prism: " + Describe(response.error()));
      return {.status = 502, .body = "no answer of prism", .content_type = "text/plain"};
    }
    exchanges.push_back(what + " " + std::to_string(response->status));
    for (const std::string& finding : Findings(*response)) {
      violations.push_back(exchanges.back() + ": " + finding);
    }
    return Forwarded(*response);
  }

  BackgroundProgram program;
  HttpClient http;
  std::string url;   // of Prism itself; nobody asks the server before the constructor is done
  std::mutex mutex;  // guards what follows but the server
  std::vector<std::string> exchanges;
  std::vector<std::string> violations;
  fakes::HttpServer server;  // in front of Prism, because a client does not show its headers
};

std::string Prism::WhyNot(const std::string& description) {
  if (!std::filesystem::exists(description)) return description + " is not there";
  if (RunProgram({Program(), "--version"})) return "";
  return "Prism cannot be run as " + Program() + " (SPILLWAY_PRISM names another)";
}

Prism::Prism(const std::string& description, const std::string& upstream)
    : impl_(std::make_unique<Impl>(description, upstream)) {}

Prism::~Prism() = default;

std::string Prism::url() const { return impl_->server.url(); }

std::vector<std::string> Prism::exchanges() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->exchanges;
}

std::vector<std::string> Prism::violations() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->violations;
}

}  // namespace spillway::testing
