// What a script may use, counted so that the same script on the same input stops at the same place:
// instructions of Lua's machine, and bytes. What C does for a script in one instruction costs by
// its size: each 64 bytes allocated count as an instruction, and the functions of sandbox.cc charge
// for the rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

struct lua_State;
struct lua_Debug;

namespace spillway {

struct ScriptLimits {
  std::int64_t instructions = 1'000'000;              // of one call
  std::int64_t memory_bytes = std::int64_t{2} << 20;  // of everything the script holds

  friend bool operator==(const ScriptLimits&, const ScriptLimits&) = default;
};

// Of one state; outlives it. One thread.
class Meter {
 public:
  // Longer ones make comparing them, one instruction, too dear.
  static constexpr std::size_t kLongestString = 16 * 1024;

  explicit Meter(const ScriptLimits& limits) : limits_(limits) {}
  Meter(const Meter&) = delete;
  Meter& operator=(const Meter&) = delete;

  // A state whose use is counted here; null when the memory is too little for it. Call once.
  lua_State* NewState();
  // A call begins: its instructions are counted anew.
  void Begin();

  // For a function in C: the call has used so many instructions more. Raises when that is too many.
  static void Charge(lua_State* lua, std::int64_t instructions);
  // Whether the call has used up its instructions: nothing may catch that.
  static bool IsSpent(lua_State* lua);

  // What was refused last, with file and line.
  const std::string& refusal() const { return refusal_; }

 private:
  static Meter& Of(lua_State* lua);
  static void* Allocate(void* meter, void* block, std::size_t old_size, std::size_t new_size);
  static void OnCount(lua_State* lua, lua_Debug* unused);
  bool Allows(std::size_t more, bool is_string);
  void Refuse(const std::string& text);
  void Spend();
  [[noreturn]] void Stop();

  const ScriptLimits limits_;
  lua_State* lua_ = nullptr;
  std::int64_t left_ = 0;
  std::int64_t used_bytes_ = 0;
  bool is_counting_ = false;
  bool is_spent_ = false;
  std::string refusal_;
};

}  // namespace spillway
