#include "scaler/runtime/asio_loop.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

namespace spillway {

// All timers wait in one map, in the order of time and call; one timer of Asio waits for the first.
// Asio itself does not keep the order of timers of the same time.
//
// Setting a timer is a call into the kernel, which costs more than most tasks do. So what is due
// already is posted instead, and an alarm that rings earlier than necessary is left as it is.
struct AsioLoop::Impl {
  explicit Impl(const SystemClock& c) : clock(c) {}

  const SystemClock& clock;
  boost::asio::io_context context;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keep_running{
      context.get_executor()};
  boost::asio::steady_timer alarm{context};
  boost::asio::signal_set stop_signals{context};
  boost::asio::signal_set hang_ups{context};

  using Key = std::pair<Time, TimerId>;
  std::map<Key, Task> timers;
  std::unordered_map<TimerId, Time> times;
  std::optional<Time> alarm_at;  // when the alarm rings
  bool is_turn_posted = false;
  TimerId next_id = 1;
  std::optional<Time> task_time;  // the loop's time while a task runs

  Time Now() const { return task_time ? *task_time : clock.Now(); }

  void RunTask(const Task& task) {
    struct TimeStands {
      std::optional<Time>& time;
      ~TimeStands() { time.reset(); }
    };
    task_time = clock.Now();
    const TimeStands until_the_end{task_time};
    task();
  }

  // Sees to it that the first timer gets its turn.
  void Arm() {
    if (timers.empty()) return;
    const Time first = timers.begin()->first.first;
    if (first <= clock.Now()) {
      PostTurn();
    } else if (!alarm_at || first < *alarm_at) {
      SetAlarm(first);
    }
  }

  void PostTurn() {
    if (is_turn_posted) return;
    is_turn_posted = true;
    boost::asio::post(context, [this] {
      is_turn_posted = false;
      TakeTurn();
    });
  }

  void SetAlarm(Time when) {
    alarm_at = when;
    alarm.expires_after(clock.RealTimeUntil(when));  // cancels the wait before
    alarm.async_wait([this, when](const boost::system::error_code&) {
      // A wait that was replaced may already be on its way when it is cancelled.
      if (alarm_at != when) return;
      alarm_at.reset();
      TakeTurn();
    });
  }

  // One task at a time, so that timers and posted tasks take turns and Stop() holds at once.
  void TakeTurn() {
    const auto first = timers.begin();
    if (first == timers.end() || first->first.first > clock.Now()) return Arm();
    const Task task = std::move(first->second);
    times.erase(first->first.second);
    timers.erase(first);
    Arm();
    RunTask(task);
  }

  void WaitForSignal(boost::asio::signal_set& signals, Task task) {
    signals.async_wait(
        [this, &signals, task = std::move(task)](const boost::system::error_code& error, int) {
          if (error) return;
          WaitForSignal(signals, task);
          RunTask(task);
        });
  }
};

AsioLoop::AsioLoop(const SystemClock& clock) : impl_(std::make_unique<Impl>(clock)) {}
AsioLoop::~AsioLoop() = default;

Time AsioLoop::Now() const { return impl_->Now(); }

EventLoop::TimerId AsioLoop::At(Time when, Task task) {
  const TimerId id = impl_->next_id++;
  // What is past is due now, after what was due before.
  const Time due = std::max(when, impl_->Now());
  impl_->timers.emplace(Impl::Key(due, id), std::move(task));
  impl_->times.emplace(id, due);
  impl_->Arm();
  return id;
}

void AsioLoop::Cancel(TimerId timer) {
  const auto time = impl_->times.find(timer);
  if (time == impl_->times.end()) return;
  impl_->timers.erase({time->second, timer});
  impl_->times.erase(time);
  impl_->Arm();
}

void AsioLoop::Post(Task task) {
  boost::asio::post(impl_->context,
                    [impl = impl_.get(), task = std::move(task)] { impl->RunTask(task); });
}

void AsioLoop::Run() { impl_->context.run(); }

void AsioLoop::Stop() { impl_->context.stop(); }

void AsioLoop::OnStopSignal(Task task) {
  impl_->stop_signals.add(SIGINT);
  impl_->stop_signals.add(SIGTERM);
  impl_->WaitForSignal(impl_->stop_signals, std::move(task));
}

void AsioLoop::OnHangUp(Task task) {
  impl_->hang_ups.add(SIGHUP);
  impl_->WaitForSignal(impl_->hang_ups, std::move(task));
}

boost::asio::io_context& AsioLoop::context() { return impl_->context; }

}  // namespace spillway
