#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "providers/onprem/redfish_api.h"

namespace spillway {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(RedfishDocuments, LeadFromTheRootToTheSystem) {
  const RedfishRoot root = ReadRedfishRoot(json::parse(R"({
    "@odata.id": "/redfish/v1/", "RedfishVersion": "1.6.0",
    "Systems": {"@odata.id": "/redfish/v1/Systems"},
    "Links": {"Sessions": {"@odata.id": "/redfish/v1/Sessions"}}})"));
  EXPECT_EQ(root.systems, "/redfish/v1/Systems");
  EXPECT_EQ(root.sessions, "/redfish/v1/Sessions");
  EXPECT_EQ(ReadRedfishRoot(json::parse(R"({"Systems": {"@odata.id": "/r/S"}})")).sessions, "");
  EXPECT_THAT(ReadRedfishMembers(json::parse(R"({"Members": [
                {"@odata.id": "/redfish/v1/Systems/System.Embedded.1"},
                {"@odata.id": "/redfish/v1/Systems/2"}]})")),
              ElementsAre("/redfish/v1/Systems/System.Embedded.1", "/redfish/v1/Systems/2"));
  EXPECT_THROW(ReadRedfishRoot(json::parse("{}")), json::exception);
  EXPECT_THROW(ReadRedfishMembers(json::parse(R"({"Members": 3})")), json::exception);
}

TEST(RedfishDocuments, TellOfAMachineThatIsBroken) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"Health": "Critical", "State": "Enabled"})", "its health is Critical"},
      {R"({"Health": "Warning"})", ""},
      {R"({"Health": null})", ""},
      {"{}", ""},
      {"null", ""}};
  for (const auto& [status, fault] : cases) {
    const json system = {
        {"@odata.id", "/s"}, {"PowerState", "On"}, {"Status", json::parse(status)}};
    EXPECT_EQ(ReadRedfishSystem(system).power.fault, fault) << status;
  }
}

TEST(RedfishDocuments, NeverLeadToAnotherServer) {
  const std::pair<const char*, const char*> cases[] = {
      {"/redfish/v1/Systems/1", "/redfish/v1/Systems/1"},
      {"https://bmc.example/redfish/v1/Sessions/7", "/redfish/v1/Sessions/7"},
      {"https://bmc.example", ""},
      {"//other.example/redfish", ""},
      {"redfish/v1", ""},
      {"", ""}};
  for (const auto& [reference, path] : cases) EXPECT_EQ(RedfishPath(reference), path) << reference;
}

TEST(RedfishDocuments, TellPowerAndHowToChangeIt) {
  const RedfishSystem system = ReadRedfishSystem(json::parse(R"({
    "@odata.id": "/redfish/v1/Systems/1", "PowerState": "PoweringOn",
    "Actions": {"#ComputerSystem.Reset": {
      "target": "/redfish/v1/Systems/1/Actions/ComputerSystem.Reset",
      "ResetType@Redfish.AllowableValues": ["On", "ForceOff"]}}})"));
  EXPECT_EQ(system.power, (PowerStatus{PowerState::kTurningOn, "PoweringOn"}));
  EXPECT_EQ(system.reset_path, "/redfish/v1/Systems/1/Actions/ComputerSystem.Reset");
  EXPECT_THAT(system.resets, ElementsAre("On", "ForceOff"));

  const RedfishSystem elsewhere = ReadRedfishSystem(json::parse(R"({
    "@odata.id": "/s", "PowerState": "Off", "Actions": {"#ComputerSystem.Reset": {
      "target": "/reset", "@Redfish.ActionInfo": "/info"}}})"));
  EXPECT_THAT(elsewhere.resets, IsEmpty());
  EXPECT_EQ(elsewhere.action_info, "/info");
  EXPECT_THAT(ReadRedfishResets(json::parse(R"({"Parameters": [
                {"Name": "Other"},
                {"Name": "ResetType", "AllowableValues": ["On", "GracefulShutdown"]}]})")),
              ElementsAre("On", "GracefulShutdown"));
}

TEST(RedfishDocuments, KeepPowerStatesThatNobodyKnows) {
  const auto power_of = [](const char* rest) {
    return ReadRedfishSystem(json::parse(std::string(R"({"@odata.id": "/s")") + rest + "}")).power;
  };
  EXPECT_EQ(power_of(R"(, "PowerState": "On")").state, PowerState::kOn);
  EXPECT_EQ(power_of(R"(, "PowerState": "Off")").state, PowerState::kOff);
  EXPECT_EQ(power_of(R"(, "PowerState": "PoweringOff")").state, PowerState::kTurningOff);
  EXPECT_EQ(power_of(R"(, "PowerState": "Paused")"), (PowerStatus{PowerState::kUnknown, "Paused"}));
  EXPECT_EQ(power_of(R"(, "PowerState": null)"), (PowerStatus{PowerState::kUnknown, "not said"}));
  EXPECT_EQ(power_of(""), (PowerStatus{PowerState::kUnknown, "not said"}));
  EXPECT_THROW(ReadRedfishSystem(json::parse(R"({"PowerState": "On"})")), json::exception);
}

