#include "scaler/runtime/config_node.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;

enum class Colour { kRed, kGreen };

// What `read` reports about `yaml`, one line per error.
std::vector<std::string> ErrorsOf(const std::string& yaml, void (*read)(const ConfigNode&)) {
  std::map<std::string, int> lines;
  const nlohmann::json tree = ReadYaml(yaml, lines);
  ConfigDocument document(tree, lines);
  read(document.Root());
  std::vector<std::string> errors;
  for (const ConfigError& error : document.Errors()) errors.push_back(Describe(error));
  return errors;
}

struct Wrong {
  const char* yaml;
  void (*read)(const ConfigNode&);
  std::string error;
};

void ReadPort(const ConfigNode& n) {
  EXPECT_EQ(n.Integer("port").Between(1, 65535).Or(9464), 9464);
}
void ReadInt(const ConfigNode& n) { EXPECT_EQ(n.Integer("n").Or(7), 7); }
void ReadRatio(const ConfigNode& n) {
  EXPECT_EQ(n.Number("ratio").Above(0).AtMost(1).Or(0.5), 0.5);
}
void ReadFlag(const ConfigNode& n) { EXPECT_TRUE(n.Boolean("on").Or(true)); }
void ReadName(const ConfigNode& n) { EXPECT_EQ(n.String("name").Or("x"), "x"); }
void ReadNames(const ConfigNode& n) { EXPECT_TRUE(n.Strings("names").Or({}).empty()); }
void ReadWait(const ConfigNode& n) { EXPECT_EQ(n.DurationOf("wait").AtLeast(90s).Or(2min), 2min); }
void ReadRam(const ConfigNode& n) { EXPECT_EQ(n.MemoryMib("ram").AtLeast(1024).Or(2048), 2048); }
void ReadPrice(const ConfigNode& n) {
  EXPECT_EQ(n.Amount("price").AtMost(Money::FromDouble(9.5)).Or({}), Money{});
}
void ReadColour(const ConfigNode& n) {
  const auto colour = n.OneOf<Colour>("colour", {{"red", Colour::kRed}, {"green", Colour::kGreen}});
  EXPECT_EQ(colour.Or(Colour::kGreen), Colour::kGreen);
}
void ReadSize(const ConfigNode& n) { EXPECT_EQ(n.CapacityOf("size").Required(), Capacity{}); }
void ReadLimits(const ConfigNode& n) {
  const ConfigNode limits = n["limits"];
  EXPECT_EQ(limits.Integer("max_hosts").AtLeast(1).Required(), 0);
  EXPECT_FALSE(limits.Integer("min_hosts").Optional());
  limits.Finish();
}
void ReadLadder(const ConfigNode& n) {
  for (const ConfigNode& pool : n.List("ladder")) EXPECT_EQ(pool.String("name").Required(), "");
}
void ReadPrices(const ConfigNode& n) {
  for (const auto& [plan, node] : n.Members("prices")) node.Fail("no such plan as " + plan);
}

TEST(ConfigNode, SaysWhereAndWhatWasExpectedForEachWrongValue) {
  const std::string price_error = "expected an amount of 0 or more and of 9.5 or less, got ";
  const Wrong table[] = {
      {"port: ten", ReadPort, R"(port (line 1): expected an integer from 1 to 65535, got "ten")"},
      {"port: 0", ReadPort, "port (line 1): expected an integer from 1 to 65535, got 0"},
      {"\nport: [1]", ReadPort, "port (line 2): expected an integer from 1 to 65535, got a list"},
      {"n: 1.5", ReadInt, "n (line 1): expected an integer, got 1.5"},
      {"n: 3000000000", ReadInt,
       "n (line 1): expected an integer from -2147483648 to 2147483647, got 3000000000"},
      {"ratio: 0", ReadRatio,
       "ratio (line 1): expected a number above 0.0 and of 1.0 or less, got 0"},
      {"ratio: {}", ReadRatio,
       "ratio (line 1): expected a number above 0.0 and of 1.0 or less, got a mapping"},
      {"on: yes", ReadFlag, R"(on (line 1): expected true or false, got "yes")"},
      {"name: 12", ReadName, "name (line 1): expected a string (in quotes), got 12"},
      {"name: [a]", ReadName, "name (line 1): expected a string, got a list"},
      {"names: a", ReadNames, R"(names (line 1): expected a list of strings, got "a")"},
      {"names:\n- a\n- 5", ReadNames, "names[1] (line 3): expected a string, got 5"},
      {"wait: 90", ReadWait,
       "wait (line 1): expected a duration of 1m30s or more, such as 90s or 1h30m, got 90"},
      {"wait: 5s", ReadWait,
       "wait (line 1): expected a duration of 1m30s or more, such as 90s or 1h30m, got \"5s\""},
      {"ram: 32GB", ReadRam,
       "ram (line 1): expected an amount of memory of 1GiB or more, such as 512MiB or 32GiB, got "
       "\"32GB\""},
      {"price: -1", ReadPrice, "price (line 1): " + price_error + "-1"},
      {"price: 10", ReadPrice, "price (line 1): " + price_error + "10"},
      {"price: '5'", ReadPrice, "price (line 1): " + price_error + "\"5\""},
      {"colour: blue", ReadColour, R"(colour (line 1): expected one of red, green, got "blue")"},
      {"size:\n  vcpu: 4", ReadSize,
       "size.memory (line 1): is required: an amount of memory, such as 512MiB or 32GiB"},
      {"size: big", ReadSize,
       "size (line 1): expected a mapping {vcpu, memory}, such as {vcpu: 8, memory: 32GiB}, got "
       "\"big\""},
      {"a: 1\nlimits: {}", ReadLimits,
       "limits.max_hosts (line 2): is required: an integer of 1 or more"},
      {"a: 1", ReadLimits, "limits.max_hosts (line 1): is required: an integer of 1 or more"},
      {"limits: 5", ReadLimits, "limits (line 1): expected a mapping, got 5"},
      {"ladder: {}", ReadLadder, "ladder (line 1): expected a list, got a mapping"},
      {"ladder:\n  - nome: a", ReadLadder, "ladder[0].name (line 2): is required: a string"},
      {"ladder:\n  - 5", ReadLadder, "ladder[0] (line 2): expected a mapping, got 5"},
      {"prices:\n  m5.large: 1", ReadPrices,
       "prices[\"m5.large\"] (line 2): no such plan as m5.large"},
  };
  for (const Wrong& wrong : table) {
    EXPECT_EQ(ErrorsOf(wrong.yaml, wrong.read), std::vector{wrong.error}) << wrong.yaml;
  }
}

