#include <gmock/gmock.h>
#include <sys/stat.h>

#include "providers/onprem/wake_on_lan.h"
#include "providers/surroundings.h"
#include "tests/fakes/ssh_banner.h"
#include "tests/support/scratch_dir.h"
#include "tests/support/udp_listener.h"

namespace spillway {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

constexpr MacAddress kMac = {0x02, 0x00, 0x5e, 0x10, 0x00, 0xff};

TEST(MagicPacket, IsSixBytesOfOnesAndTheAddressSixteenTimes) {
  const std::string packet = MagicPacket(kMac);
  ASSERT_EQ(packet.size(), 102u);
  EXPECT_EQ(packet.substr(0, 6), std::string(6, '\xFF'));
  for (std::size_t i = 0; i < 16; ++i) {
    EXPECT_EQ(packet.substr(6 + 6 * i, 6), std::string(kMac.begin(), kMac.end()));
  }
}

class WakeOnLanTest : public ::testing::Test {
 protected:
  // `ssh` is what runs instead of the program ssh.
  WakeOnLan Machine(const std::string& ssh) {
    const std::string program = dir_.Write("ssh", "#!/bin/sh\n" + ssh + "\n");
    chmod(program.c_str(), 0700);
    const std::string key = dir_.Write("key", "");
    chmod(key.c_str(), 0600);
    client_ = std::make_unique<SshClient>(SshSettings{
        .identity_file = key, .known_hosts = dir_.Write("known", ""), .program = program});
    InventoryMachine machine;
    machine.name = "m1";
    machine.address = "127.0.0.1";
    machine.ssh_port = server_ ? server_->port() : 1;
    machine.ssh_user = "root";
    machine.power.mac = kMac;
    machine.power.broadcast = "127.0.0.1";
    machine.power.wake_port = listener_.port();
    return {machine, *client_, 10s};
  }

  testing::ScratchDir dir_;
  testing::UdpListener listener_;
  std::unique_ptr<fakes::SshBanner> server_ = std::make_unique<fakes::SshBanner>();
  std::unique_ptr<SshClient> client_;
};

TEST_F(WakeOnLanTest, SendsThePacketSeveralTimes) {
  WakeOnLan machine = Machine("exit 1");
  ASSERT_TRUE(machine.On());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(listener_.Next(), MagicPacket(kMac));
}

TEST_F(WakeOnLanTest, IsOnWhenItsSshServerAnswers) {
  EXPECT_EQ(Machine("exit 1").Look()->state, PowerState::kOn);
  server_.reset();
  const auto status = Machine("exit 1").Look();
  EXPECT_EQ(status->state, PowerState::kOff);
  EXPECT_THAT(status->text, HasSubstr("does not answer"));
}

TEST_F(WakeOnLanTest, IsSwitchedOffOverSsh) {
  WakeOnLan machine = Machine("echo \"$@\" >>" + dir_.File("calls"));
  ASSERT_TRUE(machine.Off(SwitchOff::kOrderly));
  ASSERT_TRUE(machine.Off(SwitchOff::kAtOnce));
  const std::string calls = ProcessSurroundings().file(dir_.File("calls")).value_or("");
  EXPECT_THAT(calls, HasSubstr("'systemctl' 'poweroff'\n"));
  EXPECT_THAT(calls, HasSubstr("--force"));
}

TEST_F(WakeOnLanTest, SaysWhenItIsNotSwitchedOff) {
  const auto denied = Machine("echo 'root@127.0.0.1: Permission denied (publickey).' >&2; exit 255")
                          .Off(SwitchOff::kOrderly);
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().kind, ErrorKind::kDenied) << Describe(denied.error());
  const auto failed = Machine("echo 'Failed to power off' >&2; exit 1").Off(SwitchOff::kOrderly);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::kTransient);
  EXPECT_THAT(failed.error().text, HasSubstr("Failed to power off"));
}

}  // namespace
}  // namespace spillway
