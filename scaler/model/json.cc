#include "scaler/model/json.h"

#include <concepts>
#include <limits>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <utility>

#include "scaler/model/json_writer.h"
#include "scaler/model/names.h"

namespace spillway {
namespace {

using Json = nlohmann::json;
using json_writing::FactValue;
using json_writing::kIsOptional;
using json_writing::Written;

auto FromWord(ErrorKind, std::string_view word) { return ErrorKindFrom(word); }
auto FromWord(HostState, std::string_view word) { return HostStateFrom(word); }
auto FromWord(HostGoal, std::string_view word) { return HostGoalFrom(word); }
auto FromWord(ClusterType, std::string_view word) { return ClusterTypeFrom(word); }
auto FromWord(Hypervisor, std::string_view word) { return HypervisorFrom(word); }
auto FromWord(SignalState, std::string_view word) { return SignalStateFrom(word); }
auto FromWord(RecommendationKind, std::string_view word) { return RecommendationKindFrom(word); }
auto FromWord(Verdict, std::string_view word) { return VerdictFrom(word); }

// As json.h has them.
struct StoredForm {
  static Json Of(Time t) { return t.time_since_epoch().count(); }
  static Json Of(Duration d) { return d.count(); }
};

template <class T>
Json ToJson(const T& v) {
  return Written<StoredForm>(v);
}

// What is wrong, and where: "plan.take[0].count".
struct Mismatch {
  std::string path;
  std::string text;

  void Prefix(const std::string& part) {
    const bool needs_dot = !path.empty() && path.front() != '[';
    path = part + (needs_dot ? "." : "") + path;
  }
};

void Expect(bool condition, const char* what, const Json& got) {
  if (!condition) throw Mismatch{"", std::string("expected ") + what + ", got " + got.type_name()};
}

void FromJson(const Json& j, std::string& v) {
  Expect(j.is_string(), "text", j);
  v = j.get_ref<const std::string&>();
}

void FromJson(const Json& j, bool& v) {
  Expect(j.is_boolean(), "true or false", j);
  v = j.get<bool>();
}

void FromJson(const Json& j, std::int64_t& v) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const bool fits =
      j.is_number_unsigned() ? j.get<std::uint64_t>() <= kMost : j.is_number_integer();
  Expect(fits, "a whole number", j);
  v = j.get<std::int64_t>();
}

void FromJson(const Json& j, int& v) {
  std::int64_t wide = 0;
  FromJson(j, wide);
  Expect(std::in_range<int>(wide), "a smaller number", j);
  v = static_cast<int>(wide);
}

// JSON has no word for NaN and infinity: they are written as null.
void FromJson(const Json& j, double& v) {
  Expect(j.is_number() || j.is_null(), "a number", j);
  v = j.is_null() ? std::numeric_limits<double>::quiet_NaN() : j.get<double>();
}

void FromJson(const Json& j, Money& v) {
  Expect(j.is_number() || j.is_null(), "an amount or null", j);
  v = j.is_null() ? Money::Unlimited() : Money::FromDouble(j.get<double>());
}

void FromJson(const Json& j, Duration& v) {
  std::int64_t ms = 0;
  FromJson(j, ms);
  v = Duration(ms);
}

void FromJson(const Json& j, Time& v) {
  Duration since_epoch{0};
  FromJson(j, since_epoch);
  v = Time(since_epoch);
}

void FromJson(const Json& j, FactValue& v) {
  if (j.is_boolean()) {
    v = j.get<bool>();
  } else if (j.is_number_integer()) {
    FromJson(j, v.emplace<std::int64_t>());
  } else if (j.is_string()) {
    v = j.get<std::string>();
  } else {
    FromJson(j, v.emplace<double>());
  }
}

template <class E>
requires std::is_enum_v<E>
void FromJson(const Json& j, E& v) {
  Expect(j.is_string(), "a word", j);
  const auto& word = j.get_ref<const std::string&>();
  const std::optional<E> value = FromWord(v, word);
  if (!value) throw Mismatch{"", "unknown word \"" + word + "\""};
  v = *value;
}

template <class T>
requires std::is_class_v<T>
void FromJson(const Json& j, T& v);

template <class T>
void FromJson(const Json& j, std::optional<T>& v) {
  v.reset();
  if (!j.is_null()) FromJson(j, v.emplace());
}

template <class T>
void FromJson(const Json& j, std::vector<T>& v) {
  Expect(j.is_array(), "an array", j);
  v.clear();
  v.reserve(j.size());
  for (std::size_t i = 0; i < j.size(); ++i) {
    try {
      FromJson(j[i], v.emplace_back());
    } catch (Mismatch& mismatch) {
      mismatch.Prefix("[" + std::to_string(i) + "]");
      throw;
    }
  }
}

template <class T>
requires std::is_class_v<T>
void FromJson(const Json& j, T& v) {
  Expect(j.is_object(), "an object", j);
  Members(v, [&j]<class M>(const char* name, M& value, Since since = Since::kEver) {
    const auto found = j.find(name);
    try {
      if (found != j.end()) return FromJson(*found, value);
      if (!kIsOptional<M> && since == Since::kEver) throw Mismatch{"", "is missing"};
      value = M{};
    } catch (Mismatch& mismatch) {
      mismatch.Prefix(name);
      throw;
    }
  });
}

template <class T>
void Read(const Json& j, T& v) {
  try {
    FromJson(j, v);
  } catch (const Mismatch& mismatch) {
    constexpr int kTypeMustBe = 302;
    const std::string place = mismatch.path.empty() ? "" : mismatch.path + ": ";
    throw Json::type_error::create(kTypeMustBe, place + mismatch.text, &j);
  }
}

}  // namespace

