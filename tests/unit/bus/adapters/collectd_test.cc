#include "bus/adapters/collectd/collectd.h"

#include <gtest/gtest.h>

#include "tests/unit/bus/adapters/decoding.h"

namespace spillway::adapters {
namespace {

using namespace spillway::testing;

TEST(Collectd, EveryDataSourceOfAListIsAReading) {
  struct Row {
    const char* list;
    const char* readings;
    const char* lost;
  };
  const Row rows[] = {
      {R"({"values": [3.75, 2.5, null], "dstypes": ["gauge", "gauge", "gauge"],
           "dsnames": ["shortterm", "midterm", "longterm"], "time": 1795440244.775,
           "interval": 1.000, "host": "n1", "plugin": "load", "plugin_instance": "",
           "type": "load", "type_instance": ""})",
       "load_shortterm{host=n1,} 3.75 @1795440244775; load_midterm{host=n1,} 2.5 @1795440244775",
       "not_a_number: load_longterm"},
      {R"({"values": [22], "dstypes": ["derive"], "dsnames": ["value"], "time": 7,
           "host": "n1", "plugin": "cpu", "plugin_instance": "0", "type": "percent",
           "type_instance": "idle", "meta": {"network:received": true}})",
       "cpu_percent{host=n1,plugin_instance=0,type_instance=idle,} 22 @7000", ""},
      {R"({"labels": {"alertname": "collectd_load", "instance": "n1"}, "annotations": {},
           "startsAt": "2026-11-23T13:24:04.775460593Z"})",
       "", "event: collectd_load"},
      {R"({"values": [1], "dsnames": ["value"], "host": "n1", "plugin": "p", "type": "t"})", "",
       "bad_reading: expected time, in seconds"},
      {R"({"values": [1], "dsnames": ["value"], "time": 1e300, "host": "n1", "plugin": "p",
           "type": "t"})",
       "", "bad_reading: expected time, in seconds"},
      {R"({"values": [1, 2], "dsnames": ["value"], "time": 1, "host": "n1", "plugin": "p",
           "type": "t"})",
       "", "bad_reading: expected as many dsnames as values"},
      {R"({"values": 1, "dsnames": 1, "time": 1, "host": "n1", "plugin": "p", "type": "t"})", "",
       "bad_reading: expected as many dsnames as values"},
      {R"({"values": [1], "dsnames": ["value"], "time": 1, "host": "n1", "type": "t"})", "",
       "bad_reading: expected the text plugin"},
      {R"("list")", "", "bad_reading: expected the text host"},
  };
  for (const Row& row : rows) {
    const Decoded decoded = DecodeBy("collectd", "[" + std::string(row.list) + R"(, {"values": [1],
            "dsnames": ["value"], "time": 1, "host": "h", "plugin": "good", "type": "good"}])");
    const std::string others = std::string(row.readings) + (*row.readings == '\0' ? "" : "; ");
    EXPECT_EQ(Text(decoded.readings), others + "good{host=h,} 1 @1000") << row.list;
    EXPECT_EQ(Text(decoded.lost), row.lost) << row.list;
    EXPECT_EQ(decoded.answer.status, 200) << row.list;
  }
}

TEST(Collectd, ABodyThatIsNoListIsRefused) {
  for (const char* body : {"", "{}", "[", "PUTVAL n1/load/load interval=10 N:1:2:3"}) {
    const Decoded decoded = DecodeBy("collectd", body);
    EXPECT_EQ(decoded.answer.status, 400) << body;
    ASSERT_EQ(decoded.lost.size(), 1u) << body;
    EXPECT_EQ(decoded.lost[0].reason, Loss::kBadBody) << body;
  }
}

}  // namespace
}  // namespace spillway::adapters
