#include "policies/schedule/cron_field.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <set>

namespace spillway {
namespace {

struct Range {
  int first = 0;
  int last = 0;
  int step = 1;
};

std::optional<int> Number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

bool SameWord(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

std::optional<int> Value(std::string_view text, const CronFieldRule& rule) {
  for (std::size_t i = 0; i < rule.names.size(); ++i) {
    if (SameWord(text, rule.names[i])) return rule.first_name + static_cast<int>(i);
  }
  const std::optional<int> value = Number(text);
  return value && rule.least <= *value && *value <= rule.most ? value : std::nullopt;
}

// "5", "1-5", "*", without the step.
std::optional<Range> Bounds(std::string_view text, const CronFieldRule& rule, bool has_step) {
  if (text == "*") return Range{rule.least, rule.most};
  const std::size_t dash = text.find('-');
  const std::optional<int> first = Value(text.substr(0, dash), rule);
  if (!first) return std::nullopt;
  if (dash == std::string_view::npos) return Range{*first, has_step ? rule.most : *first};
  std::optional<int> last = Value(text.substr(dash + 1), rule);
  // "fri-sun" ends on the Sunday after the Friday.
  if (last == 0 && *first > 0 && rule.most == 7) last = 7;
  if (!last || *last < *first) return std::nullopt;
  return Range{*first, *last};
}

std::optional<Range> Part(std::string_view text, const CronFieldRule& rule) {
  const std::size_t slash = text.find('/');
  const bool has_step = slash != std::string_view::npos;
  std::optional<Range> range = Bounds(text.substr(0, slash), rule, has_step);
  if (!range || !has_step) return range;
  const std::optional<int> step = Number(text.substr(slash + 1));
  if (!step || *step < 1) return std::nullopt;
  range->step = *step;
  return range;
}

Error Wrong(std::string_view text, const CronFieldRule& rule) {
  const std::string names =
      rule.names.empty() ? "" : fmt::format(" or {} to {}", rule.names.front(), rule.names.back());
  return {ErrorKind::kInvalid, "cron", "",
          fmt::format("{} \"{}\": expected {} to {}{} as *, a, a-b or a list of these, each with "
                      "a step /n if wanted",
                      rule.name, text, rule.least, rule.most, names)};
}

}  // namespace

Result<std::vector<int>> ParseCronField(std::string_view text, const CronFieldRule& rule) {
  std::set<int> values;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::optional<Range> range = Part(text.substr(begin, end - begin), rule);
    if (!range) return Wrong(text, rule);
    for (int v = range->first; v <= range->last; v += range->step) {
      values.insert(v);
      if (range->last - v < range->step) break;  // a huge step must not overflow
    }
    begin = end + 1;
  }
  return std::vector<int>(values.begin(), values.end());
}

}  // namespace spillway
