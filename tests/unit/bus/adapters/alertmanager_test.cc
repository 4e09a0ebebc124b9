#include "bus/adapters/alertmanager/alertmanager.h"

#include <gtest/gtest.h>

#include "tests/unit/bus/adapters/decoding.h"

namespace spillway::adapters {
namespace {

using namespace spillway::testing;

std::string Webhook(const std::string& alerts) {
  return R"({"version": "4", "status": "firing", "receiver": "s", "alerts": [)" + alerts +
         R"(], "groupLabels": {}, "externalURL": "http://am", "truncatedAlerts": 0})";
}

TEST(Alertmanager, AnAlertIsOneWhileItFiresAndZeroWhenItIsOver) {
  const Decoded decoded = DecodeBy("alertmanager", Webhook(R"(
      {"status": "firing", "labels": {"alertname": "QueueTooLong", "site": "edge", "queue": "a"},
       "annotations": {"summary": "x"}, "startsAt": "2026-11-23T10:00:00Z",
       "endsAt": "0001-01-01T00:00:00Z", "fingerprint": "1"},
      {"status": "resolved", "labels": {"alertname": "QueueTooLong", "site": "core"},
       "startsAt": "2026-11-23T10:00:00Z", "endsAt": "2026-11-23T11:00:00Z"})"));
  EXPECT_EQ(Text(decoded.readings),
            "QueueTooLong{queue=a,site=edge,} 1; QueueTooLong{site=core,} 0");
  EXPECT_EQ(Text(decoded.lost), "");
  EXPECT_EQ(decoded.answer.status, 200);
}

TEST(Alertmanager, AnAlertThatIsWrongIsLeftOut) {
  struct Row {
    const char* alert;
    const char* expected;
  };
  const Row rows[] = {
      {R"({"status": "firing", "labels": {"site": "edge"}})",
       "bad_reading: expected an alert with the label alertname"},
      {R"({"status": "firing"})", "bad_reading: expected an alert with the label alertname"},
      {R"({"status": "firing", "labels": {"alertname": 7}})",
       "bad_reading: expected an alert with the label alertname"},
      {R"({"status": "burning", "labels": {"alertname": "x"}})",
       "bad_reading: x: expected the status firing or resolved, got burning"},
      {R"({"labels": {"alertname": "x"}})",
       "bad_reading: x: expected the status firing or resolved, got "},
      {"7", "bad_reading: expected an alert with the label alertname"},
  };
  for (const Row& row : rows) {
    const Decoded decoded =
        DecodeBy("alertmanager",
                 Webhook(std::string(row.alert) +
                         R"(, {"status": "firing", "labels": {"alertname": "good", "n": 3}})"));
    EXPECT_EQ(Text(decoded.lost), row.expected) << row.alert;
    EXPECT_EQ(Text(decoded.readings), "good{} 1") << row.alert;
    EXPECT_EQ(decoded.answer.status, 200) << row.alert;
  }
}

TEST(Alertmanager, AlertsThatTheSenderCutOffAreCounted) {
  const Decoded decoded =
      DecodeBy("alertmanager", R"({"version": "4", "alerts": [], "truncatedAlerts": 3})");
  ASSERT_EQ(decoded.lost.size(), 1u);
  EXPECT_EQ(decoded.lost[0].reason, Loss::kBadReading);
}

TEST(Alertmanager, ABodyThatIsNoWebhookOfThisVersionIsRefusedForGood) {
  for (const char* body : {"", "firing", "[]", "{}", R"({"version": "4"})",
                           R"({"version": "5", "alerts": []})", R"({"version": 4, "alerts": []})",
                           R"({"version": "4", "alerts": {}})", "{\"version\": \"4\xff\"}"}) {
    const Decoded decoded = DecodeBy("alertmanager", body);
    EXPECT_EQ(decoded.answer.status, 400) << body;
    ASSERT_EQ(decoded.lost.size(), 1u) << body;
    EXPECT_EQ(decoded.lost[0].reason, Loss::kBadBody) << body;
  }
}

}  // namespace
}  // namespace spillway::adapters
