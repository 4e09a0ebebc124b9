#include "bus/adapters/influx/line_protocol.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace spillway::adapters {
namespace {

constexpr std::int64_t kNanosecondsPerMillisecond = 1'000'000;

// What ends a line's reading; never leaves this file.
class BadLine : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

std::optional<bool> Truth(std::string_view word) {
  for (const std::string_view yes : {"t", "T", "true", "True", "TRUE"}) {
    if (word == yes) return true;
  }
  for (const std::string_view no : {"f", "F", "false", "False", "FALSE"}) {
    if (word == no) return false;
  }
  return std::nullopt;
}

// A number without a text behind it; from_chars itself would take "inf" and "nan" too.
template <class T>
std::optional<T> Number(std::string_view word) {
  if (word.starts_with('+')) word.remove_prefix(1);
  if (word.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return std::nullopt;
  T number{};
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return number;
}

double FieldValue(std::string_view word) {
  if (const auto truth = Truth(word)) return *truth ? 1 : 0;
  std::optional<double> value;
  if (word.ends_with('i')) {
    if (const auto n = Number<std::int64_t>(word.substr(0, word.size() - 1))) {
      value = static_cast<double>(*n);
    }
  } else if (word.ends_with('u')) {
    if (const auto n = Number<std::uint64_t>(word.substr(0, word.size() - 1))) {
      value = static_cast<double>(*n);
    }
  } else {
    value = Number<double>(word);
  }
  if (!value) throw BadLine("expected a number as value, got \"" + std::string(word) + "\"");
  return *value;
}

// Reads one line after the other. A quoted text may hold newlines, so lines are not cut beforehand.
class Reader {
 public:
  Reader(std::string_view text, std::int64_t unit) : text_(text), unit_(unit) {}

  InfluxLines Read() {
    while (at_ < text_.size()) {
      SkipBlanks();
      if (!IsAtEndOfLine() && Peek() != '#') ReadLine();
      GoToNextLine();
    }
    return std::move(lines_);
  }

 private:
  void ReadLine() {
    ++lines_.points;
    const std::size_t readings = lines_.readings.size();
    const std::size_t lost = lines_.lost.size();
    try {
      ReadPoint();
    } catch (const BadLine& error) {
      lines_.readings.resize(readings);
      lines_.lost.resize(lost);
      ++lines_.bad_points;
      lines_.lost.push_back(
          {Loss::kBadReading, "line " + std::to_string(line_) + ": " + error.what()});
    }
  }

  void ReadPoint() {
    const std::size_t first = lines_.readings.size();
    const std::string measurement = Word(", ", "a measurement");
    Labels labels;
    while (Take(',')) {
      std::string tag = Word("=", "a tag");
      if (!Take('=')) throw BadLine("expected = behind the tag " + tag);
      std::string value = Word(", ", "a value of the tag " + tag);
      labels.emplace_back(std::move(tag), std::move(value));
    }
    if (!Take(' ')) throw BadLine("expected fields");
    SkipBlanks();
    do {
      ReadField(measurement, labels);
    } while (Take(','));
    const std::optional<Time> time = ReadTime();
    for (std::size_t i = first; i < lines_.readings.size(); ++i) lines_.readings[i].time = time;
  }

  void ReadField(const std::string& measurement, const Labels& labels) {
    const std::string field = Word("=", "a field");
    if (!Take('=')) throw BadLine("expected = behind the field " + field);
    const std::string metric = field == "value" ? measurement : measurement + "_" + field;
    if (Take('"')) {
      SkipQuoted();
      lines_.lost.push_back({Loss::kNotANumber, metric + " is a text"});
      return;
    }
    const std::size_t from = at_;
    while (!IsAtEndOfLine() && Peek() != ',' && Peek() != ' ') ++at_;
    lines_.readings.push_back({metric, labels, FieldValue(text_.substr(from, at_ - from)), {}});
  }

  std::optional<Time> ReadTime() {
    SkipBlanks();
    const std::size_t from = at_;
    while (!IsAtEndOfLine() && Peek() != ' ') ++at_;
    const std::string_view word = text_.substr(from, at_ - from);
    SkipBlanks();
    if (!IsAtEndOfLine()) throw BadLine("expected the end of the line behind the time");
    if (word.empty()) return std::nullopt;
    const std::optional<std::int64_t> number = Number<std::int64_t>(word);
    std::int64_t nanoseconds = 0;
    if (!number || __builtin_mul_overflow(*number, unit_, &nanoseconds)) {
      throw BadLine("expected a time since 1970 in whole units, got \"" + std::string(word) + "\"");
    }
    return Time(Duration(nanoseconds / kNanosecondsPerMillisecond));
  }

  // Up to one of `ends`, or the end of the line; a backslash takes the meaning from what follows.
  std::string Word(std::string_view ends, const std::string& what) {
    std::string word;
    while (!IsAtEndOfLine() && ends.find(Peek()) == std::string_view::npos) {
      const bool is_escape =
          Peek() == '\\' && at_ + 1 < text_.size() &&
          std::string_view(",= \\").find(text_[at_ + 1]) != std::string_view::npos;
      if (is_escape) ++at_;
      word += text_[at_++];
    }
    if (word.empty()) throw BadLine("expected " + what);
    return word;
  }

  void SkipQuoted() {
    while (at_ < text_.size() && Peek() != '"') {
      const bool is_escape = Peek() == '\\' && at_ + 1 < text_.size();
      if (is_escape) ++at_;
      if (text_[at_] == '\n') ++line_;
      ++at_;
    }
    if (!Take('"')) throw BadLine("expected a quote at the end of a text");
  }

  char Peek() const { return text_[at_]; }
  bool IsAtEndOfLine() const {
    return at_ >= text_.size() || Peek() == '\n' || (Peek() == '\r' && NextIs('\n'));
  }
  bool NextIs(char c) const { return at_ + 1 < text_.size() && text_[at_ + 1] == c; }
  bool Take(char c) {
    const bool is_there = at_ < text_.size() && Peek() == c;
    if (is_there) ++at_;
    return is_there;
  }
  void SkipBlanks() {
    while (at_ < text_.size() && Peek() == ' ') ++at_;
  }
  void GoToNextLine() {
    const std::size_t end = text_.find('\n', at_);
    at_ = end == std::string_view::npos ? text_.size() : end + 1;
    ++line_;
  }

  const std::string_view text_;
  const std::int64_t unit_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  InfluxLines lines_;
};

}  // namespace

InfluxLines ReadInfluxLines(std::string_view text, std::int64_t unit) {
  return Reader(text, unit).Read();
}

}  // namespace spillway::adapters
