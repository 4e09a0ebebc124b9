#include "scaler/cli/server_sent_events.h"

namespace spillway {

void ServerSentEvents::Take(std::string_view piece) {
  unfinished_ += piece;
  std::size_t begin = 0;
  for (std::size_t end; (end = unfinished_.find('\n', begin)) != std::string::npos;
       begin = end + 1) {
    std::string_view line(unfinished_.data() + begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    TakeLine(line);
  }
  unfinished_.erase(0, begin);
}

void ServerSentEvents::TakeLine(std::string_view line) {
  if (line.empty()) {
    if (has_data_) on_event_(event_);
    event_ = {event_.id, "message", ""};
    has_data_ = false;
    return;
  }
  const std::size_t colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == line.npos ? "" : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "id") event_.id = value;
  if (field == "event") event_.kind = value;
  if (field != "data") return;
  if (has_data_) event_.data += '\n';
  event_.data += value;
  has_data_ = true;
}

}  // namespace spillway
