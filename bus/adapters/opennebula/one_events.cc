#include "bus/adapters/opennebula/one_events.h"

#include <pthread.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>
#include <zmq.hpp>
#include <zmq_addon.hpp>

namespace spillway::adapters {
namespace {

// What changes the figures. Not every EVENT API: asking makes such events itself.
constexpr std::array<std::string_view, 7> kTopics = {
    "EVENT STATE VM/PENDING/",          // it waits for a place
    "EVENT STATE VM/ACTIVE/LCM_INIT/",  // it was given one
    "EVENT STATE VM/ACTIVE/RUNNING/",  "EVENT STATE VM/DONE/",     "EVENT STATE HOST/",
    "EVENT API one.cluster.",          "EVENT API one.vm.resize ",
};

constexpr std::int64_t kMostBytes = 16 << 20;  // of a frame; that of a host has some 30 KB
constexpr int kKept = 1000;                    // events lost beyond it are no loss
constexpr int kFirstRetryMs = 500;
constexpr int kLongestRetryMs = 30'000;

bool IsEvent(const std::vector<zmq::message_t>& frames) {
  return frames.size() == 2 && frames[0].to_string_view().starts_with("EVENT ");
}

class OneEvents final : public News {
 public:
  OneEvents(zmq::context_t& context, std::string endpoint, NewsReader reader)
      : endpoint_(std::move(endpoint)),
        reader_(std::move(reader)),
        events_(context, zmq::socket_type::sub),
        connections_(context, zmq::socket_type::pair),
        stopped_(context, zmq::socket_type::pair),
        stop_(context, zmq::socket_type::pair) {
    events_.set(zmq::sockopt::linger, 0);
    events_.set(zmq::sockopt::rcvhwm, kKept);
    events_.set(zmq::sockopt::maxmsgsize, kMostBytes);
    events_.set(zmq::sockopt::reconnect_ivl, kFirstRetryMs);
    events_.set(zmq::sockopt::reconnect_ivl_max, kLongestRetryMs);
    events_.set(zmq::sockopt::tcp_keepalive, 1);
    for (const std::string_view topic : kTopics) events_.set(zmq::sockopt::subscribe, topic);
    Watch();
    const std::string stopping = Own("stop");
    stopped_.bind(stopping);
    stop_.connect(stopping);
    events_.connect(endpoint_);
    thread_ = std::thread([this] { Run(); });
    pthread_setname_np(thread_.native_handle(), "spillway-one");
  }

  ~OneEvents() override {
    stop_.send(zmq::message_t(), zmq::send_flags::none);
    thread_.join();
    zmq_socket_monitor(events_.handle(), nullptr, 0);
  }

 private:
  // An address within the process that nobody else has.
  std::string Own(const std::string& what) const {
    return "inproc://one-events-" + what + "-" +
           std::to_string(reinterpret_cast<std::uintptr_t>(this));
  }

  void Watch() {
    constexpr int kOf =
        ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_CONNECT_RETRIED | ZMQ_EVENT_DISCONNECTED;
    const std::string watching = Own("connections");
    if (zmq_socket_monitor(events_.handle(), watching.c_str(), kOf) != 0) throw zmq::error_t();
    connections_.connect(watching);
  }

  void Run() {
    std::vector<zmq::pollitem_t> items = {{stopped_.handle(), 0, ZMQ_POLLIN, 0},
                                          {connections_.handle(), 0, ZMQ_POLLIN, 0},
                                          {events_.handle(), 0, ZMQ_POLLIN, 0}};
    while (true) {
      try {
        zmq::poll(items);
        if (items[0].revents != 0) return;
        if (items[1].revents != 0) TakeConnection();
        if (items[2].revents != 0) TakeEvent();
      } catch (const zmq::error_t& error) {
        if (error.num() != EINTR) throw;
      }
    }
  }

  void TakeEvent() {
    std::vector<zmq::message_t> frames;
    if (!zmq::recv_multipart(events_, std::back_inserter(frames))) return;
    if (IsEvent(frames)) return reader_.on_news();
    reader_.on_loss({Loss::kBadBody, "events of " + endpoint_ +
                                         ": expected EVENT … and a text, got " +
                                         std::to_string(frames.size()) + " frames"});
  }

  // The monitor's message begins with the number of what happened.
  void TakeConnection() {
    std::vector<zmq::message_t> frames;
    if (!zmq::recv_multipart(connections_, std::back_inserter(frames))) return;
    std::uint16_t what = 0;
    if (frames.empty() || frames[0].size() < sizeof what) return;
    std::memcpy(&what, frames[0].data(), sizeof what);
    if (what == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) return reader_.on_news();
    reader_.on_loss({Loss::kNoAnswer, "events of " + endpoint_ + ": " +
                                          (what == ZMQ_EVENT_DISCONNECTED ? "the connection ended"
                                                                          : "nobody is there")});
  }

  const std::string endpoint_;
  const NewsReader reader_;
  zmq::socket_t events_;
  zmq::socket_t connections_;  // what becomes of them
  zmq::socket_t stopped_;
  zmq::socket_t stop_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<News> ListenToOne(bus::Context& context, const std::string& endpoint,
                                  NewsReader reader) {
  return std::make_unique<OneEvents>(context.zmq(), endpoint, std::move(reader));
}

}  // namespace spillway::adapters
