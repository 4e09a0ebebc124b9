// Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), read from
// pieces of any size.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace spillway {

struct ServerSentEvent {
  std::string id;  // the last one that was told; may be of an earlier event
  std::string kind = "message";
  std::string data;

  friend bool operator==(const ServerSentEvent&, const ServerSentEvent&) = default;
};

class ServerSentEvents {
 public:
  explicit ServerSentEvents(std::function<void(const ServerSentEvent&)> on_event)
      : on_event_(std::move(on_event)) {}

  // What of the stream came next. Comments are passed over.
  void Take(std::string_view piece);

 private:
  void TakeLine(std::string_view line);

  const std::function<void(const ServerSentEvent&)> on_event_;
  std::string unfinished_;  // a line whose end did not come yet
  ServerSentEvent event_;
  bool has_data_ = false;
};

}  // namespace spillway
