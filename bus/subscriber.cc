#include "bus/subscriber.h"

#include <pthread.h>

#include <array>
#include <sstream>
#include <string_view>
#include <thread>
#include <utility>

#include "bus/batch_queue.h"

namespace spillway::bus {

namespace {

// From one socket before the others get their turn and the loop gets what came.
constexpr int kFramesPerRound = 512;
// A batch of this size goes to the loop though the round is not over, so that samples in large
// frames do not wait for each other.
constexpr std::size_t kSamplesPerBatch = 4096;
// Long texts of senders are cut in log lines.
constexpr std::size_t kMaxDetail = 120;

// Larger frames than the limit come in up to this and are counted; for still larger ones ZeroMQ
// closes the connection.
std::int64_t MaxMessageSize(const DecodeLimits& limits) {
  return static_cast<std::int64_t>(limits.max_frame_bytes) * 2;
}

// "spillway/1/samples", or that with something of the sender's after a slash.
bool IsSamplesTopic(std::string_view topic) {
  return topic.starts_with(kSamplesTopic) &&
         (topic.size() == kSamplesTopic.size() || topic[kSamplesTopic.size()] == '/');
}

zmq::socket_t Open(zmq::context_t& context, const Endpoint& endpoint,
                   const SubscriberConfig& config) {
  const bool is_sub = endpoint.kind == SocketKind::kSub;
  zmq::socket_t socket(context, is_sub ? zmq::socket_type::sub : zmq::socket_type::pull);
  socket.set(zmq::sockopt::linger, 0);
  socket.set(zmq::sockopt::rcvhwm, config.receive_high_water_mark);
  socket.set(zmq::sockopt::maxmsgsize, MaxMessageSize(config.limits));
  // Finds out that a peer is gone which said no good-bye.
  socket.set(zmq::sockopt::tcp_keepalive, 1);
  if (!is_sub) return socket;
  if (endpoint.topics.empty()) socket.set(zmq::sockopt::subscribe, kSamplesTopic);
  for (const std::string& topic : endpoint.topics) socket.set(zmq::sockopt::subscribe, topic);
  return socket;
}

// False when nothing is there, or a signal came in between.
bool Receive(zmq::socket_t& socket, zmq::message_t& message) {
  try {
    return socket.recv(message, zmq::recv_flags::dontwait).has_value();
  } catch (const zmq::error_t& error) {
    if (error.num() != EINTR) throw;
    return false;
  }
}

void Wait(std::vector<zmq::pollitem_t>& items) {
  try {
    zmq::poll(items);
  } catch (const zmq::error_t& error) {
    if (error.num() != EINTR) throw;
  }
}

// What was refused since the last time it was told. Bus thread only.
class Refusals {
 public:
  Refusals(Metrics& metrics, Log& log) : log_(log) {
    for (int i = 0; i < kRejects; ++i) {
      const std::string reason(Name(static_cast<Reject>(i)));
      of_[i].event = "bus.rejected_" + reason;
      of_[i].total = metrics.GetCounter("spillway_bus_rejected_total",
                                        "Frames and samples that were not taken, by reason.",
                                        {{"reason", reason}});
    }
  }

  void Add(Reject reject, std::string_view detail, std::size_t count = 1) {
    OfReason& of = of_[static_cast<std::size_t>(reject)];
    if (of.count == 0) of.detail = detail.substr(0, kMaxDetail);
    of.count += count;
    any_ = true;
  }

  void Tell() {
    if (!any_) return;
    any_ = false;
    for (OfReason& of : of_) {
      if (of.count == 0) continue;
      of.total.Add(static_cast<double>(of.count));
      log_.Limited(LogLevel::kWarning, of.event, {{"count", of.count}, {"first", of.detail}});
      of.count = 0;
    }
  }

 private:
  struct OfReason {
    std::string event;
    Counter total;
    std::size_t count = 0;
    std::string detail;  // of the first
  };

  Log& log_;
  std::array<OfReason, kRejects> of_;
  bool any_ = false;
};

}  // namespace

struct Subscriber::Impl {
  Impl(Context& context, const SubscriberConfig& config, const std::set<std::string>& clusters,
       const Clock& the_clock, EventLoop& loop, Metrics& metrics, Log& log, OnBatch on_batch)
      : clock(the_clock),
        refusals(metrics, log),
        decoder(clusters, config.limits,
                [this](Reject reject, std::string_view detail) { refusals.Add(reject, detail); }),
        frames_total(metrics.GetCounter("spillway_bus_frames_total", "Frames received.")),
        samples_total(
            metrics.GetCounter("spillway_bus_samples_total", "Samples handed to the loop.")),
        queue(loop, config.queue_samples,
              metrics.GetGauge("spillway_bus_queue_samples", "Samples that wait for the loop."),
              std::move(on_batch)),
        orders_out(context.zmq(), zmq::socket_type::pair),
        orders_in(context.zmq(), zmq::socket_type::pair) {
    for (const Endpoint& endpoint : config.inbound) {
      zmq::socket_t& socket = sockets.emplace_back(Open(context.zmq(), endpoint, config));
      if (endpoint.bind) {
        addresses.push_back(context.Bind(socket, endpoint.address));
      } else {
        context.Connect(socket, endpoint.address, endpoint.server_key);
        addresses.push_back(endpoint.address);
      }
    }
    orders_out.bind("inproc://subscriber.orders");
    orders_in.connect("inproc://subscriber.orders");
    thread = std::thread([this] { Run(); });
    pthread_setname_np(thread.native_handle(), "spillway-bus");
  }

