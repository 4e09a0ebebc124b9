// A script of Lua 5.4 in its sandbox: text in, answers out, nothing else touched. This folder is
// the door for Lua.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "policies/script/meter.h"
#include "scaler/model/result.h"

namespace spillway {

// One thread. The same script, given the same, answers the same.
class LuaScript {
 public:
  struct Answer {
    nlohmann::json advice;  // what `evaluate` gave back; null: nothing
    nlohmann::json memory;  // as `evaluate` left it
  };

  // Runs `text` (no bytecode), which must define the function `evaluate`. `name` stands in errors
  // before the line. `memory`, an object, is what `evaluate` gets as its third argument. Errors are
  // of kind kInvalid with "night.lua:12: …" as their text.
  static Result<std::unique_ptr<LuaScript>> Load(const std::string& name, const std::string& text,
                                                 const ScriptLimits& limits,
                                                 const nlohmann::json& memory);
  ~LuaScript();
  LuaScript(const LuaScript&) = delete;
  LuaScript& operator=(const LuaScript&) = delete;

  // evaluate(cluster, signals, memory). After an error the script is of no more use: it was left in
  // the middle of something.
  Result<Answer> Evaluate(const nlohmann::json& cluster, const nlohmann::json& signals);

 private:
  struct Impl;
  explicit LuaScript(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace spillway
