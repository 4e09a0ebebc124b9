#include "scaler/app/scenario_file.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "scaler/app/app_config.h"
#include "scaler/app/cluster_config.h"
#include "scaler/model/rfc3339.h"
#include "scaler/rehearsal/usual_offers.h"
#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;

// A Monday, at midnight UTC.
constexpr Time kStart = Time(std::chrono::sys_days(std::chrono::year(2026) / 3 / 2));

// What a file that names neither `base` nor `config` is laid over: it need say no more than its
// policies, samples and steps. Nothing waits, so that what comes out is the policies' own.
constexpr const char* kUsual = R"(
providers: {home: onprem, cloud: equinix}
cluster:
  name: edge
  workload: virtual_servers
  hypervisor: kvm
  registrar: one
  host_size: {vcpu: 8, memory: 32GiB}
  limits:
    hosts: {min: 0, max: 20}
    cooldown: {out: 0s, in: 0s}
    stabilisation: {out: 0s, in: 0s}
    min_lifetime: 0s
  ladder:
    - {name: home, provider: home, max_hosts: 4}
    - {name: cloud, provider: cloud, max_hosts: 16}
)";

std::string TextOf(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  if (!file || !(text << file.rdbuf())) {
    throw ScenarioError("cannot read " + path + ": " + std::strerror(errno));
  }
  return text.str();
}

nlohmann::json TreeOf(const std::string& path, std::map<std::string, int>& lines) {
  try {
    return ReadYaml(TextOf(path), lines);
  } catch (const ScenarioError&) {
    throw;
  } catch (const std::runtime_error& error) {
    throw ScenarioError(path + ": " + error.what());
  }
}

// Paths in a scenario are from its own folder.
std::string Beside(const std::string& path, const std::string& other) {
  return (std::filesystem::path(path).parent_path() / other).string();
}

Offer ParseOffer(const ConfigNode& node) {
  Offer offer;
  offer.provider = node.String("provider").Required();
  offer.location = node.String("location").Required();
  offer.plan = node.String("plan").Required();
  offer.id = offer.provider + "/" + offer.location + "/" + offer.plan;
  offer.country = node.String("country").Or("DE");
  offer.coordinates = Coordinates{node.Number("latitude").Between(-90, 90).Or(50.1),
                                  node.Number("longitude").Between(-180, 180).Or(8.7)};
  offer.cluster_type = node.OneOf<ClusterType>("cluster_type", {{"metal", ClusterType::kMetal},
                                                                {"virtual", ClusterType::kVirtual}})
                           .Or(ClusterType::kMetal);
  offer.hypervisors = {Hypervisor::kKvm, Hypervisor::kLxc, Hypervisor::kFirecracker};
  offer.capacity = node.CapacityOf("capacity").Or({8, 32 * 1024});
  offer.price_per_hour = node.Amount("price_per_hour").Or(Money::FromDouble(0.5));
  offer.time_to_ready = node.DurationOf("time_to_ready").Or(5min);
  offer.stock = node.Integer("stock").AtLeast(0).Optional();
  node.Finish();
  return offer;
}

OfferBackoff ParseBackoff(const ConfigNode& node) {
  OfferBackoff backoff;
  backoff.key = node.String("key").Required();
  backoff.until = kStart + node.DurationOf("until").Required();
  backoff.why = node.String("why").Or("no capacity");
  node.Finish();
  return backoff;
}

// Where its offer is not named, the host is of the first offer of its pool's provider.
const Offer* OfferOf(const std::string& id, const std::string& pool, const Scenario& scenario) {
  const auto& ladder = scenario.cluster.ladder;
  const auto rung = std::find_if(ladder.begin(), ladder.end(),
                                 [&](const PoolSpec& spec) { return spec.name == pool; });
  const auto& offers = scenario.offers;
  const auto found = std::find_if(offers.begin(), offers.end(), [&](const Offer& offer) {
    return id.empty() ? rung != ladder.end() && offer.provider == rung->provider : offer.id == id;
  });
  return found == offers.end() ? nullptr : &*found;
}

