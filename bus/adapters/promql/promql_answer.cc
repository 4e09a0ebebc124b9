#include "bus/adapters/promql/promql_answer.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

namespace spillway::adapters {
namespace {

using Json = nlohmann::json;

// Far beyond any date; what is above it cannot be told in milliseconds.
constexpr double kMostSeconds = 1e12;

// What a member has to be; nothing when it is missing or something else.
const Json* Member(const Json& object, const char* name, Json::value_t type) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() || found->type() != type ? nullptr : &*found;
}

std::string TextOf(const Json& object, const char* name) {
  const Json* text = Member(object, name, Json::value_t::string);
  return text ? text->get<std::string>() : "";
}

// Prometheus says "+Inf" and "-Inf".
std::optional<double> NumberOf(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// [seconds since 1970, "value"].
std::optional<PromqlValue> ValueOf(const Json& pair) {
  if (!pair.is_array() || pair.size() != 2 || !pair[0].is_number() || !pair[1].is_string()) {
    return std::nullopt;
  }
  const auto time = TimeOfSeconds(pair[0].get<double>());
  const auto value = NumberOf(pair[1].get_ref<const std::string&>());
  if (!time || !value) return std::nullopt;
  return PromqlValue{{}, *value, *time};
}

std::optional<Labels> LabelsOf(const Json& series) {
  const Json* members = Member(series, "metric", Json::value_t::object);
  if (!members) return std::nullopt;
  Labels labels;
  for (const auto& [name, value] : members->items()) {
    if (!value.is_string()) return std::nullopt;
    if (name != "__name__") labels.emplace_back(name, value.get<std::string>());
  }
  return labels;
}

Lost Unreadable(const std::string& expected) { return {Loss::kBadBody, "expected " + expected}; }

std::optional<Lost> ReadVector(const Json& result, std::size_t max_series, PromqlAnswer& answer) {
  if (result.size() > max_series) {
    return Lost{Loss::kTooMany, std::to_string(result.size()) + " series, expected at most " +
                                    std::to_string(max_series)};
  }
  for (const Json& series : result) {
    std::optional<Labels> labels = LabelsOf(series);
    if (!labels) return Unreadable("labels, which are texts, of each series");
    if (series.contains("histogram")) {
      answer.lost.push_back(
          {Loss::kNotANumber, "a histogram; ask for histogram_quantile(…) of it"});
      continue;
    }
    std::optional<PromqlValue> value = ValueOf(series.value("value", Json()));
    if (!value) return Unreadable("a time and a number of each series");
    value->labels = std::move(*labels);
    answer.values.push_back(std::move(*value));
  }
  return std::nullopt;
}

std::optional<Lost> ReadData(const Json& data, std::size_t max_series, PromqlAnswer& answer) {
  const std::string type = TextOf(data, "resultType");
  const Json* result = Member(data, "result", Json::value_t::array);
  if (!result) return Unreadable("data with a result");
  if (type == "vector") return ReadVector(*result, max_series, answer);
  if (type != "scalar") {
    return Lost{Loss::kRefused, "the query gives a " + type + ", expected a vector or a scalar"};
  }
  const std::optional<PromqlValue> value = ValueOf(*result);
  if (!value) return Unreadable("a time and a number");
  answer.values.push_back(*value);
  answer.is_scalar = true;
  return std::nullopt;
}

Lost RefusalOf(int status, const Json& root) {
  const Loss reason = status == 401 || status == 403 ? Loss::kDenied : Loss::kRefused;
  const std::string words = TextOf(root, "error");
  if (words.empty()) {
    return {reason, "HTTP " + std::to_string(status) + ", expected an answer of Prometheus"};
  }
  return {reason, TextOf(root, "errorType") + ": " + words};
}

}  // namespace

std::optional<Time> TimeOfSeconds(double seconds) {
  if (!(std::abs(seconds) < kMostSeconds)) return std::nullopt;  // NaN too
  return Time(Duration(std::llround(seconds * 1000)));
}

std::variant<PromqlAnswer, Lost> ReadPromqlAnswer(int status, std::string_view body,
                                                  std::size_t max_series) {
  const Json root = Json::parse(body, nullptr, false);
  if (status / 100 != 2 || TextOf(root, "status") == "error") return RefusalOf(status, root);
  const Json* data = Member(root, "data", Json::value_t::object);
  if (!data) return Unreadable("JSON with data");
  PromqlAnswer answer;
  if (auto lost = ReadData(*data, max_series, answer)) return *std::move(lost);
  if (const Json* warnings = Member(root, "warnings", Json::value_t::array)) {
    for (const Json& warning : *warnings) {
      if (warning.is_string()) answer.warnings.push_back(warning.get<std::string>());
    }
  }
  return answer;
}

}  // namespace spillway::adapters
