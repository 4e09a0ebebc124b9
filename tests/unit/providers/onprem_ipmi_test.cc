#include <gmock/gmock.h>
#include <sys/stat.h>

#include "providers/onprem/ipmi_power.h"
#include "providers/surroundings.h"
#include "tests/support/scratch_dir.h"

namespace spillway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace std::chrono_literals;
using testing::ScratchDir;

constexpr const char* kPassword = "ipmi-password";

PowerConfig AnIpmiBmc() {
  PowerConfig config;
  config.method = PowerMethod::kIpmi;
  config.user = "operator";
  config.host = "198.51.100.3";
  config.cipher_suite = 3;
  return config;
}

// A program that does what `script` says instead of ipmitool.
std::string Program(const ScratchDir& dir, const std::string& script) {
  const std::string path = dir.Write("ipmitool", "#!/bin/sh\n" + script + "\n");
  chmod(path.c_str(), 0700);
  return path;
}

TEST(IpmiArguments, NameTheBmcTheSuiteAndTheVerbAndNoPassword) {
  EXPECT_THAT(
      IpmiArguments(AnIpmiBmc(), "soft"),
      ElementsAre("-v", "-I", "lanplus", "-E", "-N", "1", "-R", "2", "-C", "3", "-H",
                  "198.51.100.3", "-p", "623", "-U", "operator", "chassis", "power", "soft"));
}

TEST(IpmiStates, AreReadFromWhatItSays) {
  EXPECT_EQ(ReadChassisPower("Chassis Power is on\n").state, PowerState::kOn);
  EXPECT_EQ(ReadChassisPower("Chassis Power is off\n").state, PowerState::kOff);
  EXPECT_EQ(ReadChassisPower("Chassis Power is sleeping\n"),
            (PowerStatus{PowerState::kUnknown, "Chassis Power is sleeping"}));
  EXPECT_EQ(ReadChassisPower("").state, PowerState::kUnknown);
}

TEST(IpmiFailures, HaveTheirKindByWhatItSays) {
  const std::string general = "Error: Unable to establish IPMI v2 / RMCP+ session\n";
  const std::pair<std::string, ErrorKind> cases[] = {
      {"> RAKP 2 HMAC is invalid\n" + general, ErrorKind::kDenied},
      {"RAKP 2 message indicates an error : unauthorized name\n" + general, ErrorKind::kDenied},
      {"Set Session Privilege Level to ADMINISTRATOR failed\n" + general, ErrorKind::kDenied},
      {"Set Chassis Power Control to Up/On failed: Insufficient privilege level\n",
       ErrorKind::kDenied},
      {"Error in open session response message : invalid authentication algorithm\n" + general,
       ErrorKind::kInvalid},
      {"Error in open session response message : no matching cipher suite\n" + general,
       ErrorKind::kInvalid},
      {"Set Chassis Power Control to Soft failed: Invalid command\n", ErrorKind::kInvalid},
      {"Error in open session response message : insufficient resources for session\n" + general,
       ErrorKind::kThrottled},
      {"Invalid completion code received: Invalid command\n"
       "Set Chassis Power Control to Up/On failed: Node busy\n",
       ErrorKind::kTransient},
      {"Address lookup for bmc.example failed\n", ErrorKind::kTransient},
      {general, ErrorKind::kTransient},
      {"", ErrorKind::kTransient},
  };
  for (const auto& [said, kind] : cases) EXPECT_EQ(IpmiFailure("ipmi", said).kind, kind) << said;
}

TEST(IpmiFailures, AreToldWithoutWhatEveryCallSays) {
  EXPECT_EQ(IpmiFailure("ipmi",
                        "Loading IANA PEN Registry...\n> RAKP 2 HMAC is invalid\n"
                        "Error: Unable to establish IPMI v2 / RMCP+ session\n")
                .text,
            "> RAKP 2 HMAC is invalid; Error: Unable to establish IPMI v2 / RMCP+ session");
}

TEST(IpmiPower, RunsTheVerbsWithThePasswordInTheEnvironment) {
  const ScratchDir dir;
  IpmiPower power(AnIpmiBmc(), Secret(kPassword), 10s,
                  Program(dir, "test \"$IPMI_PASSWORD\" = " + std::string(kPassword) +
                                   " || exit 1\n"
                                   "for verb; do :; done\n"
                                   "echo \"$verb\" >>" +
                                   dir.File("verbs") +
                                   "\n"
                                   "echo Chassis Power is on"));
  const auto status = power.Look();
  ASSERT_TRUE(status) << Describe(status.error());
  EXPECT_EQ(status->state, PowerState::kOn);
  EXPECT_TRUE(power.On());
  EXPECT_TRUE(power.Off(SwitchOff::kOrderly));
  EXPECT_TRUE(power.Off(SwitchOff::kAtOnce));
  const auto verbs = ProcessSurroundings().file(dir.File("verbs"));
  EXPECT_EQ(verbs, "status\non\nsoft\noff\n");
}

TEST(IpmiPower, SaysWhatWentWrongWithoutThePassword) {
  const ScratchDir dir;
  IpmiPower power(AnIpmiBmc(), Secret(kPassword), 10s,
                  Program(dir, "echo \"$IPMI_PASSWORD: RAKP 2 HMAC is invalid\" >&2; exit 1"));
  const auto refused = power.On();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kDenied);
  EXPECT_EQ(refused.error().where, "ipmi 198.51.100.3 power on");
  EXPECT_EQ(refused.error().text, "***: RAKP 2 HMAC is invalid");
}

TEST(IpmiPower, EndsAToolThatHangs) {
  const ScratchDir dir;
  IpmiPower power(AnIpmiBmc(), Secret(kPassword), 100ms, Program(dir, "exec sleep 60"));
  const auto hung = power.Look();
  ASSERT_FALSE(hung);
  EXPECT_EQ(hung.error().kind, ErrorKind::kTransient);
}

TEST(IpmiPower, SaysThatTheToolIsMissing) {
  IpmiPower power(AnIpmiBmc(), Secret(kPassword), 10s, "/no/such/ipmitool");
  const auto missing = power.Look();
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(Describe(missing.error()), HasSubstr("ipmitool"));
}

}  // namespace
}  // namespace spillway
