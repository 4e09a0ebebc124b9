// What switches own machines against programs that others wrote: the sushy-tools emulator behind
// our Redfish client, redfishtool in front of our fake rack, ipmitool and OpenIPMI's simulator, and
// wakeonlan. Each test is skipped, with the reason, when its program is not there.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "providers/onprem/ipmi_power.h"
#include "providers/onprem/redfish_power.h"
#include "providers/onprem/wake_on_lan.h"
#include "scaler/runtime/clock.h"
#include "scaler/runtime/datagram.h"
#include "tests/contract/program.h"
#include "tests/fakes/redfish.h"
#include "tests/support/scratch_dir.h"
#include "tests/support/udp_listener.h"

namespace spillway {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace std::chrono_literals;
using testing::BackgroundProgram;
using testing::RunProgram;
using testing::ScratchDir;

std::string Variable(const char* name, const std::string& fallback) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? fallback : value;
}

std::string Python() { return Variable("SPILLWAY_CONTRACT_PYTHON", "python3"); }
std::string SushyEmulator() { return Variable("SPILLWAY_SUSHY_EMULATOR", "sushy-emulator"); }

// Empty when each of the programs is there.
std::string WhyMissing(const std::vector<std::string>& programs) {
  for (const std::string& program : programs) {
    if (!RunProgram({"sh", "-c", "command -v \"$1\"", "sh", program})) {
      return program + " is not there";
    }
  }
  return "";
}

// Power of others changes in its own time, which nobody can drive.
void AwaitState(Power& power, PowerState wanted) {
  for (int i = 0; i < 150; ++i) {
    const auto status = power.Look();
    ASSERT_TRUE(status) << Describe(status.error());
    if (status->state == wanted) return;
    std::this_thread::sleep_for(300ms);
  }
  FAIL() << "the power never changed";
}

// Redfish: our client -----------------------------------------------------------------------------

constexpr const char* kSystem = "27946b59-9e44-4fa7-8e91-f3527a1ef094";

class SushyContract : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = WhyMissing({SushyEmulator()}); !why.empty()) GTEST_SKIP() << why;
    const auto hash =
        RunProgram({Python(), "-c",
                    "import bcrypt; print(bcrypt.hashpw(b'sushy', bcrypt.gensalt(4)).decode())"});
    if (!hash) GTEST_SKIP() << Python() << " has no bcrypt";
    mkdir(dir_.File("state").c_str(), 0700);
    const std::string auth = dir_.Write("auth", "admin:" + *hash);
    const json systems = {
        {{"uuid", kSystem}, {"name", "m0"}, {"power_state", "Off"}, {"nics", json::array()}}};
    const std::string config =
        dir_.Write("config.py", "SUSHY_EMULATOR_AUTH_FILE = \"" + auth +
                                    "\"\nSUSHY_EMULATOR_STATE_DIR = \"" + dir_.File("state") +
                                    "\"\nSUSHY_EMULATOR_FAKE_SYSTEMS = " + systems.dump() + "\n");
    port_ = testing::FreePort();
    emulator_.emplace(std::vector<std::string>{SushyEmulator(), "--config", config, "-i",
                                               "127.0.0.1", "-p", std::to_string(port_), "--fake"});
    ASSERT_TRUE(testing::WaitForPort(port_, *emulator_));
  }

  RedfishPower Bmc(const std::string& password, bool uses_session = false) {
    PowerConfig config;
    config.url = "http://127.0.0.1:" + std::to_string(port_);
    config.user = "admin";
    config.uses_session = uses_session;
    return RedfishPower(config, Secret(password), 20s, http_, clock_);
  }

  ScratchDir dir_;
  int port_ = 0;
  std::optional<BackgroundProgram> emulator_;
  HttpClient http_;
  SystemClock clock_;
};

