#include "scaler/model/api_reading.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "scaler/model/api_json.h"
#include "tests/support/records.h"
#include "tests/unit/cli/view_records.h"

namespace spillway {
namespace {

using namespace spillway::testing;

template <class T>
void ExpectSame(const T& value) {
  EXPECT_EQ(FromApi<T>(ApiJson(value)), value) << ApiJson(value).dump(2);
}

TEST(ApiReading, GivesBackWhatTheApiWasMadeOf) {
  ExpectSame(AFullHost("edge-h1"));
  ExpectSame(AHost("edge-h2"));
  ExpectSame(ASignal("cpu"));
  ExpectSame(AFullOffer());
  ExpectSame(AReason("won"));
  ExpectSame(ABurst());
  ExpectSame(ABurst().plan.offers.front());
  ExpectSame(ABurst().decision.money);
  ExpectSame(OfferBackoff{"cloud/fra", At(4min), 2, "no capacity"});
}

TEST(ApiReading, NullIsNeverAndWithoutLimit) {
  Recommendation for_ever;
  for_ever.valid_until = kDistantFuture;
  ExpectSame(for_ever);
  MoneyState unlimited;
  unlimited.room_per_hour = Money::Unlimited();
  ExpectSame(unlimited);
}

TEST(ApiReading, PassesOverWhatItDoesNotKnow) {
  nlohmann::json host = ApiJson(AHost("edge-h1"));
  host["colour"] = "red";
  EXPECT_EQ(FromApi<HostRecord>(host), AHost("edge-h1"));
}

TEST(ApiReading, RefusesWhatIsMissingOrWrong) {
  nlohmann::json host = ApiJson(AHost("edge-h1"));
  host.erase("state");
  EXPECT_THROW(FromApi<HostRecord>(host), nlohmann::json::exception);
  host = ApiJson(AHost("edge-h1"));
  host["state_since"] = "yesterday";
  EXPECT_THROW(FromApi<HostRecord>(host), nlohmann::json::exception);
  EXPECT_THROW(FromApi<DecisionRecord>(nlohmann::json::array()), nlohmann::json::exception);
}

}  // namespace
}  // namespace spillway
