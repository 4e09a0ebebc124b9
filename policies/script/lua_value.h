// Values on their way into a script and out of it: JSON <-> Lua.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

struct lua_State;

namespace spillway {

// Pushes `value`; null is nil. May raise.
void PushValue(lua_State* lua, const nlohmann::json& value);

// The value at `index`, called `name` in errors: nil, booleans, finite numbers, texts, and tables
// of them whose keys are 1 … n or texts, at most 16 deep and together 64 KiB. Anything else raises.
// An empty table is an object.
nlohmann::json ReadValue(lua_State* lua, int index, const std::string& name);

}  // namespace spillway
