#include "providers/opennebula/opennebula_registrar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

#include "providers/opennebula/one_drivers.h"
#include "tests/fakes/opennebula.h"
#include "tests/fakes/ssh_banner.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using fakes::OneFault;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

HostTarget ATarget(const std::string& host = "edge-1-a", const std::string& address = "10.0.0.5") {
  HostTarget target;
  target.host = host;
  target.cluster = "edge";
  target.address = address;
  target.provider = "cloud";
  target.location = "fra";
  target.pool = "burst";
  return target;
}

ClusterSpec ACluster(Hypervisor hypervisor = Hypervisor::kKvm) {
  ClusterSpec cluster;
  cluster.name = "edge";
  cluster.hypervisor = hypervisor;
  return cluster;
}

class OpenNebulaRegistrarTest : public ::testing::Test {
 protected:
  OpenNebulaSettings settings_ = [] {
    OpenNebulaSettings settings;
    settings.access.session = Secret("oneadmin:opennebula");
    settings.access.timeout = 2s;
    settings.datastores = {1, 2};
    settings.networks = {0};
    return settings;
  }();

  OpenNebulaRegistrar& Registrar() {
    if (!registrar_) {
      settings_.access.endpoint = one_.endpoint();
      registrar_ = std::make_unique<OpenNebulaRegistrar>("one", settings_, http_);
    }
    return *registrar_;
  }
  // A host that is enrolled and monitored.
  HostTarget AnEnrolledHost(HostTarget target = ATarget()) {
    const Result<std::string> id = Registrar().Enrol(target);
    EXPECT_TRUE(id) << Describe(id.error());
    if (id) target.enrolment = *id;
    one_.Advance();
    return target;
  }
  int AddGuest(const HostTarget& host, fakes::OneGuest guest = {}) {
    guest.host = std::stoi(host.enrolment);
    return one_.AddGuest(guest);
  }
  EnrolmentStatus Look(const HostTarget& target) {
    const Result<EnrolmentStatus> status = Registrar().Look(target);
    EXPECT_TRUE(status) << Describe(status.error());
    return status ? *status : EnrolmentStatus{};
  }
  EnrolmentStatus Evacuate(const HostTarget& target) {
    const Result<EnrolmentStatus> status = Registrar().Evacuate(target);
    EXPECT_TRUE(status) << Describe(status.error());
    return status ? *status : EnrolmentStatus{};
  }
  // Evacuates as the provisioner does, step by step; gives the last status.
  EnrolmentStatus EvacuateFully(const HostTarget& target) {
    EnrolmentStatus status = Evacuate(target);
    for (int i = 0; i < 50 && status.guests.count > 0; ++i) {
      one_.Advance();
      status = Evacuate(target);
    }
    return status;
  }

  fakes::OpenNebula one_;
  HttpClient http_;
  std::unique_ptr<OpenNebulaRegistrar> registrar_;
};

TEST_F(OpenNebulaRegistrarTest, EnrolsAHostInANewClusterWithItsDatastoresAndNetworks) {
  HostTarget target = ATarget();
  const Result<std::string> id = Registrar().Enrol(target);
  ASSERT_TRUE(id) << Describe(id.error());
  target.enrolment = *id;
  EXPECT_EQ(Look(target).state, EnrolmentState::kPending);
  one_.Advance();
  EXPECT_EQ(Look(target).state, EnrolmentState::kMonitored);

  const fakes::OneClusterState cluster = one_.Clusters().back();
  EXPECT_EQ(cluster.name, "edge");
  EXPECT_THAT(cluster.datastores, UnorderedElementsAre(1, 2));
  EXPECT_THAT(cluster.networks, UnorderedElementsAre(0));
  const fakes::OneHostRecord host = one_.Hosts().back();
  EXPECT_EQ(host.name, "10.0.0.5");
  EXPECT_EQ(host.driver, "kvm");
  EXPECT_EQ(host.cluster, cluster.id);
  EXPECT_EQ(host.attributes, (std::map<std::string, std::string>{{"BURST", "yes"},
                                                                 {"PROVIDER", "cloud"},
                                                                 {"POOL", "burst"},
                                                                 {"SPILLWAY_HOST", "edge-1-a"}}));
}

