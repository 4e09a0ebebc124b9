#include "scaler/app/config_effects.h"

#include <gtest/gtest.h>

#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

using nlohmann::json;

json Tree(const std::string& yaml) {
  std::map<std::string, int> lines;
  return ReadYaml(yaml, lines);
}

struct Case {
  const char* what;
  const char* running;
  const char* next;
  std::vector<std::pair<std::string, bool>> changes;  // and whether each needs a restart
  const char* until_restart;
};

class ConfigEffects : public ::testing::TestWithParam<Case> {};

TEST_P(ConfigEffects, SaysWhatNeedsARestartAndWhatHoldsUntilThen) {
  const json running = Tree(GetParam().running);
  const json next = Tree(GetParam().next);
  std::vector<std::pair<std::string, bool>> changes;
  for (const ConfigChange& change : ChangesOf(running, next)) {
    changes.emplace_back(change.path, change.needs_restart);
  }
  EXPECT_EQ(changes, GetParam().changes);
  EXPECT_EQ(UntilRestart(running, next), Tree(GetParam().until_restart));
}

const Case kCases[] = {
    {"clusters_at_once",
     "{clusters: [{name: a, limits: {hosts: {max: 1}}}]}",
     "{clusters: [{name: a, limits: {hosts: {max: 2}}}, {name: b}]}",
     {{"clusters[a].limits.hosts.max", false}, {"clusters[b]", false}},
     "{clusters: [{name: a, limits: {hosts: {max: 2}}}, {name: b}]}"},
    {"patience_at_once", "{provision: {create_attempts: 1}}", "{}", {{"provision", false}}, "{}"},
    {"what_opens_something_by_a_restart",
     "{store: {path: a}, serve: {port: 1}, providers: {p: {type: x}}}",
     "{store: {path: b}, serve: {port: 2}, registrars: {r: {type: y}}}",
     {{"providers", true}, {"registrars", true}, {"serve.port", true}, {"store.path", true}},
     "{store: {path: a}, serve: {port: 1}, providers: {p: {type: x}}}"},
    {"a_part_of_both_kinds",
     "{control: {points_per_series: 5, refresh_offers_every: 1m}}",
     "{control: {points_per_series: 6, refresh_offers_every: 2m}}",
     {{"control.points_per_series", true}, {"control.refresh_offers_every", false}},
     "{control: {points_per_series: 5, refresh_offers_every: 2m}}"},
    {"a_part_of_both_kinds_that_went",
     "{control: {points_per_series: 5, refresh_offers_every: 1m}}",
     "{}",
     {{"control.points_per_series", true}, {"control.refresh_offers_every", false}},
     "{control: {points_per_series: 5}}"},
    {"a_part_of_both_kinds_that_came",
     "{}",
     "{control: {workers_per_lane: 5, refresh_offers_every: 1m}}",
     {{"control.refresh_offers_every", false}, {"control.workers_per_lane", true}},
     "{control: {refresh_offers_every: 1m}}"},
    {"only_the_heartbeat_of_the_bus",
     "{bus: {heartbeat: 1s, queue_samples: 1}}",
     "{bus: {heartbeat: 2s, queue_samples: 2}}",
     {{"bus.heartbeat", false}, {"bus.queue_samples", true}},
     "{bus: {heartbeat: 2s, queue_samples: 1}}"},
    {"what_begins_alike_is_another_thing",
     "{clusters_of_old: 1, control: {points_per_series_old: 1}}",
     "{clusters_of_old: 2, control: {points_per_series_old: 2}}",
     {{"clusters_of_old", true}, {"control.points_per_series_old", false}},
     "{clusters_of_old: 1, control: {points_per_series_old: 2}}"},
};
INSTANTIATE_TEST_SUITE_P(Every, ConfigEffects, ::testing::ValuesIn(kCases),
                         [](const auto& of) { return of.param.what; });

}  // namespace
}  // namespace spillway