TEST(RedfishResets, AreTheBestOfThoseThatAreAllowed) {
  using Words = std::vector<std::string>;
  struct Case {
    Words allowed;
    std::optional<std::string_view> on, orderly, at_once;
  };
  const Case cases[] = {
      {{}, "On", "GracefulShutdown", "ForceOff"},
      {{"On", "GracefulShutdown", "ForceOff"}, "On", "GracefulShutdown", "ForceOff"},
      {{"ForceOn", "ForceOff"}, "ForceOn", "ForceOff", "ForceOff"},
      {{"PushPowerButton"}, "PushPowerButton", "PushPowerButton", std::nullopt},
      {{"Nmi"}, std::nullopt, std::nullopt, std::nullopt},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(::testing::PrintToString(c.allowed));
    EXPECT_EQ(ResetToOn(c.allowed), c.on);
    EXPECT_EQ(ResetToOff(SwitchOff::kOrderly, c.allowed), c.orderly);
    EXPECT_EQ(ResetToOff(SwitchOff::kAtOnce, c.allowed), c.at_once);
  }
}

TEST(RedfishRefusals, HaveTheirKindByMessageThenByStatus) {
  struct Case {
    int status;
    const char* message;  // MessageId; empty: a page
    ErrorKind kind;
  };
  const Case cases[] = {
      {401, "Base.1.8.1.NoValidSession", ErrorKind::kDenied},
      {401, "", ErrorKind::kDenied},
      {403, "Base.1.8.InsufficientPrivilege", ErrorKind::kDenied},
      {400, "Base.1.4.AccessDenied", ErrorKind::kDenied},
      {403, "Base.1.8.PasswordChangeRequired", ErrorKind::kDenied},
      {404, "Base.1.8.ResourceMissingAtURI", ErrorKind::kNotFound},
      {404, "", ErrorKind::kInvalid},
      {405, "Base.1.8.OperationNotAllowed", ErrorKind::kInvalid},
      {409, "Base.1.8.ResourceInUse", ErrorKind::kConflict},
      {400, "Base.1.8.ActionParameterValueNotInList", ErrorKind::kInvalid},
      {500, "Base.1.8.ActionNotSupported", ErrorKind::kInvalid},
      {501, "Base.1.8.Whatever", ErrorKind::kInvalid},
      {412, "", ErrorKind::kConflict},
      {428, "", ErrorKind::kInvalid},
      {503, "Base.1.8.ServiceTemporarilyUnavailable", ErrorKind::kTransient},
      {503, "Base.1.8.SessionLimitExceeded", ErrorKind::kThrottled},
      {400, "Base.1.8.CreateLimitReachedForResource", ErrorKind::kThrottled},
      {500, "Base.1.8.InternalError", ErrorKind::kTransient},
      {502, "", ErrorKind::kTransient},
      {400, "Base.1.8.ResourceInStandby", ErrorKind::kTransient},
      {400, "Base.1.8.ServiceShuttingDown", ErrorKind::kTransient},
      {400, "Base.1.8.SomethingNew", ErrorKind::kInvalid},
  };
  for (const Case& c : cases) {
    RefusalWords words;
    if (*c.message != '\0') {
      words = ReadRedfishRefusal(
          {{"error",
            {{"code", "Base.1.8.GeneralError"},
             {"message", "See ExtendedInfo."},
             {"@Message.ExtendedInfo", {{{"MessageId", c.message}, {"Message", "in words"}}}}}}});
      EXPECT_EQ(words.text, "in words");
    }
    EXPECT_EQ(KindOf(RedfishErrors(), c.status, words), c.kind) << c.status << " " << c.message;
  }
}

TEST(RedfishRefusals, AreReadWithoutExtendedInfoToo) {
  const RefusalWords words = ReadRedfishRefusal(
      json::parse(R"({"error": {"code": "iLO.0.10.ExtendedInfo", "message": "Locked."}})"));
  EXPECT_EQ(words.code, "ExtendedInfo");
  EXPECT_EQ(words.text, "Locked.");
  EXPECT_THROW(ReadRedfishRefusal(json::parse("[]")), json::exception);
}

TEST(RedfishPauses, AreThoseThatABusyBmcAsksFor) {
  const Time now = kDistantPast + std::chrono::hours(1);
  const auto pause = [&](int status, const char* after) {
    return RedfishPause({.status = status, .headers = {{"retry-after", after}}, .body = ""}, now);
  };
  EXPECT_EQ(pause(503, "30"), now + std::chrono::seconds(30));
  EXPECT_EQ(pause(503, "999999"), now + std::chrono::seconds(600));
  EXPECT_EQ(pause(503, "soon"), std::nullopt);
  EXPECT_EQ(pause(503, "-5"), std::nullopt);
  EXPECT_EQ(pause(202, "5"), std::nullopt);
  EXPECT_EQ(RedfishPause({.status = 503, .headers = {}, .body = ""}, now), std::nullopt);
}

}  // namespace
}  // namespace spillway
