#include "scaler/runtime/thread_workers.h"

#include <array>
#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace spillway {
namespace {

// The jobs of one channel in one lane.
struct ChannelQueue {
  struct Waiting {
    std::uint64_t number;  // in the order of submission, over all channels
    std::function<std::function<void()>()> job;
  };
  int parallel = 1;
  int running = 0;
  std::deque<Waiting> waiting;

  bool HasWorkToStart() const { return !waiting.empty() && running < parallel; }
};

}  // namespace

struct ThreadWorkers::Impl {
  using Job = std::function<Continuation()>;

  struct LaneState {
    std::condition_variable changed;
    std::map<std::string, ChannelQueue> channels;
    std::vector<std::thread> threads;
  };

  explicit Impl(EventLoop& l) : loop(l) {}

  EventLoop& loop;
  std::mutex mutex;  // guards all below but the threads
  bool is_stopping = false;
  std::uint64_t next_number = 0;
  std::array<LaneState, 2> lanes;
  // Continuations on their way in the loop's queue hold it weakly: they do nothing when it is gone.
  // Shared only with them.
  std::shared_ptr<const bool> alive = std::make_shared<const bool>(true);

  // The channel whose first job waits longest among those that may start one; full channels are
  // passed over. Null: there is none.
  static ChannelQueue* NextChannel(LaneState& lane) {
    ChannelQueue* next = nullptr;
    for (auto& [name, channel] : lane.channels) {
      if (!channel.HasWorkToStart()) continue;
      if (next == nullptr || channel.waiting.front().number < next->waiting.front().number) {
        next = &channel;
      }
    }
    return next;
  }

  void Work(LaneState& lane) {
    std::unique_lock lock(mutex);
    while (true) {
      ChannelQueue* channel = nullptr;
      lane.changed.wait(lock,
                        [&] { return is_stopping || (channel = NextChannel(lane)) != nullptr; });
      if (is_stopping) return;
      Job job = std::move(channel->waiting.front().job);
      channel->waiting.pop_front();
      ++channel->running;
      lock.unlock();
      RunJob(std::move(job));
      lock.lock();
      --channel->running;  // channels stay in the map
    }
  }

  void RunJob(Job job) {
    Continuation then;
    try {
      then = job();
    } catch (...) {
      then = [error = std::current_exception()] { std::rethrow_exception(error); };
    }
    // The job goes along because what it holds belongs to the loop's thread.
    loop.Post([is_alive = std::weak_ptr(alive), job = std::move(job), then = std::move(then)] {
      if (!is_alive.expired()) then();
    });
  }
};

ThreadWorkers::ThreadWorkers(EventLoop& loop, int threads_per_lane)
    : impl_(std::make_unique<Impl>(loop)) {
  for (Impl::LaneState& lane : impl_->lanes) {
    for (int i = 0; i < threads_per_lane; ++i) {
      lane.threads.emplace_back([impl = impl_.get(), &lane] { impl->Work(lane); });
    }
  }
}

ThreadWorkers::~ThreadWorkers() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->is_stopping = true;
  }
  for (Impl::LaneState& lane : impl_->lanes) {
    lane.changed.notify_all();
    for (std::thread& thread : lane.threads) thread.join();
  }
}

void ThreadWorkers::Submit(Lane lane, const Channel& channel, std::function<Continuation()> job) {
  Impl::LaneState& state = impl_->lanes[lane == Lane::kUp ? 0 : 1];
  {
    const std::lock_guard lock(impl_->mutex);
    ChannelQueue& queue = state.channels[channel.name];
    queue.parallel = channel.parallel;
    queue.waiting.push_back({impl_->next_number++, std::move(job)});
  }
  state.changed.notify_one();
}

}  // namespace spillway