TEST_F(OpenNebulaRegistrarTest, PreparesTheClusterBeforeThereIsAnyHost) {
  ASSERT_TRUE(Registrar().Prepare(ACluster()));
  ASSERT_TRUE(Registrar().Prepare(ACluster())) << "again is a success";
  const fakes::OneClusterState cluster = one_.Clusters().back();
  EXPECT_EQ(cluster.name, "edge");
  EXPECT_THAT(cluster.datastores, UnorderedElementsAre(1, 2));
  EXPECT_TRUE(one_.Hosts().empty());
}

TEST_F(OpenNebulaRegistrarTest, TakesNoClusterThatTheFrontEndCannotDrive) {
  const Result<Done> refused = Registrar().Prepare(ACluster(Hypervisor::kFirecracker));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(refused.error().text,
            "OpenNebula 7.2.0 has no driver for firecracker: expected a front-end of 5.12 to 6.8, "
            "or a cluster of what this one drives: kvm, lxc");
  EXPECT_EQ(one_.Clusters().size(), 1u) << "nothing was made";
  HostTarget target = ATarget();
  target.hypervisor = Hypervisor::kFirecracker;
  EXPECT_EQ(Registrar().Enrol(target).error().kind, ErrorKind::kInvalid);
  EXPECT_TRUE(one_.Hosts().empty());

  one_.SetVersion("6.8.3");
  EXPECT_TRUE(Registrar().Prepare(ACluster(Hypervisor::kFirecracker)));
  EXPECT_TRUE(Registrar().Enrol(target));
}

TEST_F(OpenNebulaRegistrarTest, AVersionThatCannotBeHadIsAskedForAgain) {
  one_.FailNext("one.system.version", OneFault::kHttp500);
  EXPECT_EQ(Registrar().Prepare(ACluster(Hypervisor::kLxc)).error().kind, ErrorKind::kTransient);
  EXPECT_TRUE(Registrar().Prepare(ACluster(Hypervisor::kLxc)));
}

TEST(OneDrivers, DependOnTheVersionOfTheFrontEnd) {
  struct Row {
    const char* version;
    bool kvm;
    bool lxc;
    bool firecracker;
  };
  const Row rows[] = {
      {"5.10.5", true, false, false}, {"5.12.0", true, false, true}, {"6.0.0", true, true, true},
      {"6.8.3", true, true, true},    {"6.9.80", true, true, false}, {"6.10.0", true, true, false},
      {"7.2.0", true, true, false},   {"7.5.80", true, true, false}, {"10.0.0", true, true, false},
      {"head", true, true, true},     {"", true, true, true},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(!WhyNotDriven(Hypervisor::kKvm, row.version), row.kvm) << row.version;
    EXPECT_EQ(!WhyNotDriven(Hypervisor::kLxc, row.version), row.lxc) << row.version;
    EXPECT_EQ(!WhyNotDriven(Hypervisor::kFirecracker, row.version), row.firecracker) << row.version;
  }
}

TEST_F(OpenNebulaRegistrarTest, EnrollingAgainChangesNothing) {
  const Result<std::string> first = Registrar().Enrol(ATarget());
  const Result<std::string> second = Registrar().Enrol(ATarget());
  ASSERT_TRUE(first && second);
  EXPECT_EQ(*first, *second);
  EXPECT_EQ(one_.Hosts().size(), 1u);
  EXPECT_EQ(one_.Clusters().size(), 2u);
}

TEST_F(OpenNebulaRegistrarTest, WorkersThatEnrolAtOnceMakeOneCluster) {
  OpenNebulaRegistrar& registrar = Registrar();
  std::vector<std::thread> workers;
  std::atomic<int> enrolled = 0;
  for (int i = 0; i < 4; ++i) {
    workers.emplace_back([&registrar, &enrolled, i] {
      const std::string n = std::to_string(i);
      if (registrar.Enrol(ATarget("edge-" + n, "10.0.0." + n))) ++enrolled;
    });
  }
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(enrolled, 4);
  EXPECT_EQ(one_.Hosts().size(), 4u);
  EXPECT_EQ(one_.Clusters().size(), 2u);
}

