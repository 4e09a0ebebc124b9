// What a script sees of Lua's libraries: what computes and nothing else. No files, no system, no
// loading of code, no collector, no coroutines, no finalizers and weak tables, no randomness, no
// patterns (their time has no bound that could be charged), no addresses (in texts, or by the order
// of a table). README.md has the list.
#pragma once

struct lua_State;

namespace spillway {

// Pushes a new table of globals. May raise.
void PushSandbox(lua_State* lua);

}  // namespace spillway
