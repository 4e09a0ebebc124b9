// A policy in another process, in any language: it is asked over the bus, and answers in time or is
// done without.
//
//   worker: forecaster     # the name under which the process serves it; default: the entry's name
//   signals:               # what it is shown; policies/signal_config.h
//     - {metric: cpu, window: 2m}
//   fallback:              # required: a policy of any other type, by itself
//     {name: reactive, type: target_tracking, signal: {metric: cpu}, target: 0.7}
//   ask_every: 1s          # at most this often
//   deadline: 2s           # from question to answer; a later one is not taken
//   valid_for: 30s         # from the question on, at most; then the fallback speaks
//   silence: 10s           # a process that was not heard of for so long is gone
//   most_hosts: 10000      # more is taken for a mistake
//
// Evaluate asks by leaving a question with the link (`bus.policies` in the configuration) and says
// what the newest answer in time says. Where there is none that still holds, the fallback speaks,
// with the code `remote_fallback` and why; while a signal of the policy's own is unknown, it takes
// nothing away. Nor is anything taken away until the first answer may have come. The fallback is
// evaluated each time, so that it has learned what there is to learn when it is needed. Memory:
// what the process gives along with its answers, and the fallback's.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policies/policy.h"
#include "policies/remote/conversation.h"

namespace spillway {

class RemotePolicy final : public Policy {
 public:
  RemotePolicy(std::string name, std::shared_ptr<Conversation> conversation,
               std::unique_ptr<Policy> fallback);

  // Those of the process first, then those of the fallback.
  std::span<const SignalSpec> signals() const override { return signals_; }
  std::optional<Measure> measure(std::size_t i) const override;
  std::span<const WaitingSpec> waiting() const override { return fallback_->waiting(); }
  Recommendation Evaluate(const PolicyInput& input) override;
  std::string Memory() const override;
  bool Recall(std::string_view memory) override;
  std::vector<PolicyNews> Refresh() override { return fallback_->Refresh(); }

 private:
  Recommendation Answered(const Recommendation& says, Time now) const;
  Recommendation FallenBack(Recommendation says, const Reason& why) const;

  const std::shared_ptr<Conversation> conversation_;  // with the link
  const std::unique_ptr<Policy> fallback_;
  std::vector<SignalSpec> signals_;
};

std::unique_ptr<Policy> ParseRemote(const std::string& name, const ConfigNode& node,
                                    const PolicyContext& context);

}  // namespace spillway
