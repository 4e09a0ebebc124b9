// A real machine becomes a host and goes back: taken by the onprem provider, set up for LXC over
// SSH as a registrar does it, given a container, and freed. Packages come from where this machine
// has its own from.
#include "tests/contract/real_machine.h"

#include <gmock/gmock.h>

#include <thread>

#include "providers/none/none_registrar.h"
#include "providers/onprem/onprem_provider.h"
#include "scaler/runtime/clock.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;

// A container with the programs of its host, which sleeps until it is stopped.
constexpr const char* kRunContainer = R"sh(
set -eu
root=/var/lib/lxc/guest/rootfs
mkdir -p "$root"
cd "$root"
mkdir -p usr proc sys dev tmp run etc
for folder in bin lib lib64 sbin; do ln -sfn "usr/$folder" "$folder"; done
cat >../config <<CONFIG
lxc.uts.name = guest
lxc.rootfs.path = dir:$root
lxc.mount.entry = /usr usr none ro,rbind 0 0
lxc.mount.auto = proc:mixed
lxc.init.cmd = /bin/sleep infinity
lxc.net.0.type = empty
CONFIG
lxc-start --name guest
lxc-wait --name guest --state RUNNING --timeout 30
lxc-attach --name guest -- /bin/hostname
lxc-attach --name guest -- /bin/sh -c 'echo pid $$ of $(ls /proc | grep -c "^[0-9]") processes'
lxc-stop --name guest --kill
)sh";

class RealMachineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = testing::RealMachine::WhyNot(); !why.empty()) GTEST_SKIP() << why;
    machine_.emplace();
    ssh_ = {.identity_file = machine_->identity(),
            .known_hosts = dir_.Write("known_hosts", machine_->KnownHost())};
    const auto update = OnMachine("apt-get -qq -o APT::Update::Error-Mode=any update");
    ASSERT_TRUE(update) << Describe(update.error());
    if (update->exit_code != 0) GTEST_SKIP() << "no packages are to be had: " << update->err;

    OnpremConfig config;
    config.name = "rack";
    config.state = dir_.File("state");
    config.inventory.sites["here"] = {"DE", std::nullopt};
    config.inventory.classes["small"] = {.capacity = {2, 4096},
                                         .price_per_hour = Money::FromDouble(0.01),
                                         .hypervisors = {Hypervisor::kLxc}};
    InventoryMachine machine;
    machine.name = "m0";
    machine.site = "here";
    machine.machine_class = "small";
    machine.address = "127.0.0.1";
    machine.ssh_port = machine_->port();
    config.inventory.machines = {machine};
    provider_.emplace(config, PluginContext{.clock = clock_, .http = http_});

    NodeSettings nodes;
    nodes.setup.emplace();
    nodes.ssh = SshAccess{.settings = ssh_};
    registrar_.emplace("bare", NoneSettings{.nodes = nodes});
  }

  Result<ProcessOutput> OnMachine(const std::string& script) const {
    return SshClient(ssh_).Run({.address = "127.0.0.1", .port = machine_->port(), .user = "root"},
                               {.argv = {"sh", "-s"}, .input = script, .timeout = 2min});
  }

  Machine Take(const std::string& token) {
    MachineSpec spec;
    spec.token = token;
    spec.owner = "real";
    spec.cluster = "edge";
    spec.host = "host-" + token;
    spec.location = "here";
    spec.plan = "small";
    spec.cluster_type = ClusterType::kMetal;
    spec.hypervisor = Hypervisor::kLxc;
    const auto made = provider_->Create(spec);
    EXPECT_TRUE(made) << Describe(made.error());
    const auto found = provider_->Find(token, "here", "");
    EXPECT_TRUE(found) << Describe(found.error());
    if (!found) return {};
    EXPECT_EQ(found->state, MachineState::kRunning) << found->state_text;
    return *found;
  }

  // How the registrar sees it, looked at until it is ready or four minutes are over.
  Readiness Await(const Machine& machine) {
    const HostTarget target{.host = "host-" + machine.token,
                            .cluster = "edge",
                            .address = machine.address,
                            .enrolment = "",
                            .provider = "rack",
                            .location = "here",
                            .pool = "home",
                            .hypervisor = Hypervisor::kLxc,
                            .login = machine.login};
    Readiness readiness;
    const auto end = std::chrono::steady_clock::now() + 4min;
    while (std::chrono::steady_clock::now() < end) {
      const auto probed = registrar_->Probe(target);
      if (!probed) return readiness;
      ++looks_;
      readiness = *probed;
      if (readiness.is_ready()) return readiness;
      // Installing packages takes the time it takes.
      std::this_thread::sleep_for(1s);
    }
    return readiness;
  }

  testing::ScratchDir dir_;
  std::optional<testing::RealMachine> machine_;
  SshSettings ssh_;
  SystemClock clock_;
  HttpClient http_;
  std::optional<OnpremProvider> provider_;
  std::optional<NoneRegistrar> registrar_;
  int looks_ = 0;
};

void ExpectReady(const Readiness& readiness) {
  for (const ProbeAnswer& answer : readiness.answers) {
    EXPECT_TRUE(answer.passed) << answer.name << ": " << answer.text;
  }
  EXPECT_TRUE(readiness.is_ready());
}

TEST_F(RealMachineTest, IsSetUpForLxcRunsAContainerAndIsGivenBack) {
  const Machine machine = Take("one");
  EXPECT_EQ(provider_->Offers()->offers.at(0).stock, 0);
  ExpectReady(Await(machine));
  EXPECT_GT(looks_, 1) << "it was no host before";

  const auto container = OnMachine(kRunContainer);
  ASSERT_TRUE(container) << Describe(container.error());
  EXPECT_EQ(container->exit_code, 0) << container->err;
  EXPECT_THAT(container->out, ::testing::StartsWith("guest\n"));

  ASSERT_TRUE(provider_->Delete(machine.id, machine.location));
  EXPECT_EQ(provider_->Find("one", "here", machine.id).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(provider_->Offers()->offers.at(0).stock, 1);

  // Nobody has wiped it, so the next holder finds it set up.
  const Machine again = Take("two");
  EXPECT_NE(again.id, machine.id);
  looks_ = 0;
  ExpectReady(Await(again));
  EXPECT_EQ(looks_, 1);
}

}  // namespace
}  // namespace spillway
