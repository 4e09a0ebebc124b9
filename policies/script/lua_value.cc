#include "policies/script/lua_value.h"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <lua.hpp>
#include <nlohmann/json.hpp>

namespace spillway {
namespace {

using Json = nlohmann::json;

constexpr int kDeepest = 16;
constexpr std::size_t kLargest = 64 * 1024;

class Reader {
 public:
  explicit Reader(lua_State* lua) : lua_(lua) {}

  Json Read(int index, const std::string& name, int depth) {
    Take(name, 8);
    switch (lua_type(lua_, index)) {
      case LUA_TNIL: return nullptr;
      case LUA_TBOOLEAN: return lua_toboolean(lua_, index) != 0;
      case LUA_TNUMBER: return Number(index, name);
      case LUA_TSTRING: return Text(index, name);
      case LUA_TTABLE: return Table(lua_absindex(lua_, index), name, depth);
      default:
        Refuse(name, std::string("is a ") + luaL_typename(lua_, index) +
                         "; expected a number, a text, a boolean or a table of them");
    }
  }

 private:
  [[noreturn]] void Refuse(const std::string& name, const std::string& why) {
    luaL_error(lua_, "%s %s", name.c_str(), why.c_str());
    std::abort();  // luaL_error does not return
  }

  void Take(const std::string& name, std::size_t bytes) {
    taken_ += bytes;
    if (taken_ > kLargest) Refuse(name, "makes it larger than 64 KiB");
  }

  Json Number(int index, const std::string& name) {
    if (lua_isinteger(lua_, index)) return static_cast<std::int64_t>(lua_tointeger(lua_, index));
    const double number = lua_tonumber(lua_, index);
    if (!std::isfinite(number)) Refuse(name, "is not a finite number");
    return number;
  }

  Json Text(int index, const std::string& name) {
    std::size_t size = 0;
    const char* text = lua_tolstring(lua_, index, &size);
    Take(name, size);
    return std::string(text, size);
  }

  Json Table(int table, const std::string& name, int depth) {
    if (depth >= kDeepest) Refuse(name, "is more than 16 tables deep, or holds itself");
    luaL_checkstack(lua_, 4, "too deep");
    const lua_Unsigned length = lua_rawlen(lua_, table);
    return length > 0 ? List(table, length, name, depth) : Object(table, name, depth);
  }

  Json List(int table, lua_Unsigned length, const std::string& name, int depth) {
    Json list = Json::array();
    for (lua_Unsigned i = 1; i <= length; ++i) {
      lua_rawgeti(lua_, table, static_cast<lua_Integer>(i));
      list.push_back(Read(-1, name + "[" + std::to_string(i) + "]", depth + 1));
      lua_pop(lua_, 1);
    }
    lua_Unsigned keys = 0;
    for (lua_pushnil(lua_); lua_next(lua_, table) != 0; lua_pop(lua_, 1)) ++keys;
    if (keys != length) Refuse(name, "has keys beside 1 … n; expected those or texts alone");
    return list;
  }

  Json Object(int table, const std::string& name, int depth) {
    Json object = Json::object();
    for (lua_pushnil(lua_); lua_next(lua_, table) != 0; lua_pop(lua_, 1)) {
      if (lua_type(lua_, -2) != LUA_TSTRING) {
        Refuse(name, std::string("has a key that is a ") + luaL_typename(lua_, -2) +
                         "; expected 1 … n or texts alone");
      }
      const std::string key = Text(-2, name);
      object[key] = Read(-1, name + "." + key, depth + 1);
    }
    return object;
  }

  lua_State* const lua_;
  std::size_t taken_ = 0;
};

}  // namespace

void PushValue(lua_State* lua, const Json& value) {
  luaL_checkstack(lua, 4, "too deep");
  if (value.is_boolean()) {
    lua_pushboolean(lua, value.get<bool>());
  } else if (value.is_number_float()) {
    lua_pushnumber(lua, value.get<double>());
  } else if (value.is_number_integer()) {
    lua_pushinteger(lua, value.get<lua_Integer>());
  } else if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    lua_pushlstring(lua, text.data(), text.size());
  } else if (value.is_array()) {
    lua_createtable(lua, static_cast<int>(value.size()), 0);
    for (std::size_t i = 0; i < value.size(); ++i) {
      PushValue(lua, value[i]);
      lua_rawseti(lua, -2, static_cast<lua_Integer>(i) + 1);
    }
  } else if (value.is_object()) {
    lua_createtable(lua, 0, static_cast<int>(value.size()));
    for (const auto& [name, member] : value.items()) {
      lua_pushlstring(lua, name.data(), name.size());
      PushValue(lua, member);
      lua_rawset(lua, -3);
    }
  } else {
    lua_pushnil(lua);
  }
}

Json ReadValue(lua_State* lua, int index, const std::string& name) {
  return Reader(lua).Read(index, name, 0);
}

}  // namespace spillway