TEST_F(SushyContract, MachinesAreSwitchedOnShutDownAndCutOff) {
  RedfishPower bmc = Bmc("sushy");
  AwaitState(bmc, PowerState::kOff);
  const auto on = bmc.On();
  ASSERT_TRUE(on) << Describe(on.error());
  AwaitState(bmc, PowerState::kOn);
  const auto off = bmc.Off(SwitchOff::kOrderly);
  ASSERT_TRUE(off) << Describe(off.error());
  AwaitState(bmc, PowerState::kOff);
  ASSERT_TRUE(bmc.On());
  AwaitState(bmc, PowerState::kOn);
  ASSERT_TRUE(bmc.Off(SwitchOff::kAtOnce));
  AwaitState(bmc, PowerState::kOff);
}

TEST_F(SushyContract, RefusalsAreUnderstood) {
  RedfishPower stranger = Bmc("wrong");
  EXPECT_EQ(stranger.Look().error().kind, ErrorKind::kDenied);
  RedfishPower sessions = Bmc("sushy", /*uses_session=*/true);
  const auto refused = sessions.Look();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(refused.error().text, HasSubstr("login: basic"));
}

// Redfish: our fake -------------------------------------------------------------------------------

// Nothing when redfishtool says that it went wrong.
std::optional<std::string> Redfishtool(const fakes::FakeRedfish& rack,
                                       const std::vector<std::string>& words) {
  std::vector<std::string> command = {
      "redfishtool",  "-n",       "-S",
      "Always",       "-r",       rack.url(0).substr(std::string("https://").size()),
      "-u",           "operator", "-p",
      "rack-password"};
  command.insert(command.end(), words.begin(), words.end());
  return RunProgram(command);
}

TEST(FakeRedfishContract, IsUsableByRedfishtool) {
  if (const std::string why = WhyMissing({"redfishtool"}); !why.empty()) GTEST_SKIP() << why;
  fakes::FakeRedfish rack({.uses_tls = true});
  for (const char* login : {"Basic", "Session"}) {
    const auto state = Redfishtool(rack, {"-A", login, "-P", "PowerState", "Systems", "-1"});
    ASSERT_TRUE(state) << login;
    EXPECT_EQ(json::parse(*state), json({{"PowerState", "Off"}}));
  }
  EXPECT_EQ(rack.sessions(0), 0) << "each is ended again";
  const auto root = Redfishtool(rack, {"root"});
  ASSERT_TRUE(root);
  EXPECT_EQ(json::parse(*root).at("Systems").at("@odata.id"), "/redfish/v1/Systems");

  EXPECT_TRUE(Redfishtool(rack, {"Systems", "-1", "reset", "On"}));
  rack.Advance(1min);
  EXPECT_FALSE(Redfishtool(rack, {"Systems", "-1", "reset", "On"})) << "409: it is on";
  EXPECT_TRUE(Redfishtool(rack, {"Systems", "-1", "reset", "GracefulShutdown"}));
  EXPECT_EQ(rack.power(0), "PoweringOff");
  EXPECT_THAT(rack.resets(0), ElementsAre("On", "GracefulShutdown"));
  EXPECT_FALSE(Redfishtool(rack, {"-p", "wrong", "Systems", "-1"}));
}

// IPMI --------------------------------------------------------------------------------------------

// What the simulator runs to look at the power and to switch it.
constexpr const char* kChassisControl = R"sh(#!/bin/sh
power=$(dirname "$0")/power
shift
while test $# -gt 0; do
  case "$1 $2" in
    "get power") echo "power:$(cat "$power")"; shift 2 ;;
    "set power") echo "$3" >"$power"; shift 3 ;;
    "set shutdown") echo 0 >"$power"; shift 3 ;;
    *) shift ;;
  esac
done
)sh";

constexpr const char* kSimulator = R"conf(name "bmc"
set_working_mc 0x20
  startlan 1
    addr 127.0.0.1 {}
    priv_limit admin
    allowed_auths_admin none md2 md5 straight
    guid a123456789abcdefa123456789abcdef
  endlan
  chassis_control "{} 0x20"
  user 2 true "operator" "ipmi-password" admin 10 none md2 md5 straight
)conf";

constexpr const char* kSimulatorCommands = R"conf(mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02
mc_enable 0x20
)conf";