TEST(ConfigNode, ReportsAllErrorsAtOnceInTheOrderOfLinesEachOnce) {
  const auto read = [](const ConfigNode& n) {
    n.Finish();
    const auto retries = n.Integer("retries");
    EXPECT_EQ(retries.Or(3), 3);
    EXPECT_EQ(retries.Or(4), 4);
    EXPECT_EQ(n.Boolean("on").Or(false), false);
  };
  EXPECT_EQ(ErrorsOf("on: 1\nretries: many\n", read),
            (std::vector<std::string>{"on (line 1): unknown key; no key is possible here",
                                      "on (line 1): expected true or false, got 1",
                                      "retries (line 2): unknown key; no key is possible here",
                                      "retries (line 2): expected an integer, got \"many\""}));
}

TEST(ConfigNode, NamesThePossibleKeysAndTheNearestForAnUnknownOne) {
  const auto read = [](const ConfigNode& n) {
    EXPECT_FALSE(n.Integer("max_hosts").Optional());
    EXPECT_FALSE(n.Integer("min_hosts").Optional());
    n.Finish();
  };
  EXPECT_EQ(ErrorsOf("max_host: 1\ncolour: red\n", read),
            (std::vector<std::string>{
                "max_host (line 1): unknown key (did you mean max_hosts?); possible: max_hosts, "
                "min_hosts",
                "colour (line 2): unknown key; possible: max_hosts, min_hosts"}));
}

TEST(ConfigNode, GivesRightValuesAndDefaultsForMissingOnes) {
  const auto read = [](const ConfigNode& n) {
    EXPECT_EQ(n.Integer("port").Between(1, 65535).Or(9464), 80);
    EXPECT_EQ(n.DurationOf("wait").Required(), 90min);
    EXPECT_EQ(n.CapacityOf("size").Required(), (Capacity{8, 32 * 1024}));
    EXPECT_EQ(n.Amount("price").Required(), Money::FromDouble(0.25));
    EXPECT_EQ(n.Strings("names").Required(), (std::vector<std::string>{"a", "5"}));
    EXPECT_EQ(n.Number("ratio").Or(1), 3);
    EXPECT_EQ(n.String("nothing").Or("default"), "default");
    EXPECT_EQ(n["none"]["at"]["all"].Integer("here").Optional(), std::nullopt);
    EXPECT_TRUE(n.Has("port"));
    EXPECT_FALSE(n.Has("nothing"));
    n.Finish();
  };
  EXPECT_EQ(ErrorsOf("port: 80\nwait: 1h30m\nsize: {vcpu: 8, memory: 32GiB}\nprice: 0.25\n"
                     "names: [a, '5']\nratio: 3\nnothing:\n",
                     read),
            std::vector<std::string>{});
}

TEST(ConfigNode, ShowsNoEndlessOrBrokenTextInErrors) {
  nlohmann::json tree;
  tree["port"] = "a\nb\xff" + std::string(1000, 'x');
  ConfigDocument document(tree, {});
  EXPECT_EQ(document.Root().Integer("port").Or(1), 1);
  const std::string error = Describe(document.Errors().at(0));
  EXPECT_EQ(error.substr(0, 50), "port: expected an integer, got \"a\\nb\xef\xbf\xbdxxxxxxxxxxx");
  EXPECT_LT(error.size(), 120u);
}

}  // namespace
}  // namespace spillway
