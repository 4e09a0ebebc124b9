#include "scaler/serve/query.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "scaler/model/rfc3339.h"

namespace spillway {
namespace {

constexpr std::size_t kShownBytes = 60;

std::string Shown(const std::string& value) {
  return "\"" + value.substr(0, kShownBytes) + (value.size() > kShownBytes ? "…" : "") + "\"";
}

}  // namespace

std::optional<std::string> PercentDecoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    unsigned byte = 0;
    const std::string_view digits = text.substr(i + 1, 2);
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, byte, 16);
    if (digits.size() != 2 || error != std::errc() || stop != end) return std::nullopt;
    decoded += static_cast<char>(byte);
    i += 2;
  }
  return decoded;
}

Query::Query(std::string_view text) {
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    std::string right(equals == part.npos ? "" : part.substr(equals + 1));
    std::replace(right.begin(), right.end(), '+', ' ');
    const auto name = PercentDecoded(part.substr(0, equals));
    const auto value = PercentDecoded(right);
    if (!name || !value) {
      Fail(std::string(part.substr(0, std::min(equals, kShownBytes))),
           "expected two hexadecimal digits after each %");
    } else if (!values_.emplace(*name, *value).second) {
      Fail(*name, "stands twice");
    }
  }
}

std::optional<std::string> Query::Text(const std::string& name) {
  asked_.insert(name);
  const auto found = values_.find(name);
  return found == values_.end() ? std::nullopt : std::optional(found->second);
}

std::int64_t Query::Integer(const std::string& name, std::int64_t least, std::int64_t most,
                            std::int64_t otherwise) {
  const std::optional<std::string> text = Text(name);
  if (!text) return otherwise;
  std::int64_t value = 0;
  const char* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, value);
  const bool is_good = error == std::errc() && stop == end && value >= least && value <= most;
  if (is_good) return value;
  Fail(name, fmt::format("expected an integer from {} to {}, got {}", least, most, Shown(*text)));
  return otherwise;
}

bool Query::Flag(const std::string& name) {
  const std::optional<std::string> text = Text(name);
  if (!text || *text == "false") return false;
  if (!text->empty() && *text != "true") {
    Fail(name, "expected true or false, got " + Shown(*text));
  }
  return true;
}

std::optional<Time> Query::TimeOf(const std::string& name) {
  const std::optional<std::string> text = Text(name);
  if (!text) return std::nullopt;
  const std::optional<Time> time = ParseRfc3339(*text);
  if (!time) {
    Fail(name, "expected an RFC 3339 time such as 2026-03-02T18:00:00Z, got " + Shown(*text));
  }
  return time;
}

void Query::Fail(const std::string& name, std::string message) {
  errors_.push_back({"query." + name, std::move(message)});
}

void Query::Finish() {
  for (const auto& [name, value] : values_) {
    if (asked_.contains(name)) continue;
    Fail(name.substr(0, kShownBytes),
         asked_.empty() ? "is not known here: there are no parameters"
                        : fmt::format("is not known here: there are {}", fmt::join(asked_, ", ")));
  }
  if (!errors_.empty()) throw Invalid(std::move(errors_));
}

}  // namespace spillway
