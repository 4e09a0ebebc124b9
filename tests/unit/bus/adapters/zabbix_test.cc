#include "bus/adapters/zabbix/zabbix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/unit/bus/adapters/decoding.h"

namespace spillway::adapters {
namespace {

using namespace spillway::testing;
using ::testing::HasSubstr;

constexpr const char* kGood = R"({"itemid": 9, "name": "good", "clock": 1, "value": 1, "type": 3})";

TEST(Zabbix, EveryLineIsAValueOrAnEvent) {
  struct Row {
    const char* line;
    const char* readings;
    const char* lost;
  };
  const Row rows[] = {
      {R"({"host": {"host": "n1", "name": "Node 1"}, "groups": ["Linux", "Hypervisors"],
           "item_tags": [{"tag": "site", "value": "edge"}, {"tag": "site", "value": "two"}],
           "itemid": 44457, "name": "CPU utilization", "clock": 1673454303, "ns": 800155804,
           "value": 71.5, "type": 0})",
       "CPU utilization{host=n1,host_name=Node 1,groups=Linux,Hypervisors,site=edge,} 71.5 "
       "@1673454303800",
       ""},
      {R"({"itemid": 1, "name": "log", "clock": 1, "ns": 0, "value": "a line", "type": 2})", "",
       "not_a_number: log is a text"},
      {R"({"clock": 1673454303, "ns": 8, "value": 1, "eventid": 5, "name": "too busy",
           "severity": 0, "hosts": [{"host": "n1", "name": "Node 1"}], "groups": [], "tags": []})",
       "", "event: too busy"},
      {R"({"clock": 1673454303, "ns": 8, "value": 0, "eventid": 6, "p_eventid": 5})", "",
       "event: "},
  };
  for (const Row& row : rows) {
    std::string line = row.line;
    std::replace(line.begin(), line.end(), '\n', ' ');
    const Decoded decoded = DecodeBy("zabbix", "\r\n" + line + "\r\n" + kGood);
    const std::string others = std::string(row.readings) + (*row.readings == '\0' ? "" : "; ");
    EXPECT_EQ(Text(decoded.readings), others + "good{} 1 @1000") << line;
    EXPECT_EQ(Text(decoded.lost), row.lost) << line;
    EXPECT_EQ(decoded.answer.status, 200) << line;
    EXPECT_EQ(decoded.answer.body, R"({"response":"success"})") << line;
  }
}

TEST(Zabbix, ALineThatIsWrongIsToldAndTheOthersAreTaken) {
  struct Row {
    const char* line;
    const char* expected;
  };
  const Row rows[] = {
      {"hello", "expected an object with itemid or eventid"},
      {"[1]", "expected an object with itemid or eventid"},
      {R"({"name": "x", "value": 1})", "expected an object with itemid or eventid"},
      {R"({"itemid": 1, "clock": 1, "value": 1})", "expected the name of an item"},
      {R"({"itemid": 1, "name": "x", "value": 1})", "expected clock, in seconds, of the item x"},
      {R"({"itemid": 1, "name": "x", "clock": 1e99, "value": 1})",
       "expected clock, in seconds, of the item x"},
  };
  for (const Row& row : rows) {
    const Decoded decoded = DecodeBy("zabbix", std::string(kGood) + "\n" + row.line + "\n");
    EXPECT_EQ(decoded.readings.size(), 1u) << row.line;
    EXPECT_EQ(Text(decoded.lost), "bad_reading: line 2: " + std::string(row.expected));
    EXPECT_EQ(decoded.answer.status, 200) << row.line;
    const nlohmann::json answer = nlohmann::json::parse(decoded.answer.body);
    EXPECT_EQ(answer.at("response"), "success");
    EXPECT_THAT(answer.at("info").get<std::string>(), HasSubstr("1 of 2 not taken: line 2"));
  }
}

TEST(Zabbix, ABodyWithoutAGoodLineFails) {
  const Decoded decoded = DecodeBy("zabbix", "<html>\n</html>\n");
  EXPECT_EQ(decoded.answer.status, 400);
  EXPECT_EQ(nlohmann::json::parse(decoded.answer.body).at("response"), "failed");
  EXPECT_EQ(DecodeBy("zabbix", "").answer.status, 200);
}

TEST(Zabbix, WhatIsNotTakenIsToldInItsForm) {
  AdapterWorld world("sources: [{name: z, type: zabbix, cluster: {label: host}}]");
  const std::string line =
      R"({"host": {"host": "core"}, "itemid": 9, "name": "load", "clock": 1, "value": 2})";
  EXPECT_EQ(world.Post("/z/v1/history", line).status, 200);
  EXPECT_EQ(world.Arrived(1).at(0), "core: load{} 2");
  EXPECT_EQ(world.Post("/z/v1/events", R"({"eventid": 5})").status, 200);
  EXPECT_TRUE(world.Counts("spillway_adapter_rejected_total{adapter=\"z\",reason=\"event\"} 1"));
  world.SetBehind(true);
  const HttpResponse busy = world.Post("/z/v1/history", line);
  EXPECT_EQ(busy.status, 503);
  EXPECT_EQ(nlohmann::json::parse(busy.body).at("response"), "failed");
}

}  // namespace
}  // namespace spillway::adapters
