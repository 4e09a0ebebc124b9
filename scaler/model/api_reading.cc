#include "scaler/model/api_reading.h"

#include <cmath>
#include <string>

#include "scaler/model/json.h"
#include "scaler/model/json_writer.h"
#include "scaler/model/rfc3339.h"

namespace spillway {
namespace {

using json_writing::kIsOptional;
using json_writing::kIsVector;
using nlohmann::json;

// The same in the form of json.h. What is of a wrong type stays as it is, for json.h to complain
// of.
template <class T>
json Stored(const json& j, const T& preset) {
  if constexpr (std::same_as<T, Time>) {
    if (j.is_null()) return preset.time_since_epoch().count();
    const auto time = j.is_string() ? ParseRfc3339(j.get_ref<const std::string&>()) : std::nullopt;
    return time ? json(time->time_since_epoch().count()) : j;
  } else if constexpr (std::same_as<T, Duration>) {
    return j.is_number() ? json(std::llround(j.get<double>() * 1000)) : j;
  } else if constexpr (kIsOptional<T>) {
    return j.is_null() ? j : Stored(j, typename T::value_type{});
  } else if constexpr (kIsVector<T>) {
    json array = j;
    for (json& element : array) element = Stored(element, typename T::value_type{});
    return array;
  } else if constexpr (requires { Members(preset, [](auto&&...) {}); }) {
    if (!j.is_object()) return j;
    json object = j;
    Members(preset, [&object](const char* name, const auto& value, Since = Since::kEver) {
      const auto found = object.find(name);
      if (found != object.end()) *found = Stored(*found, value);
    });
    return object;
  } else {
    return j;
  }
}

}  // namespace

template <class T>
T FromApi(const json& j) {
  return Stored(j, T{}).template get<T>();
}

template Capacity FromApi<Capacity>(const json& j);
template Signal FromApi<Signal>(const json& j);
template Recommendation FromApi<Recommendation>(const json& j);
template Reason FromApi<Reason>(const json& j);
template Offer FromApi<Offer>(const json& j);
template OfferBackoff FromApi<OfferBackoff>(const json& j);
template HostRecord FromApi<HostRecord>(const json& j);
template MoneyState FromApi<MoneyState>(const json& j);

template <>
Considered FromApi<Considered>(const json& j) {
  // Part of a plan: json.h does not read it alone.
  const json hosts = {{"hosts", json::array({j})}};
  json plan = Plan{};
  plan.update(Stored(hosts, Plan{}));
  return plan.get<Plan>().hosts.front();
}

// The decision's members stand beside those of its record.
template <>
DecisionRecord FromApi<DecisionRecord>(const json& j) {
  json record = {{"decision", j}};
  for (const char* member : {"plan", "acted"}) {
    if (j.is_object() && j.contains(member)) record[member] = j.at(member);
  }
  return Stored(record, DecisionRecord{}).get<DecisionRecord>();
}

}  // namespace spillway
