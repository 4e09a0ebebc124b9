#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "providers/none/none_registrar.h"
#include "scaler/provision/provisioner.h"
#include "scaler/runtime/simulated_loop.h"
#include "scaler/runtime/simulated_workers.h"
#include "scaler/store/memory_store.h"
#include "tests/support/builders.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Gives machines that run at once and say how they are logged in to.
class QuickCloud final : public Provider {
 public:
  Result<Catalogue> Offers() override { return Catalogue{}; }
  Result<Machine> Create(const MachineSpec& spec) override {
    machine_.id = "m-1";
    machine_.token = spec.token;
    machine_.address = "10.0.0.1";
    machine_.state = MachineState::kRunning;
    machine_.login = {"ubuntu", 2222, false};
    return machine_;
  }
  Result<Machine> Find(const std::string&, const std::string&, const std::string&) override {
    return Error{ErrorKind::kNotFound, "find", "", ""};
  }
  Result<MachineList> List(const std::string&) override { return MachineList{{machine_}, false}; }
  Result<Done> Delete(const std::string&, const std::string&) override { return Done{}; }
  const Channel& channel() const override { return channel_; }
  const CreateBudget& create_budget() const override { return budget_; }

 private:
  const Channel channel_{"cloud", 4};
  const CreateBudget budget_{};
  Machine machine_;
};

// Looks at machines as the test says.
class ScriptedRegistrar final : public Registrar {
 public:
  Result<Readiness> answer{Readiness{}};
  Result<Done> prepared{Done{}};
  Login login;  // of the machine that was looked at

  Result<Done> Prepare(const ClusterSpec&) override { return prepared; }
  Result<Readiness> Probe(const HostTarget& target) override {
    login = target.login;
    return answer;
  }
  Result<std::string> Enrol(const HostTarget&) override { return std::string("1"); }
  Result<EnrolmentStatus> Look(const HostTarget&) override {
    return EnrolmentStatus{EnrolmentState::kMonitored, {}, ""};
  }
  Result<Done> SetSchedulable(const HostTarget&, bool) override { return Done{}; }
  Result<EnrolmentStatus> Evacuate(const HostTarget&) override { return EnrolmentStatus{}; }
  Result<Done> Remove(const HostTarget&) override { return Done{}; }
  Result<std::vector<WaitingGuest>> WaitingGuests(const ClusterSpec&) override {
    return std::vector<WaitingGuest>();
  }
  std::string UserData(Hypervisor) const override { return ""; }
  const Channel& channel() const override { return channel_; }

 private:
  const Channel channel_{"one", 4};
};

class Configuring : public ::testing::Test {
 protected:
  Configuring() {
    providers_["cloud"] = std::make_unique<QuickCloud>();
    auto registrar = std::make_unique<ScriptedRegistrar>();
    registrar_ = registrar.get();
    registrars_["one"] = std::move(registrar);
  }
  // The service starts and has asked its manager to prepare.
  void Start() {
    provisioner_.Resume({}, {});
    loop_.RunFor(1s);
  }
  void AskForOne() {
    Plan plan;
    plan.take = {{"cloud", AnOffer("cloud", "fra", "m"), 1}};
    Decision decision;
    decision.cluster = "edge";
    provisioner_.Carry(plan, decision);
  }
  void StartAndAskForOne() {
    Start();
    AskForOne();
  }
  int ReadyHosts() const {
    int ready = 0;
    provisioner_.fleet().ForEach([&](const HostRecord& host) { ready += IsReady(host) ? 1 : 0; });
    return ready;
  }
  HostRecord TheHost() { return store_.Hosts(true).at(0); }

  SimulatedLoop loop_{kStart};
  SimulatedWorkers workers_{loop_, 1, 20ms, 200ms};
  Log log_{LogLevel::kOff};
  Metrics metrics_;
  Random random_{1};
  MemoryStore store_{"deployment"};
  ProviderSet providers_;
  RegistrarSet registrars_;
  const std::vector<ClusterSpec> clusters_{AnEdgeCluster()};
  const ProvisionConfig config_;
  ScriptedRegistrar* registrar_ = nullptr;
  Journal journal_{loop_, store_, log_};
  Provisioner provisioner_{{loop_, workers_, journal_, log_, metrics_, random_, providers_,
                            registrars_, clusters_, "deployment", config_},
                           [](const HostRecord*, const HostRecord&) {}};
};

const ProbeAnswer kPort{"ssh port", true, "answers"};
const ProbeAnswer kWaiting{"cloud-init", false, "has not finished"};
const ProbeAnswer kFinished{"cloud-init", true, "has finished"};

