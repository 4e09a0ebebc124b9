#include "policies/script/sandbox.h"

#include <algorithm>
#include <array>
#include <lua.hpp>
#include <string_view>
#include <tuple>
#include <vector>

#include "policies/script/meter.h"

namespace spillway {
namespace {

// The library's own function, which a guard holds as its first upvalue.
int Original(lua_State* lua) { return lua_tocfunction(lua, lua_upvalueindex(1))(lua); }

// Costs by the texts and the number of its arguments.
int BySize(lua_State* lua) {
  const int count = lua_gettop(lua);
  lua_Unsigned bytes = 0;
  for (int i = 1; i <= count; ++i) {
    if (lua_type(lua, i) == LUA_TSTRING) bytes += lua_rawlen(lua, i);
  }
  Meter::Charge(lua, count + static_cast<std::int64_t>(bytes / 16));
  return Original(lua);
}

// One with a metatable could lie about its length, and C would count for ever.
void CheckPlainTable(lua_State* lua, int index) {
  luaL_checktype(lua, index, LUA_TTABLE);
  luaL_argcheck(lua, lua_getmetatable(lua, index) == 0, index,
                "a table without a metatable expected");
}

// Costs by the length of the table.
int ByTable(lua_State* lua) {
  CheckPlainTable(lua, 1);
  Meter::Charge(lua, static_cast<std::int64_t>(lua_rawlen(lua, 1)));
  return Original(lua);
}

// At the end, without a position, nothing has to be moved.
template <int kArgumentsAtTheEnd>
int AtPosition(lua_State* lua) {
  if (lua_gettop(lua) > kArgumentsAtTheEnd) return ByTable(lua);
  CheckPlainTable(lua, 1);
  return Original(lua);
}

int Sort(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  for (lua_Unsigned rest = lua_rawlen(lua, 1); rest > 0; rest /= 2) {
    Meter::Charge(lua, 2 * static_cast<std::int64_t>(lua_rawlen(lua, 1)));
  }
  return ByTable(lua);
}

// How many numbers lie between two arguments, both included.
std::int64_t Span(lua_State* lua, int from, int to) {
  const lua_Integer first = luaL_checkinteger(lua, from);
  const lua_Integer last = luaL_checkinteger(lua, to);
  if (last < first) return 0;
  const auto span = static_cast<lua_Unsigned>(last) - static_cast<lua_Unsigned>(first);
  return static_cast<std::int64_t>(std::min<lua_Unsigned>(span, LUA_MAXINTEGER - 1)) + 1;
}

int Move(lua_State* lua) {
  if (!lua_isnoneornil(lua, 5)) CheckPlainTable(lua, 5);
  Meter::Charge(lua, Span(lua, 2, 3));
  return ByTable(lua);
}

// table.concat(list, separator, i, j) and table.unpack(list, i, j).
template <int kFrom>
int Range(lua_State* lua) {
  if (!lua_isnoneornil(lua, kFrom) && !lua_isnoneornil(lua, kFrom + 1)) {
    Meter::Charge(lua, Span(lua, kFrom, kFrom + 1));
  }
  return ByTable(lua);
}

int Rep(lua_State* lua) {
  const lua_Integer times = luaL_checkinteger(lua, 2);  // also of the empty text, one by one
  Meter::Charge(lua, std::max<lua_Integer>(times, 0));
  return BySize(lua);
}

// "%p", whatever stands between the two.
void RefuseAddresses(lua_State* lua) {
  const std::string_view format = luaL_checkstring(lua, 1);
  for (std::size_t at = format.find('%'); at != std::string_view::npos; at = format.find('%', at)) {
    at = format.find_first_not_of("-+ #0123456789.", at + 1);
    if (at == std::string_view::npos) return;
    luaL_argcheck(lua, format[at] != 'p', 1, "there are no addresses: no %p expected");
    ++at;
  }
}

int Format(lua_State* lua) {
  for (int i = 2; i <= lua_gettop(lua); ++i) {
    const int type = lua_type(lua, i);
    luaL_argcheck(lua, type <= LUA_TBOOLEAN || type == LUA_TNUMBER || type == LUA_TSTRING, i,
                  "a number, text or boolean expected");
  }
  RefuseAddresses(lua);
  return BySize(lua);
}

// A table's is its type: the address would differ from run to run.
int ToString(lua_State* lua) {
  luaL_checkany(lua, 1);
  switch (lua_type(lua, 1)) {
    case LUA_TNIL:
    case LUA_TBOOLEAN:
    case LUA_TNUMBER:
    case LUA_TSTRING: luaL_tolstring(lua, 1, nullptr); return 1;
    default: lua_pushstring(lua, luaL_typename(lua, 1)); return 1;
  }
}

// Catches what the script raises, and neither of its limits.
int ProtectedCall(lua_State* lua) {
  luaL_checkany(lua, 1);
  const int status = lua_pcall(lua, lua_gettop(lua) - 1, LUA_MULTRET, 0);
  if (status == LUA_ERRMEM || Meter::IsSpent(lua)) return lua_error(lua);
  lua_pushboolean(lua, status == LUA_OK);
  lua_insert(lua, 1);
  return lua_gettop(lua);
}

// A finalizer would run where nothing counts; what a weak table holds is up to the collector.
int SetMetatable(lua_State* lua) {
  if (lua_type(lua, 2) == LUA_TTABLE) {
    for (const char* field : {"__gc", "__mode"}) {
      lua_pushstring(lua, field);
      luaL_argcheck(lua, lua_rawget(lua, 2) == LUA_TNIL, 2, "no __gc and no __mode expected");
      lua_pop(lua, 1);
    }
  }
  return Original(lua);
}

// Numbers first, then texts, then booleans.
using Key = std::tuple<int, long double, std::string_view>;

Key KeyAt(lua_State* lua, int index) {
  switch (lua_type(lua, index)) {
    case LUA_TNUMBER:
      return {0,
              lua_isinteger(lua, index) ? static_cast<long double>(lua_tointeger(lua, index))
                                        : static_cast<long double>(lua_tonumber(lua, index)),
              {}};
    case LUA_TSTRING: {
      std::size_t size = 0;
      const char* text = lua_tolstring(lua, index, &size);
      return {1, 0, {text, size}};
    }
    case LUA_TBOOLEAN: return {2, lua_toboolean(lua, index) != 0 ? 1.0L : 0.0L, {}};
    default: luaL_error(lua, "pairs: a key is a %s, which has no order", luaL_typename(lua, index));
  }
  return {};
}

// The next key of the list (2nd upvalue, at the 3rd) whose value in the table (1st) is still there.
int NextPair(lua_State* lua) {
  lua_Integer at = lua_tointeger(lua, lua_upvalueindex(3));
  while (true) {
    lua_settop(lua, 0);
    if (lua_rawgeti(lua, lua_upvalueindex(2), ++at) == LUA_TNIL) return 1;
    lua_pushvalue(lua, 1);
    if (lua_rawget(lua, lua_upvalueindex(1)) != LUA_TNIL) break;
    Meter::Charge(lua, 1);
  }
  lua_pushinteger(lua, at);
  lua_replace(lua, lua_upvalueindex(3));
  return 2;
}

// Lua's own order depends on a seed made of addresses and the clock.
int Pairs(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  lua_settop(lua, 1);
  lua_newtable(lua);
  std::vector<std::pair<Key, int>> keys;  // and where each stands in the list
  for (lua_pushnil(lua); lua_next(lua, 1) != 0; lua_pop(lua, 1)) {
    Meter::Charge(lua, 8);
    keys.emplace_back(KeyAt(lua, 3), static_cast<int>(keys.size()) + 1);
    lua_pushvalue(lua, 3);
    lua_rawseti(lua, 2, keys.back().second);
  }
  std::sort(keys.begin(), keys.end());
  lua_createtable(lua, static_cast<int>(keys.size()), 0);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    lua_rawgeti(lua, 2, keys[i].second);
    lua_rawseti(lua, 3, static_cast<lua_Integer>(i) + 1);
  }
  lua_remove(lua, 2);
  lua_pushinteger(lua, 0);
  lua_pushcclosure(lua, NextPair, 3);
  return 1;
}

// `function` null: the library's own.
struct Offer {
  const char* name;
  lua_CFunction function = nullptr;
};

constexpr std::array kBase = {
    Offer{"assert"},
    Offer{"error"},
    Offer{"getmetatable"},
    Offer{"ipairs"},
    Offer{"pairs", Pairs},
    Offer{"pcall", ProtectedCall},
    Offer{"rawequal"},
    Offer{"rawget"},
    Offer{"rawlen"},
    Offer{"rawset"},
    Offer{"select", BySize},
    Offer{"setmetatable", SetMetatable},
    Offer{"tonumber", BySize},
    Offer{"tostring", ToString},
    Offer{"type"},
};
constexpr std::array kMath = {
    Offer{"abs"},         Offer{"acos"},       Offer{"asin"},        Offer{"atan"},
    Offer{"ceil"},        Offer{"cos"},        Offer{"deg"},         Offer{"exp"},
    Offer{"floor"},       Offer{"fmod"},       Offer{"huge"},        Offer{"log"},
    Offer{"max", BySize}, Offer{"maxinteger"}, Offer{"min", BySize}, Offer{"mininteger"},
    Offer{"modf"},        Offer{"pi"},         Offer{"rad"},         Offer{"sin"},
    Offer{"sqrt"},        Offer{"tan"},        Offer{"tointeger"},   Offer{"type"},
    Offer{"ult"},
};
constexpr std::array kString = {
    Offer{"byte", BySize},  Offer{"char", BySize}, Offer{"format", Format},  Offer{"len"},
    Offer{"lower", BySize}, Offer{"rep", Rep},     Offer{"reverse", BySize}, Offer{"sub"},
    Offer{"upper", BySize},
};
constexpr std::array kTable = {
    Offer{"concat", Range<3>}, Offer{"insert", AtPosition<2>}, Offer{"move", Move},
    Offer{"pack", BySize},     Offer{"remove", AtPosition<1>}, Offer{"sort", Sort},
    Offer{"unpack", Range<2>},
};

// Copies what is offered of the library on top into the table below it; takes the library away.
template <std::size_t kCount>
void Take(lua_State* lua, const std::array<Offer, kCount>& offers) {
  for (const Offer& offer : offers) {
    lua_getfield(lua, -1, offer.name);
    if (offer.function != nullptr) lua_pushcclosure(lua, offer.function, 1);
    lua_setfield(lua, -3, offer.name);
  }
  lua_pop(lua, 1);
}

template <std::size_t kCount>
void TakeLibrary(lua_State* lua, const char* name, lua_CFunction open,
                 const std::array<Offer, kCount>& offers) {
  lua_newtable(lua);
  luaL_requiref(lua, name, open, 0);
  Take(lua, offers);
  lua_setfield(lua, -2, name);
}

// ("x"):rep(3) finds what the sandbox has, and nobody finds the metatable.
void NarrowTexts(lua_State* lua) {
  lua_pushliteral(lua, "");
  lua_getmetatable(lua, -1);
  lua_getfield(lua, -3, "string");
  lua_setfield(lua, -2, "__index");
  lua_pushboolean(lua, 0);
  lua_setfield(lua, -2, "__metatable");
  lua_pop(lua, 2);
}

}  // namespace

void PushSandbox(lua_State* lua) {
  lua_newtable(lua);
  luaL_requiref(lua, "_G", luaopen_base, 0);
  Take(lua, kBase);
  TakeLibrary(lua, "math", luaopen_math, kMath);
  TakeLibrary(lua, "string", luaopen_string, kString);
  TakeLibrary(lua, "table", luaopen_table, kTable);
  NarrowTexts(lua);
}

}  // namespace spillway
