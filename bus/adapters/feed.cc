#include "bus/adapters/feed.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace spillway::adapters {
namespace {

// Frames need not be larger to be cheap.
constexpr std::size_t kEnoughBytes = 64 * 1024;
constexpr Duration kAgainAfter = std::chrono::milliseconds(5);

std::string ToJson(const MappedSample& sample) {
  nlohmann::json json = {
      {"cluster", sample.key.cluster}, {"metric", sample.key.metric}, {"value", sample.value}};
  if (sample.time) {
    // In seconds: as milliseconds, times soon after 1970 would be taken for seconds.
    json["time"] = static_cast<double>(sample.time->time_since_epoch().count()) / 1000;
  }
  for (const auto& [name, value] : sample.key.labels) json["labels"][name] = value;
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::vector<std::string> ToFrames(std::span<const MappedSample> samples, std::size_t max_bytes) {
  std::vector<std::string> frames;
  std::string frame;
  for (const MappedSample& sample : samples) {
    const std::string json = ToJson(sample);
    if (!frame.empty() && frame.size() + json.size() + 2 > max_bytes) {
      frames.push_back(std::exchange(frame, {}) + "]");
    }
    frame += (frame.empty() ? "[" : ",") + json;
  }
  if (!frame.empty()) frames.push_back(frame + "]");
  return frames;
}

Feed::Feed(bus::Context& context, EventLoop& loop, std::size_t max_frame_bytes,
           std::function<bool()> is_behind)
    : loop_(loop),
      max_frame_bytes_(std::min(max_frame_bytes, kEnoughBytes)),
      is_behind_(std::move(is_behind)),
      socket_(context.zmq(), zmq::socket_type::push) {
  socket_.set(zmq::sockopt::linger, 0);
  // Within the process nobody has to prove who he is.
  socket_.connect(kFeedAddress);
}

bool Feed::IsBusy() { return !kept_.empty() || is_behind_(); }

void Feed::Give(std::span<const MappedSample> samples) {
  for (std::string& frame : ToFrames(samples, max_frame_bytes_)) kept_.push_back(std::move(frame));
  Send();
}

void Feed::Send() {
  while (!kept_.empty()) {
    if (!socket_.send(zmq::buffer(kept_.front()), zmq::send_flags::dontwait)) return SendSoon();
    kept_.pop_front();
  }
}

void Feed::SendSoon() {
  if (std::exchange(is_waiting_, true)) return;
  loop_.At(loop_.Now() + kAgainAfter, [this] {
    is_waiting_ = false;
    Send();
  });
}

}  // namespace spillway::adapters
