#include "tests/scenarios/scenario.h"

#include <fmt/core.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "scaler/runtime/yaml.h"
#include "tests/support/builders.h"
#include "tests/support/paths.h"

namespace spillway::testing {
namespace {

nlohmann::json ReadTree(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::stringstream text;
  text << file.rdbuf();
  std::map<std::string, int> lines;
  return ReadYaml(text.str(), lines);
}

Time AtOf(const ConfigNode& node, const std::string& key) {
  return At(node.DurationOf(key).Required());
}

Offer ParseOffer(const ConfigNode& node) {
  Offer offer = AnOffer(node.String("provider").Required(), node.String("location").Required(),
                        node.String("plan").Required());
  offer.country = node.String("country").Or(offer.country);
  offer.capacity = node.CapacityOf("capacity").Or(offer.capacity);
  offer.price_per_hour = node.Amount("price_per_hour").Or(offer.price_per_hour);
  offer.stock = node.Integer("stock").AtLeast(0).Optional();
  node.Finish();
  return offer;
}

OfferBackoff ParseBackoff(const ConfigNode& node) {
  OfferBackoff backoff;
  backoff.key = node.String("key").Required();
  backoff.until = AtOf(node, "until");
  backoff.why = node.String("why").Or("no capacity");
  node.Finish();
  return backoff;
}

HostRecord ParseHost(const ConfigNode& node, const std::vector<Offer>& offers) {
  const std::string id = node.String("id").Required();
  const std::string offer_id = node.String("offer").Required();
  const std::string pool = node.String("pool").Required();
  const Duration ready_for = node.DurationOf("ready_for").Or(std::chrono::hours(1));
  const std::string state = node.String("state").Or("ready");
  const std::int64_t guests = node.Integer("guests").AtLeast(0).Or(std::int64_t{0});
  const bool is_protected = node.Boolean("protected").Or(false);
  const bool retires = node.Boolean("retires").Or(false);
  node.Finish();

  const auto offer =
      std::find_if(offers.begin(), offers.end(), [&](const Offer& o) { return o.id == offer_id; });
  if (offer == offers.end() || !HostStateFrom(state)) {
    node.Fail("expected the id of an offer and a state of a host");
    return {};
  }
  HostRecord host = HostOf(*offer, id, pool, At(0s), ready_for);
  host.state = *HostStateFrom(state);
  host.goal = retires ? HostGoal::kRetire : HostGoal::kServe;
  host.guests = {guests, {guests, guests * 1024}};
  host.is_protected = is_protected;
  return host;
}

// One sample at `at`, or one every `every` from `from` to `to`, both included.
void ParseSamples(const ConfigNode& node, std::vector<ScenarioSample>& samples) {
  ScenarioSample sample;
  sample.metric = node.String("metric").Required();
  sample.value = node.Number("value").Required();
  for (const auto& [name, value] : node.Members("labels")) {
    sample.labels.emplace_back(name, value.AsString());
  }
  const bool is_one = node.Has("at");
  const Duration from = is_one ? node.DurationOf("at").Required() : node.DurationOf("from").Or(0s);
  const Duration to = is_one ? from : node.DurationOf("to").Required();
  const Duration every = node.DurationOf("every").Above(0s).Or(10s);
  node.Finish();
  for (Duration t = from; t <= to; t += every) {
    sample.time = At(t);
    samples.push_back(sample);
  }
}

Expectation ParseExpectation(const ConfigNode& node) {
  Expectation expect;
  expect.verdict = node.String("verdict").Required();
  expect.wanted_hosts = node.Integer("wanted_hosts").Optional();
  for (const ConfigNode& take : node.List("take")) {
    expect.take.push_back(fmt::format("{} x {}", take.Integer("count").AtLeast(1).Required(),
                                      take.String("offer").Required()));
    take.Finish();
  }
  expect.give_back = node.Strings("give_back").Or({});
  expect.reclaim = node.Strings("reclaim").Or({});
  for (auto* list : {&expect.take, &expect.give_back, &expect.reclaim}) {
    std::sort(list->begin(), list->end());
  }
  expect.shortfall_hosts = node.Integer("shortfall_hosts").Optional();
  expect.reasons = node.Strings("reasons").Or({});
  for (const auto& [subject, code] : node.Members("considered")) {
    expect.considered[subject] = code.AsString();
  }
  node.Finish();
  return expect;
}

Scenario Parse(const ConfigNode& root) {
  Scenario scenario;
  root.String("about").Required();
  std::map<std::string, ProviderRows> providers;
  for (const auto& [name, node] : root.Members("providers")) {
    const std::string kind = node.AsString();
    const std::span<const MatrixRow> rows = ProviderMatrix(kind);
    providers[name] = {kind, {rows.begin(), rows.end()}};
  }
  scenario.cluster = ParseCluster(root["cluster"], providers, {"one"});
  for (const ConfigNode& node : root.List("offers")) scenario.offers.push_back(ParseOffer(node));
  for (const ConfigNode& node : root.List("backoffs")) {
    scenario.backoffs.push_back(ParseBackoff(node));
  }
  for (const ConfigNode& node : root.List("hosts")) {
    scenario.hosts.push_back(ParseHost(node, scenario.offers));
    scenario.hosts.back().cluster = scenario.cluster.spec.name;
  }
  for (const ConfigNode& node : root.List("samples")) ParseSamples(node, scenario.samples);
  std::stable_sort(scenario.samples.begin(), scenario.samples.end(),
                   [](const auto& a, const auto& b) { return a.time < b.time; });
  for (const ConfigNode& node : root.List("steps")) {
    scenario.steps.push_back({AtOf(node, "at"), ParseExpectation(node["expect"])});
    node.Finish();
  }
  if (scenario.steps.empty()) root["steps"].Fail("expected at least one step");
  root.Finish();
  return scenario;
}

}  // namespace

Scenario ReadScenario(const std::string& path) {
  nlohmann::json tree = ReadTree(SourcePath("tests/scenarios/base.yaml"));
  tree.merge_patch(ReadTree(path));
  ConfigDocument document(tree, {});
  Scenario scenario = Parse(document.Root());
  std::string errors;
  for (const ConfigError& error : document.Errors()) errors += "\n" + Describe(error);
  if (!errors.empty()) throw std::runtime_error(path + ":" + errors);
  return scenario;
}

HostRecord HostOf(const Offer& offer, const std::string& id, const std::string& pool, Time now,
                  Duration ready_for) {
  HostRecord host = AHost(id);
  host.pool = pool;
  host.offer = offer.id;
  host.offer_group = offer.group;
  host.quota = offer.quota;
  host.provider = offer.provider;
  host.location = offer.location;
  host.plan = offer.plan;
  host.cluster_type = offer.cluster_type;
  host.capacity = offer.capacity;
  host.price_per_hour = offer.price_per_hour;
  host.billing = offer.billing;
  host.created_at = now - ready_for;
  host.paid_from = host.ready_at = host.state_since = now - ready_for;
  return host;
}

}  // namespace spillway::testing
