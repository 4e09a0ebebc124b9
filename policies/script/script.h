// A policy in Lua 5.4, read from a file.
//
//   file: /etc/spillway/night.lua    # relative: to where the service was started
//   signals:                         # what it sees; policies/signal_config.h
//     - {metric: cpu, window: 2m}
//   on_unknown: hold                 # while a signal has no value, and when it says nothing
//   instructions: 1000000            # of one call
//   memory: 2MiB                     # 1MiB and up: of everything the script holds
//   most_hosts: 10000                # more is taken for a mistake of the script
//
// README.md says what the script sees and gives back. It is looked at every few seconds and taken
// up anew when it has changed. A version that cannot be read, or fails at its first call, is not
// taken up: the last good one goes on, and each recommendation and the log say so. A call that
// fails takes nothing away (`on_unknown`), and what it did to `memory` is undone.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policies/policy.h"
#include "policies/script/lua_script.h"
#include "policies/unknown.h"

namespace spillway {

struct ScriptConfig {
  std::string file;
  std::vector<SignalSpec> signals;
  OnUnknown on_unknown;
  ScriptLimits limits;
  std::int64_t most_hosts = 10'000;
};

class ScriptPolicy final : public Policy {
 public:
  ScriptPolicy(std::string name, ScriptConfig config, const Capacity& host_size);
  ~ScriptPolicy() override;

  std::span<const SignalSpec> signals() const override { return config_.signals; }
  Recommendation Evaluate(const PolicyInput& input) override;
  // The table `memory`; locals and globals of the script are not kept.
  std::string Memory() const override;
  bool Recall(std::string_view memory) override;
  std::vector<PolicyNews> Refresh() override;

  // The file as it is now. Refresh() tells what came of it.
  void Look();

 private:
  // A text of the file, started.
  struct Version {
    std::string text;
    std::unique_ptr<LuaScript> script;
  };

  // Starts `text` with the memory as it is.
  Result<Version> Start(const std::string& text) const;
  // One call of `version`; on success its memory is the policy's.
  Result<Recommendation> Ask(Version& version, const PolicyInput& input);
  std::optional<Recommendation> TryCandidate(const PolicyInput& input);
  Recommendation AskRunning(const PolicyInput& input);
  void Reject(std::string why);
  // Adds to `r` that a newer text of the file is broken.
  Recommendation WithTrouble(Recommendation r) const;

  const ScriptConfig config_;
  const Capacity host_size_;
  const std::string file_name_;  // without its folder

  std::optional<std::string> seen_;   // the file's text when it was last looked at
  std::optional<Version> running_;    // answers
  std::optional<Version> candidate_;  // newer; to show at its first call that it can
  nlohmann::json memory_ = nlohmann::json::object();
  std::string trouble_;  // why the file as it is is not taken up; empty: it is
  std::string failure_;  // of the last call; empty: it went well
  std::vector<PolicyNews> untold_;
};

std::unique_ptr<Policy> ParseScript(const std::string& name, const ConfigNode& node,
                                    const PolicyContext& context);

}  // namespace spillway