// OpenIPMI's simulator of a BMC, whose power is a word in a file.
class IpmiContract : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = WhyMissing({"ipmi_sim", "ipmitool"}); !why.empty()) {
      GTEST_SKIP() << why;
    }
    mkdir(dir_.File("state").c_str(), 0700);
    port_ = testing::FreePort();
    const std::string control = dir_.Write("control", kChassisControl);
    chmod(control.c_str(), 0700);
    dir_.Write("power", "0\n");
    const std::string config = dir_.Write("lan.conf", fmt::format(kSimulator, port_, control));
    const std::string commands = dir_.Write("commands", kSimulatorCommands);
    simulator_.emplace(std::vector<std::string>{"ipmi_sim", "-n", "-c", config, "-f", commands,
                                                "-s", dir_.File("state")});
  }

  IpmiPower Bmc(const std::string& password, int cipher_suite = 3,
                const std::string& user = "operator") {
    PowerConfig config;
    config.host = "127.0.0.1";
    config.port = port_;
    config.user = user;
    config.cipher_suite = cipher_suite;
    return IpmiPower(config, Secret(password), 20s);
  }

  // It does not say when it is ready, and UDP does not either.
  void AwaitSimulator() {
    IpmiPower bmc = Bmc("ipmi-password");
    for (int i = 0; i < 10; ++i) {
      if (bmc.Look()) return;
    }
    FAIL() << "the simulator does not answer";
  }

  ScratchDir dir_;
  int port_ = 0;
  std::optional<BackgroundProgram> simulator_;
};

TEST_F(IpmiContract, MachinesAreSwitchedOnShutDownAndCutOff) {
  ASSERT_NO_FATAL_FAILURE(AwaitSimulator());
  IpmiPower bmc = Bmc("ipmi-password");
  AwaitState(bmc, PowerState::kOff);
  const auto on = bmc.On();
  ASSERT_TRUE(on) << Describe(on.error());
  AwaitState(bmc, PowerState::kOn);
  EXPECT_TRUE(bmc.On()) << "it is on already";
  ASSERT_TRUE(bmc.Off(SwitchOff::kOrderly));
  AwaitState(bmc, PowerState::kOff);
  ASSERT_TRUE(bmc.On());
  ASSERT_TRUE(bmc.Off(SwitchOff::kAtOnce));
  AwaitState(bmc, PowerState::kOff);
}

TEST_F(IpmiContract, RefusalsAreUnderstood) {
  ASSERT_NO_FATAL_FAILURE(AwaitSimulator());
  const auto wrong = Bmc("wrong-password").Look();
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::kDenied) << Describe(wrong.error());
  EXPECT_EQ(Describe(wrong.error()).find("wrong-password"), std::string::npos);
  const auto nobody = Bmc("ipmi-password", 3, "nobody").Look();
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().kind, ErrorKind::kDenied) << Describe(nobody.error());
  const auto suite = Bmc("ipmi-password", 17).Look();
  ASSERT_FALSE(suite);
  EXPECT_EQ(suite.error().kind, ErrorKind::kInvalid) << Describe(suite.error());
  simulator_.reset();
  const auto dead = Bmc("ipmi-password").Look();
  ASSERT_FALSE(dead);
  EXPECT_EQ(dead.error().kind, ErrorKind::kTransient) << Describe(dead.error());
}

// Wake-on-LAN -------------------------------------------------------------------------------------

TEST(WakeOnLanContract, ThePacketIsThatOfWakeonlan) {
  if (const std::string why = WhyMissing({"wakeonlan"}); !why.empty()) GTEST_SKIP() << why;
  testing::UdpListener listener;
  ASSERT_TRUE(RunProgram({"wakeonlan", "-i", "127.0.0.1", "-p", std::to_string(listener.port()),
                          "02:00:5e:10:0a:ff"}));
  const std::string theirs = listener.Next();
  ASSERT_TRUE(SendDatagram("127.0.0.1", listener.port(),
                           MagicPacket({0x02, 0x00, 0x5e, 0x10, 0x0a, 0xff})));
  EXPECT_EQ(listener.Next(), theirs);
  EXPECT_EQ(theirs.size(), 102u);
}

}  // namespace
}  // namespace spillway