TEST_F(OpenNebulaRegistrarTest, CompletesAClusterThatLacksADatastore) {
  one_.AddCluster("edge");
  ASSERT_TRUE(Registrar().Enrol(ATarget()));
  EXPECT_THAT(one_.Clusters().back().datastores, UnorderedElementsAre(1, 2));
}

TEST_F(OpenNebulaRegistrarTest, AllocatesNoHostBeforeTheClusterIsWhole) {
  settings_.datastores = {1, 77};
  const Result<std::string> id = Registrar().Enrol(ATarget());
  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().kind, ErrorKind::kNotFound);
  EXPECT_TRUE(one_.Hosts().empty());
}

TEST_F(OpenNebulaRegistrarTest, ALostAnswerToAllocateLeavesOneHost) {
  for (const OneFault fault : {OneFault::kLostAnswer, OneFault::kGarbage}) {
    const HostTarget target = ATarget("edge-" + std::to_string(static_cast<int>(fault)),
                                      "10.0.1." + std::to_string(static_cast<int>(fault)));
    const std::size_t before = one_.Hosts().size();
    one_.FailNext("one.host.allocate", fault);
    const Result<std::string> lost = Registrar().Enrol(target);
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().kind, ErrorKind::kUnknownOutcome);
    const Result<std::string> found = Registrar().Enrol(target);
    ASSERT_TRUE(found) << Describe(found.error());
    EXPECT_EQ(one_.Hosts().size(), before + 1);
    EXPECT_EQ(one_.Hosts().back().attributes.at("SPILLWAY_HOST"), target.host);
  }
}

TEST_F(OpenNebulaRegistrarTest, FindsTheHostOfALostAllocationWithoutItsIdAndRemovesIt) {
  one_.FailNext("one.host.allocate", OneFault::kLostAnswer);
  ASSERT_FALSE(Registrar().Enrol(ATarget()));
  EXPECT_EQ(Look(ATarget()).state, EnrolmentState::kPending);
  ASSERT_TRUE(Registrar().Remove(ATarget()));
  EXPECT_TRUE(one_.Hosts().empty());
}

TEST_F(OpenNebulaRegistrarTest, LeavesHostsOfOthersAlone) {
  const HostTarget first = AnEnrolledHost();
  const Result<std::string> same_address = Registrar().Enrol(ATarget("edge-2-b"));
  ASSERT_FALSE(same_address);
  EXPECT_EQ(same_address.error().kind, ErrorKind::kConflict);
  EXPECT_THAT(same_address.error().text, HasSubstr("edge-1-a"));
  EXPECT_EQ(Look(ATarget("edge-2-b")).state, EnrolmentState::kAbsent);
  EXPECT_TRUE(Registrar().Remove(ATarget("edge-2-b")));

  one_.AddHost("10.9.9.9", "kvm", 0);  // an operator's, in the default cluster
  const HostTarget elsewhere = ATarget("edge-3-c", "10.9.9.9");
  EXPECT_FALSE(Registrar().Enrol(elsewhere));
  EXPECT_TRUE(Registrar().Remove(elsewhere));
  EXPECT_EQ(one_.Hosts().size(), 2u);
}

TEST_F(OpenNebulaRegistrarTest, CallsHostsByTheirIdWhereConfigured) {
  settings_.host_name = OneHostName::kId;
  AnEnrolledHost();
  EXPECT_EQ(one_.Hosts().back().name, "edge-1-a");
}

TEST_F(OpenNebulaRegistrarTest, SaysWhatOpenNebulaComplainsOf) {
  const HostTarget target = AnEnrolledHost();
  one_.SetUnreachable(std::stoi(target.enrolment), true);
  one_.Advance();
  const EnrolmentStatus status = Look(target);
  EXPECT_EQ(status.state, EnrolmentState::kError);
  EXPECT_THAT(status.detail, HasSubstr("connection timed out"));
}

