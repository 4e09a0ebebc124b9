#include "scaler/model/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "tests/support/records.h"

namespace spillway {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using namespace spillway::testing;

// As a record travels: value, JSON, text, JSON, value.
template <class T>
T RoundTrip(const T& value) {
  return json::parse(json(value).dump()).template get<T>();
}

template <class T>
std::string MessageOfReading(const json& j) {
  try {
    j.get<T>();
  } catch (const json::exception& error) {
    return error.what();
  }
  return "read without an error";
}

TEST(Json, EveryRecordComesBackAsItWas) {
  EXPECT_EQ(RoundTrip(AFullHost("h-1")), AFullHost("h-1"));
  EXPECT_EQ(RoundTrip(ADecision("edge-1", At(1s))), ADecision("edge-1", At(1s)));
  EXPECT_EQ(RoundTrip(AFullClusterState("edge")), AFullClusterState("edge"));
  EXPECT_EQ(RoundTrip(AFullOffer()), AFullOffer());
  const OfferBackoff backoff{"fra-metal", At(1h), 3, "no capacity"};
  EXPECT_EQ(RoundTrip(backoff), backoff);
}

TEST(Json, RecordsOfDefaultsComeBackToo) {
  EXPECT_EQ(RoundTrip(HostRecord{}), HostRecord{});
  EXPECT_EQ(RoundTrip(DecisionRecord{}), DecisionRecord{});
  EXPECT_EQ(RoundTrip(ClusterState{}), ClusterState{});
  EXPECT_EQ(RoundTrip(Offer{}), Offer{});
  EXPECT_EQ(RoundTrip(Recommendation{}), Recommendation{});
}

TEST(Json, NoMemberOfAFullHostIsAtItsDefault) {
  const json defaults = HostRecord{};
  const json full = AFullHost("h-1");
  for (const auto& [name, value] : full.items()) {
    EXPECT_NE(value, defaults.at(name)) << name;
  }
}

TEST(Json, UnlimitedMoneyIsNullAndMillionthsAreKept) {
  EXPECT_TRUE(json(Money::Unlimited()).is_null());
  EXPECT_EQ(RoundTrip(Money::Unlimited()), Money::Unlimited());
  for (const std::int64_t micros : {0LL, 1LL, -1LL, 100'000LL, 123'456'789'012'345LL}) {
    EXPECT_EQ(RoundTrip(Money{micros}).micros, micros);
  }
  EXPECT_EQ(json(Money::FromDouble(0.0225)).dump(), "0.0225");
}

TEST(Json, TimesAreMillisecondsAndEnumerationsAreWords) {
  const json host = AFullHost("h-1");
  EXPECT_EQ(host.at("created_at"), At(-1h).time_since_epoch().count());
  EXPECT_EQ(host.at("state"), "draining");
  EXPECT_EQ(host.at("billing").at("step"), 3'600'000);
  EXPECT_EQ(json(AFullOffer()).at("hypervisors"), json::array({"kvm", "lxc", "firecracker"}));
}

TEST(Json, DoublesAreExactAndNotANumberIsNull) {
  Signal signal = ASignal("cpu");
  for (const double value : {0.1, 1.0 / 3.0, 5e-324, 1.7976931348623157e308, -0.0}) {
    signal.value = value;
    EXPECT_EQ(RoundTrip(signal).value, value);
  }
  signal.value = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(std::isnan(RoundTrip(signal).value));
}

TEST(Json, OptionalMembersMayBeNullOrAbsent) {
  json j = AFullHost("h-1");
  j["ready_at"] = nullptr;
  j.erase("last_error");
  const auto host = j.get<HostRecord>();
  EXPECT_EQ(host.ready_at, std::nullopt);
  EXPECT_EQ(host.last_error, std::nullopt);
  EXPECT_EQ(host.paid_from, AFullHost("h-1").paid_from);
}

TEST(Json, ARecordOfAnEarlierVersionIsReadWithDefaultsForWhatItLacks) {
  json j = AFullHost("h-1");
  j.erase("login");
  j.erase("probes");
  HostRecord expected = AFullHost("h-1");
  expected.login = {};
  expected.probes = {};
  HostRecord host = AFullHost("h-2");
  j.get_to(host);
  EXPECT_EQ(host, expected);
}

TEST(Json, AMissingMemberIsNamedWithItsPlace) {
  json j = ADecision("edge-1", At(1s));
  j["plan"]["take"][0]["offer"]["capacity"].erase("vcpu");
  EXPECT_THAT(MessageOfReading<DecisionRecord>(j),
              HasSubstr("plan.take[0].offer.capacity.vcpu: is missing"));
}

struct WrongMember {
  const char* name;
  json value;
  const char* message;
};

TEST(Json, AWrongTypeIsNamedWithWhatWasExpected) {
  const WrongMember cases[] = {
      {"attempts", 1.5, "attempts: expected a whole number, got number"},
      {"attempts", 1e30, "attempts: expected a whole number"},
      {"attempts", std::numeric_limits<std::uint64_t>::max(), "attempts: expected a whole number"},
      {"attempts", true, "attempts: expected a whole number, got boolean"},
      {"outcome_unknown", 1, "outcome_unknown: expected true or false, got number"},
      {"id", 7, "id: expected text, got number"},
      {"state", "asleep", "state: unknown word \"asleep\""},
      {"price_per_hour", "0.5", "price_per_hour: expected an amount or null, got string"},
      {"created_at", "noon", "created_at: expected a whole number, got string"},
      {"guests", json::array(), "guests: expected an object, got array"},
  };
  for (const auto& [name, value, message] : cases) {
    json j = AFullHost("h-1");
    j[name] = value;
    EXPECT_THAT(MessageOfReading<HostRecord>(j), HasSubstr(message));
  }
  EXPECT_THAT(MessageOfReading<HostRecord>(json(7)), HasSubstr("expected an object, got number"));
}

}  // namespace
}  // namespace spillway
