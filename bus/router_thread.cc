#include "bus/router_thread.h"

#include <pthread.h>

#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

namespace spillway::bus {
namespace {

// Each way. Peers that say more than the loop can hear are not heard.
constexpr std::size_t kMostWaiting = 1'000;
constexpr std::chrono::milliseconds kLongestWait = std::chrono::seconds(60);

}  // namespace

struct RouterThread::Impl {
  Impl(Context& context, const RouterConfig& config, EventLoop& the_loop, Metrics& metrics,
       OnMessage handler)
      : loop(the_loop),
        socket(context, config),
        lost_total(metrics.GetCounter("spillway_bus_peer_messages_lost_total",
                                      "Messages of peers that came faster than the loop could "
                                      "take them.")),
        inbox(std::make_shared<Inbox>(std::move(handler))),
        thread([this] { Run(); }) {
    pthread_setname_np(thread.native_handle(), "spillway-peers");
  }

  ~Impl() {
    inbox->is_closed = true;
    is_stopping = true;
    socket.Wake();
    thread.join();
  }

  // Shared with the tasks that were posted, which may run when the rest is no more.
  struct Inbox {
    explicit Inbox(OnMessage handler) : on_message(std::move(handler)) {}
    void Deliver();

    const OnMessage on_message;
    bool is_closed = false;  // loop thread only
    std::mutex mutex;        // guards what follows
    std::vector<PeerMessage> messages;
  };

  void Run();
  void SendWaiting();
  void HandOver(PeerMessage message);

  EventLoop& loop;
  RouterSocket socket;
  Counter lost_total;
  const std::shared_ptr<Inbox> inbox;
  std::atomic<bool> is_stopping = false;
  std::mutex mutex;  // guards what follows
  std::vector<PeerMessage> outbox;
  std::thread thread;  // last: it uses all of the above
};

void RouterThread::Impl::Inbox::Deliver() {
  std::vector<PeerMessage> taken;
  {
    const std::lock_guard lock(mutex);
    taken.swap(messages);
  }
  for (const PeerMessage& message : taken) {
    if (is_closed) return;
    on_message(message);
  }
}

void RouterThread::Impl::Run() {
  while (!is_stopping) {
    SendWaiting();
    if (auto message = socket.Receive(kLongestWait)) HandOver(*std::move(message));
  }
}

void RouterThread::Impl::SendWaiting() {
  std::vector<PeerMessage> taken;
  {
    const std::lock_guard lock(mutex);
    taken.swap(outbox);
  }
  for (const PeerMessage& message : taken) socket.Send(message);
}

void RouterThread::Impl::HandOver(PeerMessage message) {
  bool was_empty = false;
  {
    const std::lock_guard lock(inbox->mutex);
    if (inbox->messages.size() >= kMostWaiting) return lost_total.Add();
    was_empty = inbox->messages.empty();
    inbox->messages.push_back(std::move(message));
  }
  if (was_empty) loop.Post([inbox = inbox] { inbox->Deliver(); });
}

RouterThread::RouterThread(Context& context, const RouterConfig& config, EventLoop& loop,
                           Metrics& metrics, OnMessage on_message)
    : impl_(std::make_unique<Impl>(context, config, loop, metrics, std::move(on_message))) {}
RouterThread::~RouterThread() = default;

bool RouterThread::Send(PeerMessage message) {
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->outbox.size() >= kMostWaiting) return false;
    impl_->outbox.push_back(std::move(message));
  }
  impl_->socket.Wake();
  return true;
}

const std::vector<std::string>& RouterThread::addresses() const {
  return impl_->socket.addresses();
}

}  // namespace spillway::bus