void ParseHost(const ConfigNode& node, Scenario& scenario) {
  const std::string id = node.String("id").Required();
  const std::string pool = node.String("pool").Required();
  const std::string offer_id = node.String("offer").Or("");
  const Duration ready_for = node.DurationOf("ready_for").Or(1h);
  const std::string state = node.String("state").Or("ready");
  const std::int64_t guests = node.Integer("guests").AtLeast(0).Or(std::int64_t{0});
  const bool is_protected = node.Boolean("protected").Or(false);
  const bool retires = node.Boolean("retires").Or(false);
  node.Finish();

  const Offer* offer = OfferOf(offer_id, pool, scenario);
  if (offer == nullptr || !HostStateFrom(state)) {
    return node.Fail("expected the name of a pool, the id of an offer and a state of a host");
  }
  HostRecord host =
      ReadyHostOf(*offer, id, scenario.cluster.name, pool, scenario.start - ready_for);
  host.state = *HostStateFrom(state);
  host.goal = retires ? HostGoal::kRetire : HostGoal::kServe;
  host.guests = {guests, {guests, guests * 1024}};
  host.is_protected = is_protected;
  scenario.hosts.push_back(std::move(host));
}

// `at`: one sample. Else one each `every` from `from` to `to`, both included, of `value`, or on a
// straight line from it to `goes_to`.
void ParseSamples(const ConfigNode& node, Scenario& scenario) {
  ScenarioSample sample;
  sample.metric = node.String("metric").Required();
  for (const auto& [name, value] : node.Members("labels")) {
    sample.labels.emplace_back(name, value.AsString());
  }
  const bool is_one = node.Has("at");
  const Duration every = node.DurationOf("every").Above(0s).Or(10s);
  const Duration from = is_one ? node.DurationOf("at").Required() : node.DurationOf("from").Or(0s);
  const double value = node.Number("value").Required();
  const double last = node.Number("goes_to").Or(value);
  const Duration to = is_one ? from : node.DurationOf("to").Required();
  node.Finish();
  const double length = std::max(Seconds(to - from), 1e-3);
  for (Duration t = from; t <= to; t += every) {
    sample.time = scenario.start + t;
    sample.value = value + (last - value) * Seconds(t - from) / length;
    scenario.samples.push_back(sample);
  }
}

ExpectedRecommendation ParseExpectedRecommendation(const ConfigNode& node) {
  ExpectedRecommendation expect;
  expect.kind = node.String("kind").Or("");
  expect.hosts = node.Integer("hosts").AtLeast(0).Optional();
  expect.may_shrink = node.Boolean("may_shrink").Optional();
  expect.reason = node.String("reason").Or("");
  node.Finish();
  return expect;
}

Expectation ParseExpectation(const ConfigNode& node) {
  Expectation expect;
  expect.verdict = node.String("verdict").Or("");
  for (const auto& [policy, said] : node.Members("recommendations")) {
    expect.recommendations[policy] = ParseExpectedRecommendation(said);
  }
  expect.wanted_hosts = node.Integer("wanted_hosts").Optional();
  expect.ready_hosts = node.Integer("ready_hosts").Optional();
  for (const ConfigNode& take : node.List("take")) {
    expect.take.push_back(fmt::format("{} x {}", take.Integer("count").AtLeast(1).Required(),
                                      take.String("offer").Required()));
    take.Finish();
  }
  expect.give_back = node.Strings("give_back").Or({});
  expect.reclaim = node.Strings("reclaim").Or({});
  expect.shortfall_hosts = node.Integer("shortfall_hosts").Optional();
  expect.reasons = node.Strings("reasons").Or({});
  for (const auto& [subject, code] : node.Members("considered")) {
    expect.considered[subject] = code.AsString();
  }
  node.Finish();
  return expect;
}

