#include "policies/script/lua_script.h"

// Linked is Debian's build of Lua as C++, whose errors are exceptions: they unwind our frames, too.
#include <functional>
#include <lua.hpp>
#include <optional>
#include <utility>

#include "policies/script/lua_value.h"
#include "policies/script/sandbox.h"

namespace spillway {
namespace {

using Work = std::function<void(lua_State*)>;

// For errors, texts of scripts are cut.
constexpr std::size_t kLongestError = 400;

int CallWork(lua_State* lua) {
  const Work& work = *static_cast<const Work*>(lua_touserdata(lua, 1));
  lua_settop(lua, 0);
  work(lua);
  return 0;
}

struct CloseState {
  void operator()(lua_State* lua) const { lua_close(lua); }
};

}  // namespace

struct LuaScript::Impl {
  Impl(std::string the_name, const ScriptLimits& limits)
      : name(std::move(the_name)), meter(limits), lua(meter.NewState()) {}

  // Runs `work` where Lua may raise; what it left on the stack is dropped. The error, if any.
  std::optional<Error> Run(const Work& work);
  std::string ErrorText(int status);
  // Pushes what evaluate is given and keeps what it and the memory are.
  void Start(const std::string& text, const nlohmann::json& memory);

  const std::string name;
  Meter meter;
  std::unique_ptr<lua_State, CloseState> lua;
  int evaluate = LUA_NOREF;
  int memory = LUA_NOREF;
};

std::optional<Error> LuaScript::Impl::Run(const Work& work) {
  // Neither of the two allocates, so that nothing raises outside of the call.
  lua_pushcfunction(lua.get(), CallWork);
  lua_pushlightuserdata(lua.get(), const_cast<Work*>(&work));  // NOLINT: Lua has no const
  const int status = lua_pcall(lua.get(), 1, 0, 0);
  if (status == LUA_OK) return std::nullopt;
  Error error{ErrorKind::kInvalid, name, "script", ErrorText(status).substr(0, kLongestError)};
  lua_settop(lua.get(), 0);
  return error;
}

std::string LuaScript::Impl::ErrorText(int status) {
  const bool is_refused = status == LUA_ERRMEM || Meter::IsSpent(lua.get());
  if (is_refused && !meter.refusal().empty()) return meter.refusal();
  if (lua_type(lua.get(), -1) == LUA_TSTRING) {
    const std::string text = lua_tostring(lua.get(), -1);
    return text.starts_with(name + ":") ? text : name + ": " + text;
  }
  return name + ": raises an error that is no text";
}

void LuaScript::Impl::Start(const std::string& text, const nlohmann::json& with) {
  lua_State* l = lua.get();
  if (luaL_loadbufferx(l, text.data(), text.size(), ("@" + name).c_str(), "t") != LUA_OK) {
    lua_error(l);
  }
  PushSandbox(l);
  lua_pushvalue(l, -1);
  lua_setupvalue(l, 1, 1);  // the globals of the text
  lua_insert(l, 1);
  meter.Begin();
  lua_call(l, 0, 0);
  lua_getfield(l, 1, "evaluate");
  if (!lua_isfunction(l, -1)) {
    luaL_error(l, "expected a function evaluate(cluster, signals, memory)");
  }
  evaluate = luaL_ref(l, LUA_REGISTRYINDEX);
  PushValue(l, with);
  memory = luaL_ref(l, LUA_REGISTRYINDEX);
}

LuaScript::LuaScript(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LuaScript::~LuaScript() = default;

Result<std::unique_ptr<LuaScript>> LuaScript::Load(const std::string& name, const std::string& text,
                                                   const ScriptLimits& limits,
                                                   const nlohmann::json& memory) {
  auto impl = std::make_unique<Impl>(name, limits);
  if (impl->lua == nullptr) {
    return Error{ErrorKind::kInvalid, name, "script", name + ": the memory is too little for Lua"};
  }
  Impl& script = *impl;
  if (auto error = impl->Run([&](lua_State*) { script.Start(text, memory); })) return *error;
  return std::unique_ptr<LuaScript>(new LuaScript(std::move(impl)));
}

Result<LuaScript::Answer> LuaScript::Evaluate(const nlohmann::json& cluster,
                                              const nlohmann::json& signals) {
  // What earlier calls left must not decide whether this one has memory enough.
  lua_gc(impl_->lua.get(), LUA_GCCOLLECT);
  impl_->meter.Begin();
  Answer answer;
  const auto error = impl_->Run([&](lua_State* lua) {
    lua_rawgeti(lua, LUA_REGISTRYINDEX, impl_->evaluate);
    PushValue(lua, cluster);
    PushValue(lua, signals);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, impl_->memory);
    lua_call(lua, 3, 1);
    answer.advice = ReadValue(lua, -1, "the answer");
    lua_rawgeti(lua, LUA_REGISTRYINDEX, impl_->memory);
    answer.memory = ReadValue(lua, -1, "memory");
  });
  if (error) return *error;
  return answer;
}

}  // namespace spillway
