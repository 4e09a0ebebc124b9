#include "policies/script/script.h"

#include <gmock/gmock.h>

#include "tests/support/scratch_dir.h"
#include "tests/unit/policies/policy_case.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string Function(const std::string& body) {
  return "function evaluate(cluster, signals, memory)\n" + body + "\nend\n";
}

// A policy with a file of its own and the signal `cpu`.
class ScriptCase {
 public:
  explicit ScriptCase(const std::string& text, const std::string& more = "") {
    Write(text);
    auto parsed = ParsePolicy("script", "{file: \"" + scratch_.File("s.lua") +
                                            "\", signals: [{metric: cpu}]" + more + "}");
    EXPECT_THAT(parsed.errors, IsEmpty());
    policy_ = std::move(parsed.policy);
  }

  void Write(const std::string& text) { scratch_.Write("s.lua", text); }
  Recommendation Ask(double cpu = 0.5) { return Ask({ASignal(cpu)}); }
  Recommendation Ask(const std::vector<Signal>& signals) {
    return Evaluate(*policy_, AView(2, 1), signals);
  }
  // "what: text" of each news.
  std::vector<std::string> Refresh() {
    std::vector<std::string> news;
    for (const PolicyNews& n : policy_->Refresh()) news.push_back(n.what + ": " + n.text);
    return news;
  }
  Policy& policy() { return *policy_; }

 private:
  ScratchDir scratch_;
  std::unique_ptr<Policy> policy_;
};

