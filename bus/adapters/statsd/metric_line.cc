#include "bus/adapters/statsd/metric_line.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <utility>

namespace spillway::adapters {
namespace {

// Lower ones would be a mistake: what stands for a billion.
constexpr double kLeastRate = 1e-9;
constexpr std::size_t kMaxShown = 60;

// What ends a line's reading; never leaves this file.
class BadLine : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct TypeWord {
  std::string_view word;
  StatsdType type;
};
constexpr std::array kTypes = {
    TypeWord{"c", StatsdType::kCounter}, TypeWord{"g", StatsdType::kGauge},
    TypeWord{"ms", StatsdType::kTimer},  TypeWord{"h", StatsdType::kTimer},
    TypeWord{"d", StatsdType::kTimer},   TypeWord{"s", StatsdType::kSet},
};

// What stands before the first `end`; takes it and the end away from `text`.
std::string_view Cut(std::string_view& text, char end) {
  const std::string_view part = text.substr(0, text.find(end));
  text.remove_prefix(std::min(text.size(), part.size() + 1));
  return part;
}

double Number(std::string_view word, const char* what) {
  const bool has_plus = word.starts_with('+') && !word.starts_with("+-");
  const std::string_view digits = word.substr(has_plus ? 1 : 0);
  double number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool is_all = error == std::errc() && end == digits.data() + digits.size();
  if (!is_all || !std::isfinite(number)) throw BadLine(std::string("a number as ") + what);
  return number;
}

StatsdType TypeOf(std::string_view word, std::string_view value) {
  const auto type =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeWord& t) { return t.word == word; });
  if (type == kTypes.end()) throw BadLine("one of the types c, g, ms, h, d, s");
  const bool is_signed = value.starts_with('+') || value.starts_with('-');
  return type->type == StatsdType::kGauge && is_signed ? StatsdType::kGaugeChange : type->type;
}

void ReadTags(std::string_view text, StatsdLine& line) {
  while (!text.empty()) {
    const std::string_view tag = Cut(text, ',');
    const std::size_t colon = std::min(tag.find(':'), tag.size());
    const std::string_view value = tag.substr(std::min(tag.size(), colon + 1));
    if (colon == 0) continue;
    AddLabel(line.tags, std::string(tag.substr(0, colon)),
             colon == tag.size() ? "true" : std::string(value));
  }
  std::sort(line.tags.begin(), line.tags.end());
}

// What stands behind the type: the rate, the tags. Anything else is of no matter here.
void ReadExtras(std::string_view text, StatsdLine& line) {
  while (!text.empty()) {
    const std::string_view part = Cut(text, '|');
    if (part.starts_with('#')) ReadTags(part.substr(1), line);
    if (!part.starts_with('@')) continue;
    const double rate = Number(part.substr(1), "the rate");
    if (rate < kLeastRate || rate > 1) throw BadLine("a rate above 0 and of at most 1");
    line.weight = 1 / rate;
  }
}

StatsdLine Read(std::string_view text) {
  StatsdLine line;
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) throw BadLine("NAME:VALUE|TYPE");
  line.name = text.substr(0, colon);
  text.remove_prefix(colon + 1);
  std::string_view values = Cut(text, '|');
  line.type = TypeOf(Cut(text, '|'), values);
  ReadExtras(text, line);
  if (line.type == StatsdType::kSet) {
    line.member = values;
    return line;
  }
  do {
    line.values.push_back(Number(Cut(values, ':'), "the value"));
  } while (!values.empty());
  return line;
}

}  // namespace

std::variant<StatsdLine, Lost> ReadStatsdLine(std::string_view line) {
  for (const std::string_view other : {"_e{", "_sc|"}) {
    if (line.starts_with(other)) return Lost{Loss::kEvent, std::string(other)};
  }
  try {
    return Read(line);
  } catch (const BadLine& error) {
    return Lost{Loss::kBadReading, std::string("expected ") + error.what() + ", got \"" +
                                       std::string(line.substr(0, kMaxShown)) + "\""};
  }
}

}  // namespace spillway::adapters