  ~Impl() {
    queue.Close();
    orders_out.send(zmq::message_t(), zmq::send_flags::none);
    thread.join();
  }

  // The thread: until it is told to stop.
  void Run();
  bool IsToldToStop();
  void DrainSome(zmq::socket_t& socket);
  // The rest of a message whose first frame is in `first`.
  void TakeMessage(zmq::socket_t& socket);
  void TakeMultipart(zmq::socket_t& socket);
  void HandOver();

  const Clock& clock;
  Refusals refusals;
  Decoder decoder;
  Counter frames_total;
  Counter samples_total;
  BatchQueue queue;

  std::vector<zmq::socket_t> sockets;
  std::vector<std::string> addresses;
  // What the loop tells the thread: names of clusters, a line each; nothing at all: stop.
  zmq::socket_t orders_out;
  zmq::socket_t orders_in;

  // Of the thread.
  zmq::message_t first;
  zmq::message_t second;
  SampleBatch batch;
  std::size_t frames = 0;
  Time arrival;

  std::thread thread;  // last: it uses all of the above
};

void Subscriber::Impl::Run() {
  std::vector<zmq::pollitem_t> items = {{orders_in.handle(), 0, ZMQ_POLLIN, 0}};
  for (zmq::socket_t& socket : sockets) items.push_back({socket.handle(), 0, ZMQ_POLLIN, 0});
  while (true) {
    Wait(items);
    if (items[0].revents != 0 && IsToldToStop()) return;
    arrival = clock.Now();
    for (std::size_t i = 0; i < sockets.size(); ++i) {
      if (items[i + 1].revents != 0) DrainSome(sockets[i]);
    }
    HandOver();
  }
}

bool Subscriber::Impl::IsToldToStop() {
  zmq::message_t order;
  while (Receive(orders_in, order)) {
    if (order.size() == 0) return true;
    std::istringstream lines(order.to_string());
    std::set<std::string> clusters;
    for (std::string name; std::getline(lines, name);) clusters.insert(name);
    decoder.SetClusters(clusters);
  }
  return false;
}

void Subscriber::Impl::DrainSome(zmq::socket_t& socket) {
  for (int i = 0; i < kFramesPerRound && Receive(socket, first); ++i) {
    ++frames;
    TakeMessage(socket);
    if (batch.samples.size() >= kSamplesPerBatch) {
      HandOver();
      arrival = clock.Now();
    }
  }
}

void Subscriber::Impl::TakeMessage(zmq::socket_t& socket) {
  if (first.more()) return TakeMultipart(socket);
  decoder.Decode(first.to_string_view(), arrival, batch);
}

void Subscriber::Impl::TakeMultipart(zmq::socket_t& socket) {
  // All frames of a message arrive at once, so the others are there.
  int count = 1;
  bool more = true;
  while (more && Receive(socket, second)) {
    ++count;
    more = second.more();
  }
  if (count != 2) {
    refusals.Add(Reject::kBadFrames, std::to_string(count) + " frames");
  } else if (!IsSamplesTopic(first.to_string_view())) {
    refusals.Add(Reject::kBadTopic, first.to_string_view());
  } else {
    decoder.Decode(second.to_string_view(), arrival, batch);
  }
}

void Subscriber::Impl::HandOver() {
  const std::size_t samples = batch.samples.size();
  const std::size_t lost = queue.Push(batch);
  if (lost > 0) refusals.Add(Reject::kQueueFull, "the loop is behind", lost);
  frames_total.Add(static_cast<double>(std::exchange(frames, 0)));
  samples_total.Add(static_cast<double>(samples - lost));
  refusals.Tell();
}

Subscriber::Subscriber(Context& context, const SubscriberConfig& config,
                       const std::set<std::string>& clusters, const Clock& clock, EventLoop& loop,
                       Metrics& metrics, Log& log, OnBatch on_batch)
    : impl_(std::make_unique<Impl>(context, config, clusters, clock, loop, metrics, log,
                                   std::move(on_batch))) {}
Subscriber::~Subscriber() = default;

void Subscriber::SetClusters(const std::set<std::string>& clusters) {
  std::string lines;
  for (const std::string& name : clusters) lines += name + "\n";
  impl_->orders_out.send(zmq::buffer(lines), zmq::send_flags::none);
}

const std::vector<std::string>& Subscriber::addresses() const { return impl_->addresses; }

bool Subscriber::IsBehind() const { return impl_->queue.IsHalfFull(); }

}  // namespace spillway::bus