void to_json(Json& j, const Capacity& v) { j = ToJson(v); }
void from_json(const Json& j, Capacity& v) { Read(j, v); }
void to_json(Json& j, const Money& v) { j = ToJson(v); }
void from_json(const Json& j, Money& v) { Read(j, v); }
void to_json(Json& j, const Billing& v) { j = ToJson(v); }
void from_json(const Json& j, Billing& v) { Read(j, v); }
void to_json(Json& j, const Error& v) { j = ToJson(v); }
void from_json(const Json& j, Error& v) { Read(j, v); }
void to_json(Json& j, const Reason& v) { j = ToJson(v); }
void from_json(const Json& j, Reason& v) { Read(j, v); }
void to_json(Json& j, const Signal& v) { j = ToJson(v); }
void from_json(const Json& j, Signal& v) { Read(j, v); }
void to_json(Json& j, const Recommendation& v) { j = ToJson(v); }
void from_json(const Json& j, Recommendation& v) { Read(j, v); }
void to_json(Json& j, const Offer& v) { j = ToJson(v); }
void from_json(const Json& j, Offer& v) { Read(j, v); }
void to_json(Json& j, const OfferBackoff& v) { j = ToJson(v); }
void from_json(const Json& j, OfferBackoff& v) { Read(j, v); }
void to_json(Json& j, const HostRecord& v) { j = ToJson(v); }
void from_json(const Json& j, HostRecord& v) { Read(j, v); }
void to_json(Json& j, const MoneyState& v) { j = ToJson(v); }
void from_json(const Json& j, MoneyState& v) { Read(j, v); }
void to_json(Json& j, const Decision& v) { j = ToJson(v); }
void from_json(const Json& j, Decision& v) { Read(j, v); }
void to_json(Json& j, const ClusterState& v) { j = ToJson(v); }
void from_json(const Json& j, ClusterState& v) { Read(j, v); }
void to_json(Json& j, const Plan& v) { j = ToJson(v); }
void from_json(const Json& j, Plan& v) { Read(j, v); }
void to_json(Json& j, const DecisionRecord& v) { j = ToJson(v); }
void from_json(const Json& j, DecisionRecord& v) { Read(j, v); }

}  // namespace spillway