TEST_F(OpenNebulaRegistrarTest, CordonsAndTakesBack) {
  const HostTarget target = AnEnrolledHost();
  ASSERT_TRUE(Registrar().SetSchedulable(target, false));
  ASSERT_TRUE(Registrar().SetSchedulable(target, false));
  EXPECT_EQ(Look(target).state, EnrolmentState::kCordoned);
  ASSERT_TRUE(Registrar().SetSchedulable(target, true));
  EXPECT_EQ(Look(target).state, EnrolmentState::kMonitored);
  // Enabling an enabled host would put it back to INIT.
  ASSERT_TRUE(Registrar().SetSchedulable(target, true));
  EXPECT_EQ(Look(target).state, EnrolmentState::kMonitored);
}

TEST_F(OpenNebulaRegistrarTest, DrainsAHostLiveAndThenRemovesIt) {
  const HostTarget leaving = AnEnrolledHost();
  const HostTarget staying = AnEnrolledHost(ATarget("edge-1-b", "10.0.0.6"));
  for (int i = 0; i < 5; ++i) AddGuest(leaving);
  EXPECT_EQ(Look(leaving).guests, (Guests{5, {5, 5 * 1024}}));
  ASSERT_TRUE(Registrar().SetSchedulable(leaving, false));

  const Result<Done> too_early = Registrar().Remove(leaving);
  ASSERT_FALSE(too_early);
  EXPECT_EQ(too_early.error().kind, ErrorKind::kConflict);

  EXPECT_THAT(Evacuate(leaving).detail, HasSubstr("3 guests on their way"));
  // Asking again while they move starts no more.
  EXPECT_THAT(Evacuate(leaving).detail, HasSubstr("3 guests on their way"));
  EXPECT_EQ(EvacuateFully(leaving).guests.count, 0);
  EXPECT_EQ(Look(staying).guests.count, 5);

  ASSERT_TRUE(Registrar().Remove(leaving));
  EXPECT_EQ(Look(leaving).state, EnrolmentState::kAbsent);
  EXPECT_TRUE(Registrar().Remove(leaving));
}

TEST_F(OpenNebulaRegistrarTest, PowersOffWhatCannotMigrateRunning) {
  one_.SetVersion("6.8.3");  // the last that has Firecracker
  for (const Hypervisor hypervisor : {Hypervisor::kLxc, Hypervisor::kFirecracker}) {
    const std::string kind(Name(hypervisor));
    HostTarget leaving = ATarget(kind + "-1", kind + "-1.test");
    HostTarget staying = ATarget(kind + "-2", kind + "-2.test");
    leaving.hypervisor = staying.hypervisor = hypervisor;
    leaving = AnEnrolledHost(leaving);
    staying = AnEnrolledHost(staying);
    AddGuest(leaving);
    ASSERT_TRUE(Registrar().SetSchedulable(leaving, false));
    EXPECT_EQ(EvacuateFully(leaving).guests.count, 0) << kind;
    EXPECT_EQ(Look(staying).guests.count, 1) << kind;
  }
}

TEST_F(OpenNebulaRegistrarTest, FollowsTheConfiguredWay) {
  struct Case {
    EvacuationWay way;
    std::int64_t left_on_host;
    std::int64_t left_on_other;
  };
  const Case cases[] = {
      {EvacuationWay::kWait, 1, 0},
      {EvacuationWay::kReschedule, 0, 1},
      {EvacuationWay::kTerminate, 0, 0},
  };
  for (const Case& c : cases) {
    registrar_.reset();
    settings_.evacuation[static_cast<std::size_t>(Hypervisor::kKvm)] = c.way;
    const std::string n = std::to_string(static_cast<int>(c.way));
    const HostTarget leaving = AnEnrolledHost(ATarget("a" + n, "10.1.0." + n));
    const HostTarget staying = AnEnrolledHost(ATarget("b" + n, "10.2.0." + n));
    const int guest = AddGuest(leaving);
    ASSERT_TRUE(Registrar().SetSchedulable(leaving, false));
    EXPECT_EQ(EvacuateFully(leaving).guests.count, c.left_on_host) << n;
    EXPECT_EQ(Look(staying).guests.count, c.left_on_other) << n;
    one_.RemoveGuest(guest);
    ASSERT_TRUE(Registrar().Remove(leaving));
    ASSERT_TRUE(Registrar().Remove(staying));
  }
}

