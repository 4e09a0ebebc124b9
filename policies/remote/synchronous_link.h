// The link of a backtest: a question is answered before the policy goes on, so that a process plays
// a month in the time that its answers take, and twice the same. The clock stands still meanwhile;
// the process has `patience` of real time, after which the run fails: a machine that is busy must
// not change what comes out.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "bus/router.h"
#include "policies/remote/conversation.h"
#include "policies/remote/switchboard.h"

namespace spillway {

// Any thread: runs that ask at the same time wait for each other.
class SynchronousLink {
 public:
  // Throws std::runtime_error with the address and ZeroMQ's words.
  explicit SynchronousLink(const std::vector<std::string>& bind,
                           std::chrono::milliseconds patience = std::chrono::seconds(60));
  SynchronousLink(const SynchronousLink&) = delete;
  SynchronousLink& operator=(const SynchronousLink&) = delete;

  // From now on `conversation` asks over this link, which outlives it. Its policy's Evaluate throws
  // std::runtime_error when nobody serves it or no answer comes within the patience.
  void Serve(Conversation& conversation);

  const std::vector<std::string>& addresses() const { return socket_.addresses(); }

 private:
  bool Ask(Conversation& conversation, const nlohmann::json& question);
  // Takes messages until `is_done`; throws with `what` was waited for when that takes too long.
  void TakeUntil(const std::function<bool()>& is_done, Time now, const std::string& what);

  const std::chrono::milliseconds patience_;
  std::mutex mutex_;  // guards what follows
  bus::Context context_;
  bus::RouterSocket socket_;
  Switchboard switchboard_;
  std::int64_t runs_ = 0;
};

}  // namespace spillway
