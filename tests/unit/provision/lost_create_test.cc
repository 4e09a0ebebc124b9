#include <gtest/gtest.h>

#include <memory>

#include "providers/none/none_registrar.h"
#include "scaler/provision/provisioner.h"
#include "scaler/runtime/http_client.h"
#include "scaler/runtime/simulated_loop.h"
#include "scaler/runtime/simulated_workers.h"
#include "scaler/store/memory_store.h"
#include "tests/support/builders.h"

namespace spillway {
namespace {

using namespace testing;

// kill -9 between a call and its answer.
struct Killed {};

// Throttles for a while, then makes a machine without saying so; it is seen only later.
class LateCloud final : public Provider {
 public:
  explicit LateCloud(const Clock& clock) : clock_(clock) {}

  Duration throttled_for{0};
  Duration seen_after{0};
  bool kills_the_caller = false;

  Result<Catalogue> Offers() override { return Catalogue{}; }
  Result<Machine> Create(const MachineSpec& spec) override {
    if (clock_.Now() < kStart + throttled_for)
      return Error{ErrorKind::kThrottled, "create", "", ""};
    made_.token = spec.token;
    made_.id = "m-1";
    made_.state = MachineState::kStarting;
    made_at_ = clock_.Now();
    if (kills_the_caller) throw Killed{};
    return Error{ErrorKind::kUnknownOutcome, "create", "", "no answer"};
  }
  Result<Machine> Find(const std::string&, const std::string&, const std::string&) override {
    if (!made_at_ || clock_.Now() < *made_at_ + seen_after) {
      return Error{ErrorKind::kNotFound, "find", "", ""};
    }
    return made_;
  }
  Result<MachineList> List(const std::string&) override { return MachineList{}; }
  Result<Done> Delete(const std::string&, const std::string&) override { return Done{}; }
  const Channel& channel() const override { return channel_; }
  const CreateBudget& create_budget() const override { return budget_; }

 private:
  const Clock& clock_;
  const Channel channel_{"cloud", 4};
  const CreateBudget budget_;
  Machine made_;
  std::optional<Time> made_at_;
};

// A cloud and a store, and the lives of the process that works with them.
struct World {
  World() {
    auto made = std::make_unique<LateCloud>(loop);
    cloud = made.get();
    providers["cloud"] = std::move(made);
    registrars["one"] = std::make_unique<NoneRegistrar>("one", NoneSettings{});
  }

  void Start() {
    loop.DropEverything();
    provisioner.reset();
    journal = std::make_unique<Journal>(loop, store, log);
    provisioner = std::make_unique<Provisioner>(
        ProvisionContext{loop, workers, *journal, log, metrics, random, providers, registrars,
                         clusters, "deployment", config},
        [](const HostRecord*, const HostRecord&) {});
    provisioner->Resume(store.Hosts(false), store.Backoffs());
  }

  void AskForOne() {
    Plan plan;
    plan.take = {{"cloud", AnOffer("cloud", "fra", "m"), 1}};
    Decision decision;
    decision.cluster = "edge";
    provisioner->Carry(plan, decision);
  }

  HostRecord TheHost() { return store.Hosts(true).at(0); }

  SimulatedLoop loop{kStart};
  SimulatedWorkers workers{loop, 1, 20ms, 200ms};
  Log log{LogLevel::kOff};
  Metrics metrics;
  Random random{1};
  MemoryStore store{"deployment"};
  ProviderSet providers;
  RegistrarSet registrars;
  const std::vector<ClusterSpec> clusters{AnEdgeCluster()};
  ProvisionConfig config;
  LateCloud* cloud = nullptr;
  std::unique_ptr<Journal> journal;
  std::unique_ptr<Provisioner> provisioner;
};

TEST(LostCreate, IsWaitedForFromTheCallOnHoweverLongItWasThrottledBefore) {
  World world;
  world.config.appear_grace = 10min;
  world.cloud->throttled_for = 8min;
  world.cloud->seen_after = world.config.appear_grace - 5s;
  world.Start();
  world.AskForOne();
  world.loop.RunFor(60min);
  EXPECT_EQ(world.TheHost().machine, "m-1");
}

TEST(LostCreate, IsWaitedForFromTheRestartOn) {
  World world;
  world.cloud->seen_after = world.config.appear_grace - 5s;
  world.Start();
  world.cloud->throttled_for = 90s;
  world.cloud->kills_the_caller = true;
  world.AskForOne();
  EXPECT_THROW(world.loop.RunFor(10min), Killed);
  for (int restart = 0; restart < 3; ++restart) {
    world.Start();
    world.loop.RunFor(1s);
  }
  world.loop.RunFor(10min);
  EXPECT_EQ(world.TheHost().machine, "m-1");
}

TEST(LostCreate, IsGivenUpWhenNothingHasAppearedAfterTheGrace) {
  World world;
  world.cloud->seen_after = 24h;
  world.Start();
  world.AskForOne();
  world.loop.RunFor(world.config.appear_grace);
  EXPECT_EQ(world.TheHost().state, HostState::kCreating);
  world.loop.RunFor(world.config.appear_grace * 3);
  EXPECT_EQ(world.TheHost().state, HostState::kGone);
}

}  // namespace
}  // namespace spillway