TEST_F(OpenNebulaRegistrarTest, ReportsARefusedGuestAndMovesTheOthers) {
  const HostTarget leaving = AnEnrolledHost();
  AnEnrolledHost(ATarget("edge-1-b", "10.0.0.6"));
  for (int i = 0; i < 4; ++i) {
    fakes::OneGuest pinned;
    pinned.refusal = "Cannot live migrate a VM with pinned NUMA nodes";
    AddGuest(leaving, pinned);
  }
  AddGuest(leaving);
  AddGuest(leaving);
  ASSERT_TRUE(Registrar().SetSchedulable(leaving, false));
  const EnrolmentStatus status = EvacuateFully(leaving);
  EXPECT_EQ(status.guests.count, 4);
  EXPECT_THAT(status.detail, HasSubstr("guest 0: "));
  EXPECT_THAT(status.detail, HasSubstr("pinned NUMA"));
}

TEST_F(OpenNebulaRegistrarTest, MovesAGuestThatIsPoweredOff) {
  const HostTarget leaving = AnEnrolledHost();
  AnEnrolledHost(ATarget("edge-1-b", "10.0.0.6"));
  fakes::OneGuest off;
  off.state = 8;
  off.lcm_state = 0;
  AddGuest(leaving, off);
  ASSERT_TRUE(Registrar().SetSchedulable(leaving, false));
  EXPECT_EQ(EvacuateFully(leaving).guests.count, 0);
  EXPECT_EQ(one_.Guests().front().state, 8);
}

TEST_F(OpenNebulaRegistrarTest, AHostThatWasRemovedByHandIsAbsent) {
  const HostTarget target = AnEnrolledHost();
  ASSERT_TRUE(Registrar().Remove(target));
  EXPECT_EQ(Look(target).state, EnrolmentState::kAbsent);
  EXPECT_EQ(Evacuate(target).state, EnrolmentState::kAbsent);
  const Result<Done> cordoned = Registrar().SetSchedulable(target, false);
  ASSERT_FALSE(cordoned);
  EXPECT_EQ(cordoned.error().kind, ErrorKind::kNotFound);
}

TEST_F(OpenNebulaRegistrarTest, ProbesForAnSshServer) {
  const fakes::SshBanner ssh;
  const fakes::SshBanner other("220 mail.test ESMTP");
  settings_.nodes.ssh_port = ssh.port();
  EXPECT_TRUE(Registrar().Probe(ATarget("a", "127.0.0.1"))->is_ready());
  registrar_.reset();
  settings_.nodes.ssh_port = other.port();
  EXPECT_FALSE(Registrar().Probe(ATarget("a", "127.0.0.1"))->is_ready());
  registrar_.reset();
  settings_.probes = false;
  EXPECT_TRUE(Registrar().Probe(ATarget("a", "127.0.0.1"))->is_ready());
}

TEST_F(OpenNebulaRegistrarTest, NoErrorShowsTheSession) {
  settings_.access.session = Secret("oneadmin:swordfish");  // not what the fake knows
  settings_.access.timeout = 200ms;
  const OneFault faults[] = {OneFault::kEcho,     OneFault::kLostAnswer, OneFault::kLostRequest,
                             OneFault::kHang,     OneFault::kHttp500,    OneFault::kRpcFault,
                             OneFault::kElection, OneFault::kGarbage,    OneFault::kLocked};
  for (const OneFault fault : faults) {
    one_.FailNext("one.clusterpool.info", fault);
    const Result<std::string> id = Registrar().Enrol(ATarget());
    ASSERT_FALSE(id);
    EXPECT_THAT(Describe(id.error()), Not(HasSubstr("swordfish")));
    EXPECT_THAT(Describe(id.error()), HasSubstr("one.clusterpool.info"));
  }
  const Result<std::string> denied = Registrar().Enrol(ATarget());
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().kind, ErrorKind::kDenied);
  EXPECT_THAT(Describe(denied.error()), Not(HasSubstr("swordfish")));
}

}  // namespace
}  // namespace spillway