TEST_F(Configuring, EachLooksAnswersAreInTheRecordUntilAllPass) {
  registrar_->answer = Readiness{{kPort, kWaiting}};
  StartAndAskForOne();
  loop_.RunFor(1min);
  EXPECT_EQ(TheHost().state, HostState::kConfiguring);
  EXPECT_THAT(TheHost().probes, ElementsAre(kPort, kWaiting));

  registrar_->answer = Readiness{{kPort, kFinished}};
  loop_.RunFor(1min);
  EXPECT_EQ(TheHost().state, HostState::kReady);
  EXPECT_THAT(TheHost().probes, ElementsAre(kPort, kFinished));
}

TEST_F(Configuring, TheMachinesLoginReachesTheRegistrar) {
  StartAndAskForOne();
  loop_.RunFor(1min);
  EXPECT_EQ(TheHost().login, (Login{"ubuntu", 2222, false}));
  EXPECT_EQ(registrar_->login, (Login{"ubuntu", 2222, false}));
}

TEST_F(Configuring, AfterTheTimeLimitTheFailureSaysWhatWasOpen) {
  registrar_->answer = Readiness{{kPort, kWaiting}};
  StartAndAskForOne();
  loop_.RunFor(config_.configuring_limit + 1min);
  EXPECT_EQ(TheHost().failure,
            "the machine was not configured within the time limit: cloud-init: has not finished");
}

TEST_F(Configuring, AMachineThatCannotBecomeANodeFailsAtOnceAndSaysAllThatIsOpen) {
  const ProbeAnswer failed{"cloud-init", false, "has failed: runcmd"};
  const ProbeAnswer missing{"packages", false, "not installed: lxc"};
  registrar_->answer = Readiness{{kPort, failed, missing}, /*has_failed=*/true};
  StartAndAskForOne();
  loop_.RunFor(1min);
  EXPECT_EQ(TheHost().failure,
            "the machine cannot become a node: cloud-init: has failed: runcmd; packages: not "
            "installed: lxc");
  EXPECT_THAT(TheHost().probes, ElementsAre(kPort, failed, missing));
  EXPECT_TRUE(TheHost().failure_counts);
  EXPECT_EQ(provisioner_.backoffs().size(), 1u);
}

TEST_F(Configuring, NoMachineIsAskedForThatTheManagerCannotTake) {
  registrar_->prepared = Error{ErrorKind::kInvalid, "opennebula one", "", "no driver for kvm"};
  StartAndAskForOne();
  loop_.RunFor(1min);
  EXPECT_EQ(TheHost().state, HostState::kGone);
  EXPECT_EQ(TheHost().paid_from, std::nullopt);
  EXPECT_EQ(TheHost().failure, "opennebula one: invalid: no driver for kvm");
  EXPECT_TRUE(TheHost().failure_counts);
  EXPECT_TRUE(provisioner_.backoffs().empty()) << "it is not the offer's fault";

  registrar_->prepared = Done{};  // the front-end was upgraded
  loop_.RunFor(1min);
  AskForOne();
  loop_.RunFor(1min);
  EXPECT_EQ(ReadyHosts(), 1);
}

TEST_F(Configuring, NoMachineIsAskedForBeforeTheManagerHasAnswered) {
  registrar_->prepared = Error{ErrorKind::kInvalid, "opennebula one", "", "no driver for kvm"};
  provisioner_.Resume({}, {});
  AskForOne();
  loop_.RunFor(1min);
  EXPECT_EQ(TheHost().state, HostState::kGone);
  EXPECT_EQ(TheHost().paid_from, std::nullopt);
}

TEST_F(Configuring, AManagerThatIsAwayDoesNotStopTheBurst) {
  registrar_->prepared = Error{ErrorKind::kTransient, "opennebula one", "", "no answer"};
  provisioner_.Resume({}, {});
  AskForOne();
  loop_.RunFor(1min);
  EXPECT_NE(TheHost().paid_from, std::nullopt);
}

TEST_F(Configuring, ALookThatDidNotWorkIsSaidToo) {
  registrar_->answer = Error{ErrorKind::kInvalid, "program ssh", "cannot be started", "no file"};
  StartAndAskForOne();
  loop_.RunFor(config_.configuring_limit + 1min);
  EXPECT_THAT(TheHost().failure, HasSubstr("program ssh: invalid: cannot be started: no file"));
}

}  // namespace
}  // namespace spillway
