#include "policies/remote/synchronous_link.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace spillway {

SynchronousLink::SynchronousLink(const std::vector<std::string>& bind,
                                 std::chrono::milliseconds patience)
    : patience_(patience),
      socket_(context_, {.bind = bind}),
      switchboard_([this](const bus::PeerMessage& message) { return socket_.Send(message); }) {}

void SynchronousLink::Serve(Conversation& conversation) {
  const std::lock_guard lock(mutex_);
  conversation.LinkTo("run-" + std::to_string(++runs_),
                      [this](Conversation& asking, const nlohmann::json& question) {
                        return Ask(asking, question);
                      });
}

// The switchboard knows the one conversation that asks: nobody else's is touched by this thread.
bool SynchronousLink::Ask(Conversation& conversation, const nlohmann::json& question) {
  struct Stay {
    Switchboard& switchboard;
    Conversation& conversation;
    ~Stay() { switchboard.Remove(conversation); }
  };
  const std::lock_guard lock(mutex_);
  const Time now = conversation.asked_at();
  const std::string& worker = conversation.rules().worker;
  TakeUntil([&] { return switchboard_.IsServed(worker); }, now,
            "a process that serves " + worker + " (none has said hello)");
  switchboard_.Add(conversation);
  const Stay stay{switchboard_, conversation};
  conversation.Hear(now, /*is_new=*/false);
  if (!switchboard_.Ask(conversation, question)) {
    throw std::runtime_error("bus: the process that serves " + worker + " is gone");
  }
  TakeUntil([&] { return conversation.IsAnswered(); }, now, "an answer of " + worker);
  return true;
}

void SynchronousLink::TakeUntil(const std::function<bool()>& is_done, Time now,
                                const std::string& what) {
  const auto until = std::chrono::steady_clock::now() + patience_;
  while (!is_done()) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    const auto message = left.count() > 0 ? socket_.Receive(left) : std::nullopt;
    if (message) {
      switchboard_.OnMessage(*message, now);
    } else if (left.count() <= 0) {
      throw std::runtime_error("bus: waited " + std::to_string(patience_.count()) + " ms at " +
                               addresses().front() + " for " + what);
    }
  }
}

}  // namespace spillway
