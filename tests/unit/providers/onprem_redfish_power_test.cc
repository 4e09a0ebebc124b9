#include <gmock/gmock.h>

#include "providers/onprem/redfish_power.h"
#include "scaler/runtime/simulated_loop.h"
#include "tests/fakes/redfish.h"
#include "tests/support/scratch_dir.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using fakes::FakeRedfish;
using fakes::RedfishFault;
using fakes::RedfishOptions;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using namespace std::chrono_literals;
using testing::At;

struct Bmc {
  explicit Bmc(RedfishOptions options = {}) : fake(options) {
    config.method = PowerMethod::kRedfish;
    config.url = fake.url(0);
    config.user = options.user;
    config.uses_session = options.has_sessions;
    password = options.password;
  }
  RedfishPower& power() {
    if (!power_)
      power_ = std::make_unique<RedfishPower>(config, Secret(password), 10s, http, clock);
    return *power_;
  }
  PowerState Look() {
    const auto status = power().Look();
    EXPECT_TRUE(status) << Describe(status.error());
    return status ? status->state : PowerState::kUnknown;
  }

  FakeRedfish fake;
  std::string password;
  HttpClient http;
  SimulatedLoop clock{At(0s)};
  PowerConfig config;
  std::unique_ptr<RedfishPower> power_;
};

TEST(RedfishPower, SwitchesOnAndOff) {
  for (const bool has_sessions : {true, false}) {
    for (const bool elsewhere : {true, false}) {
      Bmc bmc({.has_sessions = has_sessions, .tells_resets_elsewhere = elsewhere});
      EXPECT_EQ(bmc.Look(), PowerState::kOff);
      ASSERT_TRUE(bmc.power().On());
      EXPECT_EQ(bmc.Look(), PowerState::kTurningOn);
      bmc.fake.Advance(20s);
      EXPECT_EQ(bmc.Look(), PowerState::kOn);
      ASSERT_TRUE(bmc.power().Off(SwitchOff::kOrderly));
      EXPECT_EQ(bmc.Look(), PowerState::kTurningOff);
      ASSERT_TRUE(bmc.power().Off(SwitchOff::kAtOnce));
      bmc.fake.Advance(5s);
      EXPECT_EQ(bmc.Look(), PowerState::kOff);
      EXPECT_THAT(bmc.fake.resets(0), ElementsAre("On", "GracefulShutdown", "ForceOff"));
    }
  }
}

TEST(RedfishPower, AsksForNothingThatIsSoAlready) {
  Bmc bmc;
  ASSERT_TRUE(bmc.power().Off(SwitchOff::kAtOnce));
  bmc.fake.SetPower(0, "On");
  ASSERT_TRUE(bmc.power().On());
  EXPECT_EQ(bmc.fake.requests(0, "reset"), 0);
}

TEST(RedfishPower, TakesTheWaysThatAreAllowed) {
  Bmc bmc({.resets = {"ForceOn", "ForceOff"}});
  ASSERT_TRUE(bmc.power().On());
  bmc.fake.Advance(1min);
  ASSERT_TRUE(bmc.power().Off(SwitchOff::kOrderly));
  EXPECT_THAT(bmc.fake.resets(0), ElementsAre("ForceOn", "ForceOff"));

  Bmc other({.resets = {"Nmi"}});
  const auto on = other.power().On();
  ASSERT_FALSE(on);
  EXPECT_EQ(on.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(on.error().text, HasSubstr("it allows Nmi"));
}

TEST(RedfishPower, KeepsOneSessionAndEndsIt) {
  Bmc bmc;
  for (int i = 0; i < 5; ++i) bmc.Look();
  EXPECT_EQ(bmc.fake.sessions(0), 1);
  EXPECT_EQ(bmc.fake.requests(0, "login"), 1);
  EXPECT_EQ(bmc.fake.requests(0, "systems"), 1) << "the path is looked for once";
  bmc.power_.reset();
  EXPECT_EQ(bmc.fake.sessions(0), 0);
}

TEST(RedfishPower, LogsInAgainWhenTheSessionIsOver) {
  Bmc bmc;
  bmc.Look();
  bmc.fake.EndSessions(0);
  EXPECT_EQ(bmc.Look(), PowerState::kOff);
  EXPECT_EQ(bmc.fake.requests(0, "login"), 2);
}

TEST(RedfishPower, SaysWhyItIsNotLetIn) {
  for (const bool has_sessions : {true, false}) {
    Bmc bmc({.has_sessions = has_sessions});
    bmc.password = "wrong-password";
    const auto refused = bmc.power().Look();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::kDenied) << Describe(refused.error());
    EXPECT_THAT(Describe(refused.error()), Not(HasSubstr("wrong-password")));
  }
  Bmc full({.most_sessions = 0});
  EXPECT_EQ(full.power().Look().error().kind, ErrorKind::kThrottled);
}

