#include "scaler/runtime/units.h"

#include <array>
#include <charconv>
#include <system_error>
#include <utility>

namespace spillway {
namespace {

using Unit = std::pair<std::string_view, std::int64_t>;

constexpr std::array<Unit, 5> kTimeUnits = {
    Unit{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}};
constexpr std::array<Unit, 3> kMemoryUnits = {Unit{"TiB", 1 << 20}, {"GiB", 1 << 10}, {"MiB", 1}};

constexpr std::int64_t kLongestMs = std::int64_t{1000} * 365 * 86'400'000;
constexpr std::int64_t kLargestMib = std::int64_t{1} << 40;

// Takes a number with one of `units` off the front of `text`. At most `most` altogether.
template <class Units>
std::optional<Unit> TakeQuantity(std::string_view& text, const Units& units, std::int64_t most) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || text.front() == '-') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  const std::string_view word = text.substr(0, text.find_first_of("0123456789"));
  for (const auto& [name, size] : units) {
    if (word != name || number > most / size) continue;
    text.remove_prefix(name.size());
    return Unit{name, number * size};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Duration> ParseDuration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  Duration sum(0);
  auto next_unit = kTimeUnits.begin();
  while (!text.empty()) {
    const std::optional<Unit> part = TakeQuantity(text, kTimeUnits, kLongestMs);
    if (!part) return std::nullopt;
    while (next_unit != kTimeUnits.end() && next_unit->first != part->first) ++next_unit;
    if (next_unit == kTimeUnits.end()) return std::nullopt;
    ++next_unit;
    sum += Duration(part->second);
  }
  return sum;
}

std::string FormatDuration(Duration d) {
  if (d == Duration(0)) return "0s";
  std::string text;
  std::int64_t rest = d.count();
  for (const auto& [name, size] : kTimeUnits) {
    if (rest >= size) text.append(std::to_string(rest / size)).append(name);
    rest %= size;
  }
  return text;
}

std::optional<std::int64_t> ParseMemoryMib(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const std::optional<Unit> memory = TakeQuantity(text, kMemoryUnits, kLargestMib);
  if (!memory || !text.empty()) return std::nullopt;
  return memory->second;
}

std::string FormatMemoryMib(std::int64_t mib) {
  for (const auto& [name, size] : kMemoryUnits) {
    if (mib != 0 && mib % size == 0) return std::to_string(mib / size).append(name);
  }
  return std::to_string(mib) + "MiB";
}

}  // namespace spillway
