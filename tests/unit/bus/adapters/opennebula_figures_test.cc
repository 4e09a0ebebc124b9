#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "bus/adapters/opennebula/one_figures.h"
#include "tests/support/time.h"

namespace spillway::adapters {
namespace {

using namespace spillway::testing;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr Duration kMaxAge = 5min;

OneHost Host(int id, OneHostState state, int cluster = 100) {
  OneHost host;
  host.id = id;
  host.name = "h" + std::to_string(id);
  host.state = state;
  host.cluster_id = cluster;
  host.vm_driver = "kvm";
  host.schedulable = {800, 16 << 20};
  return host;
}

OneHost Holding(OneHost host, OneCapacity used, std::int64_t guests) {
  host.used = used;
  host.running_vms = guests;
  return host;
}

OneWaitingVm Vm(int id, std::string message, std::string automatic = "", std::string own = "") {
  return {id, {150, 1 << 20}, std::move(own), std::move(automatic), std::move(message)};
}

const OneCluster kEdge{100, "edge", {}, {}};
const OneCluster kCore{0, "core", {}, {}};

OneFigures Figures(const OneState& state) {
  return FiguresOf(state, Hypervisor::kKvm, kMaxAge, At(1h));
}

// "metric{name=value,…}" -> value, of one cluster.
std::map<std::string, double> Of(const OneFigures& figures, const std::string& cluster) {
  std::map<std::string, double> values;
  for (const Reading& reading : figures.readings) {
    std::string labels;
    bool is_of_it = false;
    for (const auto& [name, value] : reading.labels) {
      if (name == "cluster") {
        is_of_it = value == cluster;
      } else {
        labels += (labels.empty() ? "" : ",") + name + "=" + value;
      }
    }
    if (is_of_it)
      values[reading.metric + (labels.empty() ? "" : "{" + labels + "}")] = reading.value;
  }
  return values;
}

TEST(OneFigures, CapacityIsOfHostsThatMayBeFilledAndAllocationOfAll) {
  const OneState state{{kEdge, kCore},
                       {Holding(Host(1, OneHostState::kMonitored), {600, 8 << 20}, 3),
                        Holding(Host(2, OneHostState::kDisabled), {400, 4 << 20}, 2),
                        Host(3, OneHostState::kError), Host(4, static_cast<OneHostState>(6)),
                        Host(5, OneHostState::kOffline), Host(6, OneHostState::kMonitored, 7)},
                       {},
                       {}};
  const auto edge = Of(Figures(state), "edge");
  const std::pair<const char*, double> rows[] = {
      {"one_hosts{state=monitored}", 1},   {"one_hosts{state=disabled}", 1},
      {"one_hosts{state=error}", 1},       {"one_hosts{state=init}", 1},
      {"one_hosts{state=offline}", 1},     {"one_capacity_vcpu", 8},
      {"one_capacity_memory_mib", 16384},  {"one_allocated_vcpu", 10},
      {"one_allocated_memory_mib", 12288}, {"one_cpu_allocation", 1.25},
      {"one_memory_allocation", 0.75},     {"one_running_guests", 5},
  };
  for (const auto& [metric, value] : rows) {
    EXPECT_THAT(edge, Contains(Pair(metric, value)));
  }
  const auto core = Of(Figures(state), "core");
  EXPECT_THAT(core, Contains(Pair("one_hosts{state=monitored}", 0)));
  EXPECT_THAT(core, Contains(Pair("one_capacity_vcpu", 0)));
  EXPECT_FALSE(core.contains("one_cpu_allocation")) << "a share of nothing";
}

TEST(OneFigures, UseIsThatOfTheNewestWordOfEachHostAndAsOldAsTheOldestOfThem) {
  const OneState state{
      {kEdge},
      {Host(1, OneHostState::kMonitored), Host(2, OneHostState::kMonitored)},
      {{1, At(55min), {999, 1}}, {1, At(58min), {200, 4 << 20}}, {2, At(59min), {600, 8 << 20}}},
      {}};
  const OneFigures figures = Figures(state);
  const auto edge = Of(figures, "edge");
  EXPECT_THAT(edge, Contains(Pair("one_used_vcpu", 8)));
  EXPECT_THAT(edge, Contains(Pair("one_used_memory_mib", 12288)));
  EXPECT_THAT(edge, Contains(Pair("one_cpu_use", 0.5)));
  EXPECT_THAT(edge, Contains(Pair("one_memory_use", 0.375)));
  for (const Reading& reading : figures.readings) {
    const bool is_use = reading.metric.find("_use") != std::string::npos;
    EXPECT_EQ(reading.time, is_use ? At(58min) : At(1h)) << reading.metric;
  }
}

TEST(OneFigures, WhereUseIsNotKnownOfAllHostsNoSumIsTold) {
  OneState state{{kEdge},
                 {Host(1, OneHostState::kMonitored), Host(2, OneHostState::kMonitored),
                  Host(3, OneHostState::kMonitored)},
                 {{1, At(58min), {200, 4 << 20}}, {2, At(54min), {800, 16 << 20}}},
                 {}};
  const OneFigures figures = Figures(state);
  EXPECT_THAT(figures.lost, ElementsAre(Lost{Loss::kTooOld, "use of host h2, of 360 s ago"}));
  EXPECT_THAT(Of(figures, "edge"), Contains(Pair("one_cpu_use", 0.25)));
  EXPECT_FALSE(Of(figures, "edge").contains("one_used_vcpu"));
  state.use.clear();
  EXPECT_FALSE(Of(Figures(state), "edge").contains("one_cpu_use"));
}

TEST(OneFigures, WaitingGuestsAreCountedByReasonWhereAHostWouldHelp) {
  const std::string full = "Cannot dispatch VM: [HOST] Not enough CPU on hosts: 0,1";
  const OneState state{
      {kEdge, kCore},
      {},
      {},
      {Vm(1, full, "CLUSTER_ID = 100"), Vm(2, full, "CLUSTER_ID = 100 | CLUSTER_ID = 0"),
       Vm(3, "", "CLUSTER_ID = 0"),
       Vm(4, "Cannot dispatch VM: [DS] Not enough capacity", "CLUSTER_ID = 100"),
       Vm(5, full, "CLUSTER_ID = 55"), Vm(6, full, "", "CLUSTER = \"core\"")}};
  const OneFigures figures = Figures(state);
  struct Row {
    const char* cluster;
    const char* reason;
    double guests;
  };
  const Row rows[] = {
      {"edge", "capacity", 2},  {"edge", "untried", 0},   {"edge", "other", 1},
      {"edge", "elsewhere", 1}, {"core", "capacity", 2},  {"core", "untried", 1},
      {"core", "other", 0},     {"core", "elsewhere", 1},
  };
  for (const Row& row : rows) {
    const std::string reason = std::string("{reason=") + row.reason + "}";
    const auto values = Of(figures, row.cluster);
    EXPECT_THAT(values, Contains(Pair("one_waiting_guests" + reason, row.guests))) << row.cluster;
    EXPECT_THAT(values, Contains(Pair("one_waiting_vcpu" + reason, row.guests * 1.5)));
    EXPECT_THAT(values, Contains(Pair("one_waiting_memory_mib" + reason, row.guests * 1024)));
  }
  EXPECT_TRUE(Of(figures, "edge").contains("one_waiting_guest{guest=1,vcpu=1.5,memory_mib=1024}"));
  EXPECT_TRUE(Of(figures, "edge").contains("one_waiting_guest{guest=2,vcpu=1.5,memory_mib=1024}"));
  EXPECT_FALSE(Of(figures, "edge").contains("one_waiting_guest{guest=6,vcpu=1.5,memory_mib=1024}"));
  EXPECT_TRUE(figures.is_any_untried);
}

TEST(OneFigures, OfAClusterWithoutHostsTheHypervisorIsAsConfigured) {
  const std::string full = "Cannot dispatch VM: [HOST] Not enough CPU on hosts: 0,1";
  const OneState state{{kEdge}, {}, {}, {Vm(1, full, "", "HYPERVISOR = lxc")}};
  const auto waiting = [&](Hypervisor hypervisor) {
    return Of(FiguresOf(state, hypervisor, kMaxAge, At(1h)), "edge")
        .at("one_waiting_guests{reason=capacity}");
  };
  EXPECT_EQ(waiting(Hypervisor::kLxc), 1);
  EXPECT_EQ(waiting(Hypervisor::kKvm), 0);
}

TEST(OneFigures, AnEmptyFrontEndHasNone) { EXPECT_THAT(Figures({}).readings, IsEmpty()); }

}  // namespace
}  // namespace spillway::adapters