// The cluster of the configuration beside `path` that `cluster` names, or its only one.
void TakeConfigured(const ConfigNode& root, const std::string& path, Scenario& scenario) {
  const std::string config_path = Beside(path, root.String("config").Required());
  const std::string name = root.String("cluster").Or("");
  ReadConfigResult read = ReadConfigFile(config_path);
  for (const ConfigError& error : read.errors) {
    root["config"].Fail(fmt::format("{}: {}", config_path, Describe(error)));
  }
  if (!read.config) return;
  std::vector<ClusterSpec>& clusters = read.config->clusters;
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    if (name.empty() ? clusters.size() > 1 : clusters[i].name != name) continue;
    scenario.cluster = std::move(clusters[i]);
    scenario.policies = std::move(read.config->policies[i]);
    return;
  }
  root["cluster"].Fail(fmt::format("expected the name of a cluster of {}", config_path));
}

void ParseOwnCluster(const ConfigNode& root, Scenario& scenario) {
  std::map<std::string, ProviderRows> providers;
  for (const auto& [name, node] : root.Members("providers")) {
    const std::string kind = node.AsString();
    const std::span<const MatrixRow> rows = ProviderMatrix(kind);
    providers[name] = {kind, {rows.begin(), rows.end()}};
  }
  ParsedCluster parsed =
      ParseCluster(root["cluster"], providers, {root["cluster"].String("registrar").Or("")});
  scenario.cluster = std::move(parsed.spec);
  scenario.policies = std::move(parsed.policies.acting);
}

Time ParseStart(const ConfigNode& root) {
  if (!root.Has("start")) return kStart;
  const std::optional<Time> start = ParseRfc3339(root.String("start").Required());
  if (!start) root["start"].Fail("expected a time such as 2026-03-02T00:00:00Z");
  return start.value_or(kStart);
}

Scenario Parse(const ConfigNode& root, const std::string& path) {
  Scenario scenario;
  scenario.about = root.String("about").Required();
  root.String("base").Or("");  // was read before
  scenario.start = ParseStart(root);
  if (root.Has("config")) {
    TakeConfigured(root, path, scenario);
  } else {
    ParseOwnCluster(root, scenario);
  }
  for (const ConfigNode& node : root.List("offers")) scenario.offers.push_back(ParseOffer(node));
  if (!root.Has("offers")) scenario.offers = UsualOffers(scenario.cluster);
  for (const ConfigNode& node : root.List("backoffs")) {
    scenario.backoffs.push_back(ParseBackoff(node));
  }
  for (const ConfigNode& node : root.List("hosts")) ParseHost(node, scenario);
  scenario.pace.start = root.DurationOf("time_to_ready").Or(0s);
  scenario.pace.drain = root.DurationOf("drain").Or(0s);
  scenario.evaluate_every = root.DurationOf("evaluate_every").Above(0s).Optional();
  for (const ConfigNode& node : root.List("samples")) ParseSamples(node, scenario);
  std::stable_sort(scenario.samples.begin(), scenario.samples.end(),
                   [](const auto& a, const auto& b) { return a.time < b.time; });
  for (const ConfigNode& node : root.List("steps")) {
    const Time at = scenario.start + node.DurationOf("at").Required();
    if (!scenario.steps.empty() && at <= scenario.steps.back().at) {
      node["at"].Fail("expected a later time than that of the step before");
    }
    scenario.steps.push_back({at, ParseExpectation(node["expect"])});
    node.Finish();
  }
  if (scenario.steps.empty()) root["steps"].Fail("expected at least one step");
  root.Finish();
  return scenario;
}

}  // namespace

Scenario ReadScenarioFile(const std::string& path) {
  std::map<std::string, int> lines;
  std::map<std::string, int> lines_below;
  const nlohmann::json own = TreeOf(path, lines);
  if (!own.is_object()) throw ScenarioError(path + ": expected a mapping with about and steps");
  const auto base = own.find("base");
  nlohmann::json tree = nlohmann::json::object();
  if (base != own.end() && base->is_string()) {
    tree = TreeOf(Beside(path, base->get<std::string>()), lines_below);
  } else if (!own.contains("config")) {
    tree = ReadYaml(kUsual, lines_below);
  }
  tree.merge_patch(own);
  ConfigDocument document(tree, lines);
  Scenario scenario = Parse(document.Root(), path);
  std::string errors;
  for (const ConfigError& error : document.Errors()) errors += "\n  " + Describe(error);
  if (!errors.empty()) throw ScenarioError(path + ":" + errors);
  return scenario;
}

}  // namespace spillway