TEST(Script, RecommendsByClusterAndSignals) {
  ScriptCase script(Function(R"(
    local rate = signals.cpu.value * cluster.ready_hosts / 0.7
    return {hosts = math.ceil(rate), reason = "cpu of " .. cluster.name, kind = "floor"})"));
  const auto r = script.Ask(0.9);
  EXPECT_EQ(r.kind, RecommendationKind::kFloor);
  EXPECT_EQ(r.wanted, kHostSize * 3);
  EXPECT_EQ(r.reason.text, "cpu of edge");
  EXPECT_EQ(r.valid_until, At(80s + 1ms));
}

TEST(Script, MayGiveBackANumberOrExactCapacity) {
  EXPECT_EQ(ScriptCase(Function("return 4")).Ask().wanted, kHostSize * 4);
  EXPECT_EQ(ScriptCase(Function("return {capacity = {vcpu = 1, memory_mib = 2}}")).Ask().wanted,
            (Capacity{1, 2}));
}

TEST(Script, IsNotAskedWhileASignalHasNoValue) {
  ScriptCase script(Function("error('asked')"), ", on_unknown: {add_hosts: 2}");
  Signal missing;
  missing.name = "cpu";
  const auto r = script.Ask({missing});
  EXPECT_EQ(r.kind, RecommendationKind::kUnknown);
  EXPECT_EQ(r.wanted, kHostSize * 4);
  EXPECT_EQ(r.reason.code, "signal_missing");
}

TEST(Script, ThatGivesNothingBackTakesNothingAway) {
  const auto r = ScriptCase(Function("local forgot = 3")).Ask();
  EXPECT_EQ(r.kind, RecommendationKind::kUnknown);
  EXPECT_EQ(r.reason.code, "script_says_nothing");
}

struct Bad {
  const char* name;
  const char* body;
  const char* error;

  friend std::ostream& operator<<(std::ostream& out, const Bad& bad) { return out << bad.name; }
};

// Each of these would hold the loop for ever, take all memory or reach outside.
const std::vector<Bad> kBad = {
    {"Loops", "while true do end", "s.lua:2: takes more than 100000 instructions"},
    {"CatchesTheLimit", "while true do pcall(function() while true do pcall(error) end end) end",
     "instructions"},
    {"CatchesTheLimitInDepth",
     "local function f() pcall(f) while true do end end while true do f() end", "instructions"},
    {"LoopsInAClose",
     "local x <close> = setmetatable({}, {__close = function() while true do end end}) "
     "while true do end",
     "instructions"},
    {"CatchesMemory",
     "local t = {} while true do pcall(function() for i = 1, 1e9 do t[#t + 1] = {} end end) end",
     ""},
    {"EatsTables", "local t = {} for i = 1, 1e9 do t[i] = {i} end", ""},
    {"DoublesAText", "local s = 'x' while true do s = s .. s end",
     "s.lua:2: makes a text of more than 16384 bytes"},
    {"Repeats", "return ('x'):rep(1 << 40)", "instructions"},
    {"RepeatsALittleLess", "return #('x'):rep(90000)", "text of more than 16384 bytes"},
    {"RepeatsNothing", "return #(''):rep(1 << 60)", "instructions"},
    {"RepeatsASeparator", "return #string.rep('', 9000, 'abcdefgh')", "text of more than"},
    {"FormatsWide", "return string.format(('%99d'):rep(400), table.unpack({}, 1, 400))", ""},
    {"MovesFar", "table.move({}, 1, 1 << 60, 2)", "instructions"},
    {"MovesFromFar", "table.move({}, math.mininteger, -2, math.mininteger)", "instructions"},
    {"LiesAboutItsLength",
     "table.insert(setmetatable({}, {__len = function() return 1 << 60 end}), 1, 1)",
     "without a metatable expected"},
    {"SortsALie", "table.sort(setmetatable({}, {__len = function() return 1 << 30 end}))",
     "without a metatable expected"},
    {"ConcatenatesALie",
     "table.concat(setmetatable({}, {__index = function() return '' end}), '', 1, 1 << 60)",
     "instructions"},
    {"UnpacksMuch", "return {table.unpack({}, 1, 1 << 40)}", "instructions"},
    {"UnpacksAllIntegers", "return {table.unpack({}, math.mininteger, math.maxinteger)}",
     "instructions"},
    {"SortsWithoutOrder",
     "local t = {} for i = 1, 1000 do t[i] = i % 7 end "
     "while true do table.sort(t, function() return true end) end",
     "invalid order function"},
    {"WalksAgainAndAgain",
     "local t = {} for i = 1, 5000 do t[i] = i end while true do for k in pairs(t) do break end "
     "end",
     "instructions"},
    {"RecursesDeep", "local function f(n) return 1 + f(n + 1) end return f(1)", ""},
    {"RecursesInC", "local function f() pcall(f) end for i = 1, 1e9 do f() end", "instructions"},
    {"GrowsItsArguments", "local function f(...) return f(1, ...) end return f()", ""},
    {"HasAFinalizer", "setmetatable({}, {__gc = function() while true do end end})", "no __gc"},
    {"IsWeak", "setmetatable({}, {__mode = 'k'})", "no __mode"},
    {"MatchesForEver", "return string.find(('a'):rep(5000), ('.-'):rep(20) .. 'b')",
     "field 'find'"},
    {"MatchesByMethod", "return ('a'):match('.-')", "method 'match'"},
    {"Substitutes", "return string.gsub('a', '.-', 'b')", "field 'gsub'"},
    {"ReadsAFile", "return io.open('/etc/passwd')", "global 'io'"},
    {"RunsAProgram", "os.execute('true')", "global 'os'"},
    {"Requires", "require('os')", "global 'require'"},
    {"LoadsCode", "load('return 1')()", "global 'load'"},
    {"RunsAFile", "dofile('/etc/passwd')", "global 'dofile'"},
    {"DumpsCode", "string.dump(evaluate)", "field 'dump'"},
    {"Debugs", "debug.sethook()", "global 'debug'"},
    {"Collects", "collectgarbage('stop')", "global 'collectgarbage'"},
    {"StartsACoroutine", "coroutine.wrap(function() end)()", "global 'coroutine'"},
    {"RollsDice", "return math.random(5)", "field 'random'"},
    {"LooksForTheMetatableOfTexts", "getmetatable('').__index = nil", "index a boolean"},
    {"WalksInNoOrder", "for k in pairs({[{}] = 1}) do end", "a key is a table"},
    {"PrintsAnAddress", "return string.format('%p', {})", "number, text or boolean expected"},
    {"PrintsATextsAddress", "return string.format('%-5p', 'x')", "no %p"},
    {"Raises", "\n\nerror('out of order')", "s.lua:4: out of order"},
    {"RaisesATable", "error({})", "s.lua: raises an error that is no text"},
    {"RaisesNothing", "error()", "s.lua: raises an error that is no text"},
    {"PretendsToBeOutOfMemory", "error('not enough memory', 0)", "not enough memory"},
    {"ComputesWithNil", "return signals.memory.value + 1", "s.lua:2: attempt to index a nil value"},
    {"GivesBackAWord", "return 'three'", "s.lua: the answer: expected an object"},
    {"GivesBackAFunction", "return print or evaluate", "the answer is a function"},
    {"GivesBackNaN", "return 0 / 0", "the answer is not a finite number"},
    {"GivesBackInfinity", "return {hosts = math.huge}", "the answer.hosts is not a finite number"},
    {"GivesBackLess", "return -1", "hosts: expected a number from 0 to 10000"},
    {"GivesBackTooMuch", "return 1e9", "hosts: expected a number from 0 to 10000"},
    {"GivesBackAnotherMember", "return {host = 3}", "\"host\" is no member"},
    {"GivesBackItself", "local t = {} t.hosts = t return t", "more than 16 tables deep"},
    {"RemembersAFunction", "memory.f = evaluate return 1", "memory.f is a function"},
    {"RemembersALot", "for i = 1, 9000 do memory[i] = i end return 1", "larger than 64 KiB"},
    {"RemembersAMixture", "memory.list = {1, 2, x = 3} return 1", "memory.list has keys beside"},
    {"RemembersByBooleans", "memory.is = {[true] = 1} return 1", "a key that is a boolean"},
};

class BadScript : public ::testing::TestWithParam<Bad> {};
INSTANTIATE_TEST_SUITE_P(Each, BadScript, ::testing::ValuesIn(kBad),
                         [](const auto& bad) { return std::string(bad.param.name); });

TEST_P(BadScript, TakesNothingAwayAndSaysWhereAgainAndAgain) {
  ScriptCase script(Function(GetParam().body), ", instructions: 100000, memory: 1MiB");
  for (int call = 0; call < 3; ++call) {
    const auto r = script.Ask();
    EXPECT_EQ(r.kind, RecommendationKind::kUnknown) << r.reason.text;
    EXPECT_EQ(r.reason.code, "script_failed");
    EXPECT_THAT(r.reason.text, AllOf(HasSubstr(GetParam().error), HasSubstr("s.lua:")));
  }
  EXPECT_THAT(script.Refresh(),
              ElementsAre(HasSubstr("script_loaded"), HasSubstr("script_failed: s.lua:")));
}

TEST(Script, SeesWhatComputes) {
  ScriptCase script(Function(R"(
    assert(tostring({}) == "table" and tostring(12) == "12" and tostring("x") == "x")
    assert(not pcall(error, "x") and pcall(function() return 1 end))
    assert(select(2, pcall(error, "x", 0)) == "x")
    local t = {3, 1, 2}
    table.sort(t, function(a, b) return a > b end)
    table.insert(t, 9) table.insert(t, 1, 7)
    assert(table.concat(t, ",") == "7,3,2,1,9" and table.remove(t) == 9)
    assert(select("#", table.unpack(t)) == 4 and math.max(table.unpack(t, 2, 3)) == 3)
    assert(("ab"):rep(2, "-"):upper() == "AB-AB" and ("%05.1f|%s"):format(2.25, "x") == "002.2|x")
    local point = setmetatable({}, {__index = function(_, key) return key end})
    assert(point.x == "x" and math.floor(-0.5) == -1 and tonumber("0x10") == 16)
    return 1)"));
  EXPECT_EQ(script.Ask().reason.text, "s.lua says so");
}

TEST(Script, WalksTablesInTheOrderOfTheirKeysWhateverTheSeed) {
  const std::string text = Function(R"(
    local t = {[true] = 1, zeta = 1, alpha = 1, [2.5] = 1, [-3] = 1, [10] = 1, beta = 1, [1] = 1}
    for i = 1, 50 do t["k" .. i] = 1 t["k" .. i] = nil end
    local keys = {}
    for key, value in pairs(t) do keys[#keys + 1] = tostring(key) t.beta = nil end
    return {hosts = 1, reason = table.concat(keys, " ")})");
  for (int state = 0; state < 5; ++state) {
    EXPECT_EQ(ScriptCase(text).Ask().reason.text, "-3 1 2.5 10 alpha zeta true");
  }
}

TEST(Script, StopsAtTheSamePlaceEachTime) {
  const std::string text =
      "count = 0\n" + Function(
                          "local t = {} while true do count = count + 1 t[count % 100] = {} "
                          "if count == memory.stop then error('there') end end");
  const auto error_at = [&](std::int64_t count) {
    ScriptCase script(text, ", instructions: 200000");
    EXPECT_TRUE(
        script.policy().Recall("{\"script_memory\": {\"stop\": " + std::to_string(count) + "}}"));
    return script.Ask().reason.text.find("there") != std::string::npos;
  };
  // The last round that is reached, by halving.
  const auto last = [&] {
    std::int64_t reached = 0;
    for (std::int64_t step = 1 << 20; step > 0; step /= 2) {
      if (error_at(reached + step)) reached += step;
    }
    return reached;
  };
  const std::int64_t first = last();
  EXPECT_GT(first, 1000);
  EXPECT_EQ(last(), first);
}

TEST(Script, KeepsItsMemoryBetweenCallsAndThroughARestart) {
  const std::string text = Function(R"(
    memory.calls = (memory.calls or 0) + 1
    memory.seen = memory.seen or {}
    memory.seen[#memory.seen + 1] = signals.cpu.value
    return {hosts = memory.calls, reason = "saw " .. table.concat(memory.seen, " ")})");
  ScriptCase first(text);
  EXPECT_EQ(first.policy().Memory(), "");
  first.Ask(0.25);
  EXPECT_EQ(first.Ask(0.5).wanted, kHostSize * 2);

  ScriptCase second(text);
  EXPECT_TRUE(second.policy().Recall(first.policy().Memory()));
  const auto r = second.Ask(0.75);
  EXPECT_EQ(r.wanted, kHostSize * 3);
  EXPECT_EQ(r.reason.text, "saw 0.25 0.5 0.75");
  EXPECT_FALSE(second.policy().Recall("of something else"));
  EXPECT_EQ(second.Ask(1).wanted, kHostSize * 4);
}

TEST(Script, UndoesWhatAFailedCallDidToItsMemory) {
  ScriptCase script(Function(R"(
    memory.calls = (memory.calls or 0) + 1
    if signals.cpu.value > 1 then error("too much") end
    return memory.calls)"));
  EXPECT_EQ(script.Ask(0.5).wanted, kHostSize);
  EXPECT_EQ(script.Ask(1.5).kind, RecommendationKind::kUnknown);
  EXPECT_EQ(script.Ask(0.5).wanted, kHostSize * 2);
  EXPECT_THAT(script.Refresh(), ElementsAre(HasSubstr("script_loaded"), HasSubstr("too much"),
                                            "script_works_again: s.lua"));
}

TEST(Script, IsTakenUpWhenItChangesWithItsMemory) {
  ScriptCase script(Function("memory.x = 5 return 1"));
  EXPECT_EQ(script.Ask().wanted, kHostSize);
  script.Write(Function("return memory.x"));
  EXPECT_EQ(script.Ask().wanted, kHostSize) << "the file was read by Evaluate";
  EXPECT_THAT(script.Refresh(),
              ElementsAre(HasSubstr("script_loaded"), HasSubstr("script_loaded")));
  EXPECT_EQ(script.Ask().wanted, kHostSize * 5);
  EXPECT_THAT(script.Refresh(), IsEmpty());
}

TEST(Script, ThatIsBrokenLeavesTheLastGoodOneAndSaysSo) {
  struct Broken {
    std::string text;
    const char* error;
  };
  for (const Broken& broken : std::vector<Broken>{
           {"function evaluate(\n", "s.lua:2: <name> or '...' expected"},
           {"x = 1", "s.lua: expected a function evaluate"},
           {"error('at once')", "s.lua:1: at once"},
           {"while true do end", "s.lua:1: takes more than"},
           {"\x1bLua bytecode", "attempt to load a binary chunk"},
           {Function("error('when asked')"), "s.lua:2: when asked"},
           {Function("return {hosts = 'many'}"), "hosts: expected a number"},
       }) {
    ScriptCase script(Function("memory.n = (memory.n or 0) + 1 return 3"));
    EXPECT_EQ(script.Ask().wanted, kHostSize * 3);
    script.Refresh();
    script.Write(broken.text);
    script.Refresh();
    for (int call = 0; call < 2; ++call) {
      const auto r = script.Ask();
      EXPECT_EQ(r.kind, RecommendationKind::kTarget);
      EXPECT_EQ(r.wanted, kHostSize * 3);
      EXPECT_THAT(r.reason.text,
                  AllOf(HasSubstr("the newest s.lua is not taken up"), HasSubstr(broken.error)));
      EXPECT_EQ(r.reason.facts.back().name, "script_error");
    }
    EXPECT_EQ(script.policy().Memory(), R"({"script_memory":{"n":3}})");

    script.Write(Function("return memory.n"));
    EXPECT_THAT(script.Refresh(), ::testing::Contains(HasSubstr("script_loaded")));
    const auto good = script.Ask();
    EXPECT_EQ(good.wanted, kHostSize * 3);
    EXPECT_EQ(good.reason.text, "s.lua says so");
  }
}

TEST(Script, IsWaitedForWhenItsFileIsNotThere) {
  const ScratchDir scratch;
  const auto parsed =
      ParsePolicy("script", "{file: \"" + scratch.File("later.lua") + "\", signals: []}");
  ASSERT_THAT(parsed.errors, IsEmpty());
  Policy& policy = *parsed.policy;
  const auto r = Evaluate(policy, AView(2), {});
  EXPECT_EQ(r.kind, RecommendationKind::kUnknown);
  EXPECT_EQ(r.reason.code, "script_broken");
  EXPECT_THAT(r.reason.text, AllOf(HasSubstr("later.lua"), HasSubstr("there is no such file")));
  const std::vector<PolicyNews> news = policy.Refresh();
  ASSERT_EQ(news.size(), 1u);
  EXPECT_TRUE(news[0].is_trouble);
  EXPECT_THAT(policy.Refresh(), IsEmpty()) << "told twice";

  scratch.Write("later.lua", Function("return 1"));
  EXPECT_EQ(policy.Refresh().size(), 1u);
  EXPECT_EQ(Evaluate(policy, AView(2), {}).wanted, kHostSize);
}

TEST(Script, IsNotReadWhenItIsNoFileOrTooLarge) {
  const ScratchDir scratch;
  scratch.Write("large.lua", std::string(300 * 1024, ' '));
  for (const auto& [path, error] : std::vector<std::pair<std::string, std::string>>{
           {scratch.path(), "it is not a file"},
           {"/dev/zero", "it is not a file"},
           {scratch.File("large.lua"), "more than 256 KiB"}}) {
    const auto parsed = ParsePolicy("script", "{file: \"" + path + "\"}");
    EXPECT_THAT(Evaluate(*parsed.policy, AView(1), {}).reason.text, HasSubstr(error));
  }
}

TEST(Script, ConfigurationErrorsNameTheirPlace) {
  const auto parsed = ParsePolicy(
      "script",
      "{instructions: 1, memory: 0MiB, most_hosts: 0, signals: [{metric: a}, {metric: a}]}");
  EXPECT_THAT(parsed.errors, ::testing::UnorderedElementsAre(
                                 HasSubstr("file: is required"),
                                 HasSubstr("instructions: expected"), HasSubstr("memory: expected"),
                                 HasSubstr("most_hosts: expected"), HasSubstr("stands twice")));
}

}  // namespace
}  // namespace spillway
