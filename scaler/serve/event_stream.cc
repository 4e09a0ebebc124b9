#include "scaler/serve/event_stream.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

namespace spillway {
namespace {

// A line break within the data would end it.
std::string FrameOf(const std::string& id, std::string_view kind, std::string_view data) {
  std::string frame = "id: " + id + "\nevent: " + std::string(kind) + "\n";
  while (true) {
    const std::size_t end = data.find('\n');
    frame += "data: " + std::string(data.substr(0, end)) + "\n";
    if (end == std::string_view::npos) return frame + "\n";
    data.remove_prefix(end + 1);
  }
}

std::string TouchOf(const std::string& cluster) {
  return "event: cluster\ndata: " + nlohmann::json{{"cluster", cluster}}.dump() + "\n\n";
}

}  // namespace

std::string EventReader::Take() { return std::exchange(waiting_, {}); }

bool EventReader::Wants(const std::string& cluster) const {
  return !clusters_ || clusters_->contains(cluster);
}

void EventReader::Push(const std::string& frame) {
  if (is_dropped_) return;
  if (waiting_.size() + frame.size() > most_bytes_) return Drop();
  waiting_ += frame;
  on_news();
}

void EventReader::Drop() {
  is_dropped_ = true;
  waiting_ = {};
  on_news();
}

EventStream::EventStream(std::string life, EventStreamLimits limits, Metrics& metrics)
    : life_(std::move(life)),
      limits_(limits),
      reader_count_(
          metrics.GetGauge("spillway_serve_event_readers", "Readers of the event stream.")),
      dropped_(metrics.GetCounter("spillway_serve_event_readers_dropped_total",
                                  "Readers of the event stream that were too slow.")) {}

void EventStream::Publish(std::string kind, std::string cluster, std::string data) {
  const Event event{std::move(cluster), FrameOf(IdOf(++last_), kind, data)};
  Keep(event);
  Send(event.frame, [&](const EventReader& reader) { return reader.Wants(event.cluster); });
}

void EventStream::Keep(Event event) {
  kept_bytes_ += event.frame.size();
  kept_.push_back(std::move(event));
  while (kept_.size() > limits_.kept_events || kept_bytes_ > limits_.kept_bytes) {
    kept_bytes_ -= kept_.front().frame.size();
    kept_.pop_front();
  }
}

void EventStream::Touch(const std::string& cluster) {
  touched_[cluster] = last_;
  Send(TouchOf(cluster), [&](const EventReader& reader) { return reader.Wants(cluster); });
}

std::shared_ptr<EventReader> EventStream::Open(std::optional<std::set<std::string>> clusters,
                                               std::string_view last_id) {
  if (Readers().size() >= limits_.readers) return nullptr;
  auto reader = std::make_shared<EventReader>(std::move(clusters), limits_.queued_bytes);
  Resume(*reader, last_id);
  readers_.push_back(reader);
  reader_count_.Set(static_cast<double>(readers_.size()));
  return reader;
}

void EventStream::Resume(EventReader& reader, std::string_view last_id) {
  if (last_id.empty()) return;
  const std::optional<std::uint64_t> seen = NumberOf(last_id);
  const std::uint64_t oldest = last_ - kept_.size();  // after which all are kept
  bool is_known = seen && *seen >= oldest && *seen <= last_;
  std::string missed;
  for (std::size_t i = is_known ? *seen - oldest : kept_.size(); i < kept_.size(); ++i) {
    if (reader.Wants(kept_[i].cluster)) missed += kept_[i].frame;
  }
  for (const auto& [cluster, when] : touched_) {
    if (is_known && when >= *seen && reader.Wants(cluster)) missed += TouchOf(cluster);
  }
  // More than it may have at once would drop it each time that it comes back.
  is_known = is_known && missed.size() <= limits_.queued_bytes;
  reader.Push(is_known ? missed : FrameOf(IdOf(last_), "gap", "{}"));
}

void EventStream::Beat() {
  for (const std::shared_ptr<EventReader>& reader : Readers()) {
    if (!reader->is_dropped() && !reader->may_go_on()) reader->Drop();
  }
  Send(":\n\n", [](const EventReader&) { return true; });
}

void EventStream::Send(const std::string& frame,
                       const std::function<bool(const EventReader&)>& wants) {
  for (const std::shared_ptr<EventReader>& reader : Readers()) {
    if (reader->is_dropped() || !wants(*reader)) continue;
    reader->Push(frame);
    if (reader->is_dropped()) dropped_.Add();
  }
}

std::vector<std::shared_ptr<EventReader>> EventStream::Readers() {
  std::erase_if(readers_, [](const auto& reader) { return reader.expired(); });
  reader_count_.Set(static_cast<double>(readers_.size()));
  std::vector<std::shared_ptr<EventReader>> there;
  for (const auto& reader : readers_) there.push_back(reader.lock());
  return there;
}

std::string EventStream::IdOf(std::uint64_t number) const {
  return life_ + "-" + std::to_string(number);
}

std::optional<std::uint64_t> EventStream::NumberOf(std::string_view id) const {
  const std::string prefix = life_ + "-";
  if (!id.starts_with(prefix)) return std::nullopt;
  id.remove_prefix(prefix.size());
  std::uint64_t number = 0;
  const auto [end, failure] = std::from_chars(id.data(), id.data() + id.size(), number);
  const bool is_whole = failure == std::errc() && end == id.data() + id.size();
  return is_whole ? std::optional(number) : std::nullopt;
}

}  // namespace spillway
