// Where blocking calls run, so that the loop never waits. A call gets copies and returns a value;
// its continuation runs on the loop.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "scaler/model/result.h"

namespace spillway {

// Calls of the two lanes never wait for each other: a long drain does not delay a burst.
enum class Lane { kUp, kDown };

// Calls of one channel (a provider, a registrar) run at most `parallel` at a time per lane, first
// come, first served.
struct Channel {
  std::string name;
  int parallel = 4;
};

class Workers {
 public:
  virtual ~Workers() = default;

  // Runs `call` elsewhere, then `then(value)` on the loop. Loop thread only. An exception of
  // `call` is thrown again out of the continuation, on the loop. After destruction of the workers
  // no continuation runs any more.
  template <class T>
  void Run(Lane lane, const Channel& channel, std::function<T()> call,
           std::function<void(T)> then) {
    Submit(lane, channel, [call = std::move(call), then = std::move(then)]() -> Continuation {
      // std::function must be copyable, values need not be: hence the shared one.
      auto value = std::make_shared<T>(call());
      return [then, value] { then(std::move(*value)); };
    });
  }

  // The same for a call of a plugin. That one throws breaks its contract, but must not end the
  // service: an exception is an error of unknown outcome.
  template <class T>
  void Ask(Lane lane, const Channel& channel, std::function<Result<T>()> call,
           std::function<void(const Result<T>&)> then) {
    auto guarded = [name = channel.name, call = std::move(call)]() -> Result<T> {
      try {
        return call();
      } catch (const std::exception& error) {
        return Error{ErrorKind::kUnknownOutcome, name, "exception", error.what()};
      }
    };
    Run<Result<T>>(lane, channel, std::move(guarded), std::move(then));
  }

 protected:
  using Continuation = std::function<void()>;
  virtual void Submit(Lane lane, const Channel& channel, std::function<Continuation()> job) = 0;
};

}  // namespace spillway
