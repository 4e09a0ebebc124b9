// The way to plugins: a call on a worker, its answer counted.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "scaler/provision/context.h"

namespace spillway {

// Counts an answer by channel, call and outcome ("ok" or the error's kind), and the time from the
// question to the answer's turn on the loop. `error` is null when the call went well.
void CountCall(Metrics& metrics, const std::string& channel, const std::string& call,
               const Error* error, Duration took);

// Workers::Ask, counted as `verb`. `context` outlives the workers. Loop thread only.
template <class T>
void AskOutside(const ProvisionContext& context, Lane lane, const Channel& channel,
                const std::string& verb, std::function<Result<T>()> call,
                std::function<void(const Result<T>&)> then) {
  auto counted = [&context, name = channel.name, verb, asked = context.loop.Now(),
                  then = std::move(then)](const Result<T>& answer) {
    CountCall(context.metrics, name, verb, answer ? nullptr : &answer.error(),
              context.loop.Now() - asked);
    then(answer);
  };
  context.workers.Ask<T>(lane, channel, std::move(call), std::move(counted));
}

}  // namespace spillway
