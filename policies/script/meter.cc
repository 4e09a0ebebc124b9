#include "policies/script/meter.h"

#include <cstdlib>
#include <lua.hpp>

namespace spillway {
namespace {

// The hook is called after so many instructions.
constexpr int kSlice = 500;
constexpr std::size_t kBytesPerInstruction = 64;

// "night.lua:12: " of the innermost function in Lua. Allocates nothing in Lua.
std::string Where(lua_State* lua) {
  lua_Debug at;
  for (int level = 0; lua_getstack(lua, level, &at) != 0; ++level) {
    lua_getinfo(lua, "Sl", &at);
    if (at.currentline > 0) {
      return std::string(at.short_src) + ":" + std::to_string(at.currentline) + ": ";
    }
  }
  return "";
}

}  // namespace

lua_State* Meter::NewState() {
  lua_ = lua_newstate(&Meter::Allocate, this);
  return lua_;
}

void Meter::Begin() {
  left_ = limits_.instructions;
  is_counting_ = true;
  is_spent_ = false;
  refusal_.clear();
  lua_sethook(lua_, &Meter::OnCount, LUA_MASKCOUNT, kSlice);
}

Meter& Meter::Of(lua_State* lua) {
  void* meter = nullptr;
  lua_getallocf(lua, &meter);
  return *static_cast<Meter*>(meter);
}

// When it refuses, Lua collects its garbage and asks once more before it gives up.
void* Meter::Allocate(void* meter, void* block, std::size_t old_size, std::size_t new_size) {
  Meter& self = *static_cast<Meter*>(meter);
  // Of what is new, the old size tells the type.
  const bool is_string = block == nullptr && old_size == LUA_TSTRING;
  const std::size_t had = block == nullptr ? 0 : old_size;
  if (new_size == 0) {
    std::free(block);
    self.used_bytes_ -= static_cast<std::int64_t>(had);
    return nullptr;
  }
  if (new_size > had && !self.Allows(new_size - had, is_string)) return nullptr;
  void* moved = std::realloc(block, new_size);
  if (moved == nullptr) return nullptr;
  self.used_bytes_ += static_cast<std::int64_t>(new_size) - static_cast<std::int64_t>(had);
  return moved;
}

bool Meter::Allows(std::size_t more, bool is_string) {
  constexpr std::size_t kHeader = 64;  // of a string, and some
  if (is_string && more > kLongestString + kHeader) {
    Refuse("makes a text of more than " + std::to_string(kLongestString) + " bytes");
    return false;
  }
  if (static_cast<std::int64_t>(more) > limits_.memory_bytes - used_bytes_) {
    Refuse("needs more than " + std::to_string(limits_.memory_bytes) + " bytes of memory");
    return false;
  }
  if (!is_counting_) return true;
  left_ -= static_cast<std::int64_t>(more / kBytesPerInstruction);
  if (left_ >= 0) return true;
  Spend();
  return false;
}

void Meter::Refuse(const std::string& text) {
  refusal_ = (lua_ == nullptr ? "" : Where(lua_)) + text;
}

// The first place is told; what comes after it is Lua on its way out.
void Meter::Spend() {
  if (is_spent_) return;
  is_spent_ = true;
  Refuse("takes more than " + std::to_string(limits_.instructions) + " instructions");
}

void Meter::OnCount(lua_State* lua, lua_Debug* /*unused*/) { Charge(lua, kSlice); }

void Meter::Charge(lua_State* lua, std::int64_t instructions) {
  Meter& self = Of(lua);
  if (self.is_counting_ && instructions > self.left_) self.Stop();
  self.left_ -= instructions;
}

bool Meter::IsSpent(lua_State* lua) { return Of(lua).is_spent_; }

// From here on every instruction raises again, so that no handler of the script's can go on. The
// error is nil because a text would have to be allocated.
void Meter::Stop() {
  left_ = -1;
  Spend();
  lua_sethook(lua_, &Meter::OnCount, LUA_MASKCOUNT, 1);
  lua_pushnil(lua_);
  lua_error(lua_);
  std::abort();  // lua_error does not return
}

}  // namespace spillway
