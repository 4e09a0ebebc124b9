#include "bus/adapters/mapping.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "bus/adapters/receipt.h"
#include "tests/support/adapter_world.h"
#include "tests/support/time.h"

namespace spillway::adapters {
namespace {

using namespace spillway::testing;

// What the rules make of a reading: "cluster: metric{labels} value", or the reason of its loss.
std::string Mapped(const std::string& members, const Reading& reading) {
  const auto [config, errors] = ReadAdapters("sources: [{name: a, type: influx, " + members + "}]");
  if (!errors.empty()) return errors;
  Receipt receipt;
  MapAll(config.sources.at(0).mapping, {reading}, receipt);
  if (!receipt.lost.empty()) return std::string(Name(receipt.lost.at(0).reason));
  const MappedSample& sample = receipt.samples.at(0);
  EXPECT_EQ(sample.time, reading.time);
  std::string labels;
  for (const auto& [name, value] : sample.key.labels) {
    labels += (labels.empty() ? "" : ",") + name + "=" + value;
  }
  return fmt::format("{}: {}{{{}}} {}", sample.key.cluster, sample.key.metric, labels,
                     sample.value);
}

TEST(Mapping, TheFirstRuleThatFitsDecides) {
  const Reading cpu{"cpu_usage_idle", {{"host", "n1"}, {"cpu", "cpu-total"}}, 25, kStart};
  struct Row {
    const char* members;
    const char* expected;
  };
  const Row rows[] = {
      {"cluster: edge", "edge: cpu_usage_idle{cpu=cpu-total,host=n1} 25"},
      {"cluster: edge, map: [{metric: mem}]", "unmapped"},
      {"cluster: edge, map: [{metric: \"cpu_*\", drop: true}, {}]", "dropped"},
      {"map: [{metric: mem, cluster: core}, {cluster: edge, labels: []}]",
       "edge: cpu_usage_idle{} 25"},
      {"cluster: edge, map: [{metric: \"*_usage_*\", rename: \"*.*\", labels: [host]}]",
       "edge: cpu.idle{host=n1} 25"},
      {"cluster: edge, map: [{metric: \"*_idle\", rename: \"*_busy\", scale: -0.01, offset: 1, "
       "labels: [host]}]",
       "edge: cpu_usage_busy{host=n1} 0.75"},
      {"cluster: edge, map: [{where: {cpu: \"cpu*\"}, labels: []}]", "edge: cpu_usage_idle{} 25"},
      {"cluster: edge, map: [{where: {cpu: cpu0}}]", "unmapped"},
      {"cluster: edge, map: [{where: {rack: \"\"}, labels: []}]", "edge: cpu_usage_idle{} 25"},
      {"cluster: edge, map: [{rename_labels: {host: node}, labels: [node]}]",
       "edge: cpu_usage_idle{node=n1} 25"},
      {"cluster: {label: host}", "n1: cpu_usage_idle{cpu=cpu-total} 25"},
      {"cluster: {label: site}", "no_cluster"},
      {"cluster: edge, map: [{scale: 1.0e308}]", "not_finite"},
  };
  for (const Row& row : rows) EXPECT_EQ(Mapped(row.members, cpu), row.expected) << row.members;
}

TEST(Mapping, MistakesAreToldWithTheirPlace) {
  struct Row {
    const char* members;
    const char* expected;
  };
  const Row rows[] = {
      {"map: [{metric: a}]", "sources[0].map[0].cluster: is required"},
      {"x: 1", "sources[0].cluster: is required"},
      {"cluster: edges", "there is no cluster \"edges\""},
      {"cluster: edge, map: [{metric: \"a*\", rename: \"*_*\"}]", "map[0].rename: has more *"},
      {"cluster: edge, map: [{metrik: a}]", "metrik"},
      {"cluster: {lable: a}", "lable"},
  };
  for (const Row& row : rows) {
    const std::string errors = Mapped(row.members, {});
    EXPECT_NE(errors.find(row.expected), std::string::npos) << row.members << "\n" << errors;
  }
}

TEST(Pattern, StarsStandForAnyText) {
  struct Row {
    const char* pattern;
    const char* text;
    std::optional<std::vector<std::string_view>> expected;
  };
  const Row rows[] = {
      {"a", "a", {{}}},
      {"a", "ab", std::nullopt},
      {"", "", {{}}},
      {"*", "", {{""}}},
      {"a*", "abc", {{"bc"}}},
      {"*c", "abc", {{"ab"}}},
      {"a*c", "ac", {{""}}},
      {"aba*aba", "aba", std::nullopt},
      {"*_*", "a_b_c", {{"a", "b_c"}}},
      {"a*b*c", "aXbYbc", {{"X", "Yb"}}},
      {"a*b*c", "acb", std::nullopt},
      {"**", "ab", {{"", "ab"}}},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(Pattern(row.pattern).Match(row.text), row.expected) << row.pattern << " " << row.text;
  }
}

}  // namespace
}  // namespace spillway::adapters
