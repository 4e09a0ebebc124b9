#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "providers/opennebula/client/one_requirements.h"
#include "providers/opennebula/client/one_waiting.h"
#include "providers/opennebula/opennebula_registrar.h"
#include "tests/fakes/opennebula.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(OneRequirements, AreToldOfAHostThatIsNotThereYet) {
  const HostToCome host{{{"CLUSTER_ID", "100"}, {"HYPERVISOR", "kvm"}, {"BURST", "yes"}},
                        {"PUBLIC_CLOUD"}};
  using enum Truth;
  const std::vector<std::pair<std::string, Truth>> cases = {
      {"", kYes},
      {"  ", kYes},
      {"CLUSTER_ID = 100", kYes},
      {"CLUSTER_ID=0", kNo},
      {"CLUSTER_ID != 0", kYes},
      {"CLUSTER_ID > 99 & CLUSTER_ID < 101", kYes},
      {"(CLUSTER_ID = 0 | CLUSTER_ID = 100) & !(PUBLIC_CLOUD = YES)", kYes},
      {"CLUSTER_ID = \"100\"", kYes},
      {"HYPERVISOR=\"kv*\"", kYes},
      {"HYPERVISOR != kvm", kNo},
      {"HYPERVISOR @> kvm", kYes},
      {"PUBLIC_CLOUD != YES", kNo},  // what it does not have makes every term false
      {"NAME = \"edge*\"", kUnknown},
      {"!(NAME = x)", kUnknown},
      {"NAME = x | BURST = yes", kYes},
      {"NAME = x & CLUSTER_ID = 0", kNo},
      // From left to right, whatever the operator.
      {"BURST = yes | BURST = yes & BURST = no", kNo},
      {"!BURST = no & BURST = yes", kYes},
      {"FREE_CPU > 100.5", kUnknown},
      {"CLUSTER_ID", kUnknown},
      {"CLUSTER_ID = ", kUnknown},
      {"(CLUSTER_ID = 100", kUnknown},
      {"CLUSTER_ID = 100)", kUnknown},
      {"= 100", kUnknown},
      {"CLUSTER_ID = \"100", kUnknown},
      {std::string(100'000, '('), kUnknown},
      {std::string(100'000, '!') + "BURST = yes", kUnknown},
  };
  for (const auto& [text, truth] : cases) {
    EXPECT_EQ(Meets(host, text), truth) << text.substr(0, 100);
  }
}

TEST(OneWaiting, OnlyALackOfCapacityIsCuredByHosts) {
  const std::string when = "Mon Mar  2 00:00:10 2026: ";
  const std::vector<std::pair<std::string, std::optional<WaitCause>>> cases = {
      {"", std::nullopt},  // not tried yet
      {when + "Cannot dispatch VM: [HOST] Not enough CPU on hosts: 0,1", WaitCause::kCapacity},
      {when + "[HOST] Not enough MEMORY on hosts: 0", WaitCause::kCapacity},
      {when + "[HOST] Not enough CPU on hosts: 0[HOST] Requirements not met on hosts: 3",
       WaitCause::kCapacity},
      {when + "Cannot dispatch VM: No hosts enabled to run VMs", WaitCause::kCapacity},
      {when + "Cannot dispatch VM: No host with enough capacity to deploy the VM",
       WaitCause::kCapacity},
      {when + "Cannot dispatch VM: No host meets SCHED_REQUIREMENTS", WaitCause::kOther},
      {when + "[HOST] Requirements not met on hosts: 3", WaitCause::kOther},
      {when + "[HOST] Not enough CPU on hosts: 0[DS] Not enough capacity on datastores: 1",
       WaitCause::kOther},
      {when + "[HOST] Cannot allocate NUMA on hosts: 0", WaitCause::kOther},
      {when + "[HOST] Unavailable PCI devices on hosts: 0", WaitCause::kOther},
      {when + "[HOST] Cannot fulfill affinity constraints on hosts: 0", WaitCause::kOther},
      {when + "[VNET] Unavailable leases on vnets: 4", WaitCause::kOther},
      {when + "[DS] No datastores matched the VM requirements", WaitCause::kOther},
      {when + "[HOST] Dispatch limit reached on hosts: 0", WaitCause::kOther},
      {"something new", WaitCause::kOther},
  };
  for (const auto& [message, cause] : cases) EXPECT_EQ(CauseOf(message), cause) << message;
}

OneWaitingVm AVm() {
  return {7,
          {150, 2048 * 1024 + 1},
          "",
          "(CLUSTER_ID = 0 | CLUSTER_ID = 100)",
          "Mon Mar  2 00:00:10 2026: [HOST] Not enough CPU on hosts: 0"};
}

TEST(OneWaiting, TellsOfTheGuest) {
  const auto guest = GuestOf(AVm(), {100, "edge", {}, {}}, Hypervisor::kKvm);
  EXPECT_EQ(guest,
            (WaitingGuest{
                "7", 150, 2049, {}, WaitCause::kCapacity, "[HOST] Not enough CPU on hosts: 0"}));
}

TEST(OneWaiting, RequirementsThatRuleTheClusterOutSaySo) {
  struct Case {
    std::string own, automatic;
    WaitCause cause;
    std::string why;
  };
  const std::vector<Case> cases = {
      {"HYPERVISOR = kvm", "CLUSTER_ID = 100", WaitCause::kCapacity, "Not enough CPU"},
      {"", "CLUSTER_ID = 0", WaitCause::kElsewhere, "given when it was created, CLUSTER_ID = 0"},
      {"CLUSTER_ID = 5", "", WaitCause::kElsewhere, "its requirements, CLUSTER_ID = 5, rule out"},
      {"HYPERVISOR = lxc", "", WaitCause::kElsewhere, "rule out hosts of cluster edge"},
      {"NAME = \"rack*\"", "", WaitCause::kElsewhere, "may rule out"},
      {"BURST = yes & CLUSTER = edge", "", WaitCause::kCapacity, "Not enough CPU"},
  };
  for (const Case& c : cases) {
    OneWaitingVm vm = AVm();
    vm.requirements = c.own;
    vm.automatic_requirements = c.automatic;
    const auto guest = GuestOf(vm, {100, "edge", {}, {}}, Hypervisor::kKvm);
    ASSERT_TRUE(guest);
    EXPECT_EQ(guest->cause, c.cause) << c.own;
    EXPECT_THAT(guest->why, HasSubstr(c.why));
  }
}

class OneWaitingGuests : public ::testing::Test {
 protected:
  OneWaitingGuests() {
    settings_.access.session = Secret("oneadmin:opennebula");
    settings_.access.timeout = 2s;
    settings_.access.endpoint = one_.endpoint();
    settings_.datastores = {1};
    settings_.probes = false;
    registrar_ = std::make_unique<OpenNebulaRegistrar>("one", settings_, http_);
    cluster_.name = "edge";
  }

  Result<std::vector<WaitingGuest>> Waiting() { return registrar_->WaitingGuests(cluster_); }

  static fakes::OneGuest AGuest(std::int64_t cpu_percent = 100) {
    fakes::OneGuest guest;
    guest.cpu_percent = cpu_percent;
    return guest;
  }

  fakes::OpenNebula one_;
  HttpClient http_;
  OpenNebulaSettings settings_;
  ClusterSpec cluster_;
  std::unique_ptr<OpenNebulaRegistrar> registrar_;
};

TEST_F(OneWaitingGuests, AreListedOnceTheSchedulerHasTriedThem) {
  ASSERT_TRUE(registrar_->Prepare(cluster_));
  one_.AddWaitingGuest(AGuest(150), 1);
  ASSERT_TRUE(Waiting());
  EXPECT_TRUE(Waiting()->empty());  // created, but not tried
  one_.Advance();
  const auto guests = Waiting();
  ASSERT_TRUE(guests) << Describe(guests.error());
  ASSERT_EQ(guests->size(), 1u);
  EXPECT_EQ(guests->front(), (WaitingGuest{"0",
                                           150,
                                           1024,
                                           {},
                                           WaitCause::kCapacity,
                                           "Cannot dispatch VM: No hosts enabled to run VMs"}));
}

TEST_F(OneWaitingGuests, AreCuredByAHostOfTheCluster) {
  ASSERT_TRUE(registrar_->Prepare(cluster_));
  const int full = one_.AddHost("home", "kvm", 0);
  fakes::OneGuest aboard = AGuest(800);
  aboard.host = full;
  one_.AddGuest(aboard);
  one_.AddWaitingGuest(AGuest(400), 1);
  one_.Advance();
  ASSERT_TRUE(Waiting());
  ASSERT_EQ(Waiting()->size(), 1u);
  EXPECT_EQ(Waiting()->front().cause, WaitCause::kCapacity);
  EXPECT_THAT(Waiting()->front().why, HasSubstr("Not enough CPU on hosts: 0"));

  HostTarget target;
  target.host = "edge-1";
  target.cluster = "edge";
  target.address = "10.0.0.5";
  ASSERT_TRUE(registrar_->Enrol(target));
  one_.Advance();
  one_.Advance();
  EXPECT_TRUE(Waiting()->empty());
}

// Requirements are frozen when a machine is created: the cluster that got its datastore afterwards
// is none of them, now and for ever.
TEST_F(OneWaitingGuests, FromBeforeTheClusterAreNotHelpedByIt) {
  one_.AddWaitingGuest(AGuest(), 1);
  ASSERT_TRUE(registrar_->Prepare(cluster_));
  one_.AddWaitingGuest(AGuest(), 1);
  one_.Advance();
  const auto guests = Waiting();
  ASSERT_TRUE(guests) << Describe(guests.error());
  ASSERT_EQ(guests->size(), 2u);
  EXPECT_EQ((*guests)[0].cause, WaitCause::kElsewhere);
  EXPECT_THAT((*guests)[0].why, HasSubstr("(CLUSTER_ID = 0) & "));
  EXPECT_THAT((*guests)[0].why, HasSubstr("create it anew, or deploy it there by hand"));
  EXPECT_EQ((*guests)[1].cause, WaitCause::kCapacity);

  HostTarget target;
  target.host = "edge-1";
  target.cluster = "edge";
  target.address = "10.0.0.5";
  ASSERT_TRUE(registrar_->Enrol(target));
  one_.Advance();
  one_.Advance();
  ASSERT_EQ(Waiting()->size(), 1u);  // the old one, as on the real thing
  EXPECT_EQ(Waiting()->front().id, "0");
}

TEST_F(OneWaitingGuests, ThatWaitForSomethingElseSayWhat) {
  ASSERT_TRUE(registrar_->Prepare(cluster_));
  fakes::OneGuest guest = AGuest();
  guest.obstacle = "[VNET] Unavailable leases on vnets: 4";
  one_.AddWaitingGuest(guest, 1);
  one_.Advance();
  ASSERT_EQ(Waiting()->size(), 1u);
  EXPECT_EQ(Waiting()->front().cause, WaitCause::kOther);
  EXPECT_EQ(Waiting()->front().why, guest.obstacle);
}

TEST_F(OneWaitingGuests, AreNotKnownBeforeTheClusterIs) {
  const auto guests = Waiting();
  ASSERT_FALSE(guests);
  EXPECT_EQ(guests.error().kind, ErrorKind::kNotFound);
}

TEST_F(OneWaitingGuests, AFailureToReadIsNoEmptyList) {
  ASSERT_TRUE(registrar_->Prepare(cluster_));
  for (const auto fault : {fakes::OneFault::kGarbage, fakes::OneFault::kLostAnswer,
                           fakes::OneFault::kElection, fakes::OneFault::kEcho}) {
    one_.FailNext("one.vmpool.infoextended", fault);
    const auto guests = Waiting();
    ASSERT_FALSE(guests);
    EXPECT_EQ(guests.error().kind, ErrorKind::kTransient);
    EXPECT_THAT(Describe(guests.error()), ::testing::Not(HasSubstr("oneadmin:opennebula")));
  }
}

}  // namespace
}  // namespace spillway
