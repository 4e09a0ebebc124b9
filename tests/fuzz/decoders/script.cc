#include <nlohmann/json.hpp>

#include "policies/script/lua_script.h"
#include "tests/fuzz/decoders/decoders.h"

namespace spillway::fuzz {
namespace {

using Json = nlohmann::json;

// What came of it, as a text.
std::string Run(const std::string& text) {
  ScriptLimits limits;
  limits.instructions = 20'000;
  limits.memory_bytes = 1 << 20;
  const auto script = LuaScript::Load("fuzz.lua", text, limits, {{"seen", 3}});
  if (!script) return script.error().text;
  const auto answer = (*script)->Evaluate(
      {{"name", "edge"}, {"ready_hosts", 2}, {"host_size", {{"vcpu", 8}, {"memory_mib", 32768}}}},
      {{"cpu", {{"value", 0.7}, {"age_s", 10.5}, {"state", "fresh"}}}});
  if (!answer) return answer.error().text;
  return Json({answer->advice, answer->memory})
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

// A script ends within its limits, whatever it is, and twice the same.
void EatScript(std::string_view bytes) {
  const std::string text(bytes);
  Require(Run(text) == Run(text), "the same script given the same answers the same");
}

}  // namespace spillway::fuzz
