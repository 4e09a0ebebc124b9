// The service's HTTP API (scaler/serve/openapi.yaml) as commands use it. Blocking.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scaler/cli/api_settings.h"
#include "scaler/cli/command_error.h"
#include "scaler/cli/server_sent_events.h"
#include "scaler/runtime/http_client.h"

namespace spillway {

// "/v1/clusters/edge/scale?dry_run=true": parts and values are encoded. Parameters that are empty
// are left out.
std::string ApiPath(std::initializer_list<std::string_view> parts,
                    std::initializer_list<std::pair<std::string_view, std::string>> query = {});

// How following the events ended.
enum class FollowEnd {
  kStopped,  // the reader wants no more
  kNone,     // this service has no events: it is to be asked again and again
};

class ApiClient {
 public:
  explicit ApiClient(ApiSettings settings);
  ApiClient(const ApiClient&) = delete;
  ApiClient& operator=(const ApiClient&) = delete;

  // The answer. Throws CommandError with what the service says and what to do about it; its code is
  // kNothingThere for what is not there, kUsage for a request that the service finds wrong,
  // kBadConfig for a configuration that it refuses, and kFailed for the rest. No error tells the
  // token.
  nlohmann::json Get(const std::string& path);
  // The members `items` of such answers, page after page; at most so many.
  nlohmann::json List(const std::string& path, std::optional<std::int64_t> most = {});
  // Nothing: there is no such thing (404).
  std::optional<nlohmann::json> Find(const std::string& path);
  // Under an idempotency key of its own, so that it is sent again when no answer comes.
  nlohmann::json Post(const std::string& path, const nlohmann::json& body);

  // Hands every event over, in order, and connects again where the connection ends, after the last
  // event that came. `after`: the id of the last event known; empty: from now on. `may_go_on` is
  // asked at least once a second and after each signal; false ends it. Throws as Get, once the
  // first connection cannot be made.
  FollowEnd Follow(const std::string& path, std::string after,
                   const std::function<void(const ServerSentEvent&)>& on_event,
                   const std::function<bool()>& may_go_on);

  const std::string& address() const { return settings_.address; }

 private:
  HttpRequest Request(const std::string& method, const std::string& path) const;
  // The answer, whatever its status.
  HttpResponse Answer(const HttpRequest& request);

  const ApiSettings settings_;
  HttpClient http_;
};

// What `read` makes of an answer. One that is not as this program expects ends the command.
template <class Read>
auto Understood(const ApiClient& client, Read read) {
  try {
    return read();
  } catch (const nlohmann::json::exception& error) {
    throw CommandError(kFailed, client.address() +
                                    " answers otherwise than this program expects (" +
                                    error.what() + "); are they of the same version?");
  }
}

// The API that these options, the environment or the file name.
ApiSettings ApiOf(const ApiOptions& typed);

}  // namespace spillway
