// The programs of one external provider: as many alike as there are calls at a time, each with one
// question at a time. One that hangs, ends or breaks the protocol is killed; the next call gets a
// fresh one, at once after a single mishap, then after a growing while.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "providers/builtin.h"
#include "providers/effect.h"
#include "providers/external/external_config.h"
#include "providers/external/external_protocol.h"
#include "scaler/runtime/line_program.h"

namespace spillway {

// Thread-safe. Calls block; each has a time limit.
class ExternalPrograms {
 public:
  // Throws std::runtime_error when the environment cannot be made. `context` names what must
  // outlive it.
  ExternalPrograms(const ExternalConfig& config, const PluginContext& context);

  // Starts a program when there is none: whether that works at all.
  Result<Done> Start();

  // Sends the question `question` (its "call" names it) to a program, and gives the result of its
  // answer. For a call that creates, whatever leaves open that it was carried out is
  // kUnknownOutcome; for others it is kTransient.
  Result<nlohmann::json> Call(nlohmann::json question, Effect effect);

  // The answer is not what the protocol says: what that means for such a call.
  Error Bad(const std::string& call, Effect effect, const BadAnswer& problem) const;

 private:
  struct Running {
    std::unique_ptr<LineProgram> program;
    ExternalHello hello;
    std::int64_t questions = 0;
  };
  using Program = std::unique_ptr<Running>;

  // One that waits, or a fresh one.
  Result<Program> Take(const std::string& where);
  void GiveBack(Program program);
  Result<Program> MakeProgram(const std::string& where);
  Result<Done> Greet(Running& running, const std::string& where);
  Result<nlohmann::json> Ask(Running& running, nlohmann::json question, Duration limit,
                             const std::string& where);
  // After a mishap no program is started for a while.
  void CountMishap();
  // Gives the last of them.
  std::string PassOnRemarks(LineProgram& program) const;
  std::string Where(const std::string& call) const { return "external " + name_ + " " + call; }
  std::string WithoutSecrets(std::string text) const;
  Error WithoutSecrets(Error error) const;

  const std::string name_;
  const ExternalConfig config_;
  const Clock& clock_;
  const std::function<void(const std::string&, const std::string&)> overheard_;
  std::map<std::string, Secret> environment_;
  std::vector<Secret> secrets_;

  std::mutex mutex_;  // guards what follows
  std::vector<Program> waiting_;
  int mishaps_ = 0;  // in a row
  Time not_before_ = kDistantPast;
};

}  // namespace spillway