TEST(RedfishPower, SaysThatABmcHasNoSessions) {
  Bmc bmc({.has_sessions = false});
  bmc.config.uses_session = true;
  const auto refused = bmc.power().Look();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(refused.error().text, HasSubstr("login: basic"));
}

TEST(RedfishPower, TakesTheSystemThatWasChosen) {
  Bmc bmc({.system = "Node2"});
  bmc.config.system = "Node2";
  EXPECT_EQ(bmc.Look(), PowerState::kOff);
  Bmc other({.system = "Node1"});
  other.config.system = "Node2";
  const auto missing = other.power().Look();
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(missing.error().text, HasSubstr("expected \"Node2\""));
  EXPECT_THAT(missing.error().text, HasSubstr("Systems/Node1"));
}

TEST(RedfishPower, CanBeAskedAgainAfterWhateverHappens) {
  const RedfishFault faults[] = {
      RedfishFault::NeverCame(), RedfishFault::Carried(fakes::Delivery::kCutAfter),
      RedfishFault::Carried(fakes::Delivery::kCutWithin), RedfishFault::Page(502),
      RedfishFault::Refused(503, "ServiceTemporarilyUnavailable")};
  for (const char* request : {"root", "login", "systems", "system", "reset"}) {
    for (const RedfishFault& fault : faults) {
      SCOPED_TRACE(std::string(request) + " " + std::to_string(fault.status));
      Bmc bmc;
      bmc.fake.Fail(0, request, fault);
      const auto first = bmc.power().On();
      // An answer without a body, cut within, may be whole enough.
      EXPECT_TRUE(first || first.error().kind == ErrorKind::kTransient);
      EXPECT_TRUE(bmc.power().On());
      bmc.fake.Advance(1min);
      EXPECT_EQ(bmc.Look(), PowerState::kOn);
      EXPECT_THAT(bmc.fake.resets(0), ElementsAre("On"));
    }
  }
}

TEST(RedfishPower, BelievesARefusalOnlyWhenTheStateIsNotThere) {
  Bmc bmc;
  bmc.fake.Fail(0, "reset", RedfishFault::Refused(400, "ActionNotSupported", "Not now."));
  const auto refused = bmc.power().On();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(Describe(refused.error()), HasSubstr("Not now."));
}

TEST(RedfishPower, DoesNotAskABmcThatSaysWhenToComeBack) {
  Bmc bmc;
  bmc.Look();
  RedfishFault busy = RedfishFault::Refused(503, "ServiceTemporarilyUnavailable");
  busy.retry_after = 30;
  bmc.fake.Fail(0, "system", busy);
  EXPECT_EQ(bmc.power().Look().error().kind, ErrorKind::kTransient);
  EXPECT_EQ(bmc.power().Look().error().kind, ErrorKind::kThrottled);
  EXPECT_EQ(bmc.fake.requests(0, "system"), 2);
  bmc.clock.RunFor(31s);
  EXPECT_EQ(bmc.Look(), PowerState::kOff);
}

TEST(RedfishPower, KeepsThePasswordOutOfErrors) {
  for (const char* request : {"login", "system", "reset"}) {
    Bmc bmc;
    bmc.fake.Fail(0, request,
                  RedfishFault::Refused(400, "PropertyValueError", "no such " + bmc.password));
    const auto refused = bmc.power().On();
    ASSERT_FALSE(refused);
    EXPECT_THAT(Describe(refused.error()), HasSubstr("no such ***"));
  }
}

TEST(RedfishPower, TrustsABmcByItsPinnedKeyOrAFile) {
  const testing::ScratchDir dir;
  Bmc bmc({.uses_tls = true});
  EXPECT_EQ(bmc.power().Look().error().kind, ErrorKind::kTransient);
  EXPECT_EQ(bmc.fake.requests(0, "root"), 0) << "not even the root is asked of a stranger";

  for (const HttpTls& tls : {HttpTls{.pinned_key = bmc.fake.pinned_key(0)},
                             HttpTls{.ca_file = dir.Write("bmc.pem", bmc.fake.certificate(0))}}) {
    bmc.power_.reset();
    bmc.config.tls = tls;
    EXPECT_EQ(bmc.Look(), PowerState::kOff);
  }
  bmc.power_.reset();
  bmc.config.tls = {.pinned_key = FakeRedfish({.uses_tls = true}).pinned_key(0)};
  const auto refused = bmc.power().Look();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text, HasSubstr("pinned"));
}

}  // namespace
}  // namespace spillway
