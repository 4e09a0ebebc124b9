#include "scaler/model/api_json.h"

#include <cstdio>
#include <string>

#include "scaler/model/json_writer.h"
#include "scaler/model/rfc3339.h"

namespace spillway {
namespace {

using json_writing::Written;

std::string PreciseTimeText(Time t) {
  std::string text = TimeText(t);
  const auto ms = t.time_since_epoch().count() % 1000;
  if (ms == 0) return text;
  char fraction[8];
  std::snprintf(fraction, sizeof fraction, ".%03dZ", static_cast<int>(ms));
  return text.replace(text.size() - 1, 1, fraction);
}

struct ApiForm {
  static nlohmann::json Of(Time t) {
    const bool is_moment = t > kDistantPast && t < kDistantFuture;
    return is_moment ? nlohmann::json(PreciseTimeText(t)) : nlohmann::json();
  }
  static nlohmann::json Of(Duration d) { return Seconds(d); }
};

}  // namespace

nlohmann::json ApiJson(Time v) { return ApiForm::Of(v); }
nlohmann::json ApiJson(Duration v) { return ApiForm::Of(v); }
nlohmann::json ApiJson(const Capacity& v) { return Written<ApiForm>(v); }
nlohmann::json ApiJson(const Money& v) { return Written<ApiForm>(v); }
nlohmann::json ApiJson(const Reason& v) { return Written<ApiForm>(v); }
nlohmann::json ApiJson(const PersonsWord& v) { return Written<ApiForm>(v); }
nlohmann::json ApiJson(const Signal& v) { return Written<ApiForm>(v); }
nlohmann::json ApiJson(const Recommendation& v) { return Written<ApiForm>(v); }
nlohmann::json ApiJson(const Offer& v) { return Written<ApiForm>(v); }
nlohmann::json ApiJson(const OfferBackoff& v) { return Written<ApiForm>(v); }
nlohmann::json ApiJson(const HostRecord& v) { return Written<ApiForm>(v); }
nlohmann::json ApiJson(const MoneyState& v) { return Written<ApiForm>(v); }
nlohmann::json ApiJson(const Considered& v) { return Written<ApiForm>(v); }
nlohmann::json ApiJson(const Plan& v) { return Written<ApiForm>(v); }

nlohmann::json ApiJson(const DecisionRecord& v) {
  nlohmann::json j = Written<ApiForm>(v.decision);
  j["plan"] = Written<ApiForm>(v.plan);
  j["acted"] = v.acted;
  return j;
}

}  // namespace spillway
