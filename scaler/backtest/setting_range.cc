#include "scaler/backtest/setting_range.h"

#include <charconv>
#include <cmath>
#include <optional>

#include "scaler/runtime/units.h"

namespace spillway {
namespace {

constexpr std::int64_t kUsualPoints = 9;
constexpr std::int64_t kMostPoints = 100;

template <class T>
std::optional<T> Number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

[[noreturn]] void Fail(const std::string& text) {
  throw SettingRangeError("expected KEY=FROM..TO[:N], such as target=0.3..0.9:7, got \"" + text +
                          "\"");
}

nlohmann::json Between(const std::string& from, const std::string& to, double share,
                       const std::string& text) {
  const auto a = Number<double>(from);
  const auto b = Number<double>(to);
  if (a && b) {
    const double value = *a + share * (*b - *a);
    // Without the noise of the last digits: 0.3, not 0.30000000000000004.
    const double rounded = std::round(value * 1e9) / 1e9;
    const bool are_whole = Number<std::int64_t>(from) && Number<std::int64_t>(to);
    if (are_whole && rounded == std::round(rounded)) return static_cast<std::int64_t>(rounded);
    return rounded;
  }
  const auto c = ParseDuration(from);
  const auto d = ParseDuration(to);
  if (!c || !d) Fail(text);
  const double span = static_cast<double>((*d - *c).count());
  return FormatDuration(*c + Duration(std::llround(share * span)));
}

}  // namespace

SettingRange ParseSettingRange(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::size_t dots = text.find("..", equals);
  if (equals == std::string::npos || equals == 0 || dots == std::string::npos) Fail(text);
  const std::size_t colon = std::min(text.find(':', dots), text.size());
  const std::string from = text.substr(equals + 1, dots - equals - 1);
  const std::string to = text.substr(dots + 2, colon - dots - 2);
  const auto points = colon == text.size()
                          ? std::optional(kUsualPoints)
                          : Number<std::int64_t>(std::string_view(text).substr(colon + 1));
  if (!points || *points < 2 || *points > kMostPoints) Fail(text);
  SettingRange sweep{text.substr(0, equals), {}};
  for (std::int64_t i = 0; i < *points; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(*points - 1);
    sweep.values.push_back(Between(from, to, share, text));
  }
  return sweep;
}

std::vector<PolicySpec> Swept(const std::vector<PolicySpec>& policies, const SettingRange& sweep) {
  std::vector<PolicySpec> swept;
  for (const PolicySpec& policy : policies) {
    if (!policy.IsOneKind()) {
      throw SettingRangeError(policy.label() + " is made of several policies: whose " + sweep.key +
                              " is to be swept?");
    }
    for (const nlohmann::json& value : sweep.values) {
      swept.push_back(policy.With(sweep.key, value));
    }
  }
  return swept;
}

}  // namespace spillway
