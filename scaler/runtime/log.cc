#include "scaler/runtime/log.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <mutex>
#include <nlohmann/json.hpp>

#include "scaler/runtime/log_limiter.h"

namespace spillway {
namespace {

constexpr std::size_t kLongestValue = 1000;

spdlog::level::level_enum SpdlogLevel(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return spdlog::level::debug;
    case LogLevel::kInfo: return spdlog::level::info;
    case LogLevel::kWarning: return spdlog::level::warn;
    case LogLevel::kError: return spdlog::level::err;
    case LogLevel::kOff: return spdlog::level::off;
  }
  return spdlog::level::err;
}

// The length of the UTF-8 character at the front of `text` that may stand in a line as it is: no
// control character (terminals obey those of Latin-1, too), no line separator. 0: there is none.
std::size_t PrintableLength(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return first >= 0x20 && first != 0x7f ? 1 : 0;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  if (first == 0xc2 && byte(1) < 0xa0) return 0;
  const std::string_view character = text.substr(0, length);
  return character == "\u2028" || character == "\u2029" ? 0 : length;
}

std::string CutNote(std::string_view value) {
  if (value.size() <= kLongestValue) return "";
  return "[" + std::to_string(value.size() - kLongestValue) + " bytes more]";
}

void AppendEscaped(std::string& line, char c) {
  constexpr std::array kNamed = {std::pair{'\n', 'n'}, std::pair{'\r', 'r'}, std::pair{'\t', 't'}};
  const auto named =
      std::find_if(kNamed.begin(), kNamed.end(), [c](const auto& n) { return n.first == c; });
  line += '\\';
  if (named != kNamed.end()) {
    line += named->second;
    return;
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  line.append({'x', kHex[byte >> 4], kHex[byte & 15]});
}

// Values come from outside: none may end its line, pass for another field or flood the log.
void AppendValue(std::string& line, std::string_view value) {
  std::string text;
  bool needs_quotes = value.empty();
  std::string_view rest = value.substr(0, kLongestValue);
  while (!rest.empty()) {
    const std::size_t length = PrintableLength(rest);
    const char c = rest.front();
    needs_quotes = needs_quotes || length == 0 || c == ' ' || c == '"' || c == '=' || c == '\\';
    if (c == '"' || c == '\\') text += '\\';
    if (length == 0) AppendEscaped(text, c);
    text += rest.substr(0, length);
    rest.remove_prefix(std::max<std::size_t>(length, 1));
  }
  if (needs_quotes) text = '"' + text + '"';
  line += text;
  line += CutNote(value);
}

std::string TextLine(std::string_view event, Log::Fields fields, std::uint64_t held_back) {
  std::string line(event);
  const auto append = [&line](std::string_view name, std::string_view value) {
    line.append(" ").append(name).append("=");
    AppendValue(line, value);
  };
  for (const LogField& field : fields) append(field.name, field.value);
  if (held_back > 0) append("left_out", std::to_string(held_back));
  return line;
}

// A number that JSON has none for (not finite) stays a text.
nlohmann::json JsonValue(const LogField& field) {
  if (field.is_number) {
    nlohmann::json number = nlohmann::json::parse(field.value, nullptr, false);
    if (number.is_number()) return number;
  }
  return field.value.substr(0, kLongestValue) + CutNote(field.value);
}

// Without the beginning, which the pattern makes: "event":"…","fields":{…}
std::string JsonLine(std::string_view event, Log::Fields fields, std::uint64_t held_back) {
  nlohmann::ordered_json members;
  for (const LogField& field : fields) members[std::string(field.name)] = JsonValue(field);
  if (held_back > 0) members["left_out"] = held_back;
  // Nothing but ASCII: what a terminal obeys is escaped, too.
  const auto text = [](const auto& json) {
    return json.dump(-1, ' ', /*ensure_ascii=*/true, nlohmann::json::error_handler_t::replace);
  };
  std::string line = "\"event\":" + text(nlohmann::json(event));
  if (!members.empty()) line += ",\"fields\":" + text(members);
  return line;
}

constexpr const char* kTextPattern = "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
constexpr const char* kJsonPattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";

}  // namespace

struct Log::Impl {
  spdlog::logger logger{"spillway", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
  std::mutex mutex;  // guards limiter
  LogLimiter limiter{std::chrono::seconds(10)};
  std::string (*line)(std::string_view, Log::Fields, std::uint64_t held_back) = TextLine;
};

Log::Log(LogLevel least, LogFormat format) : impl_(std::make_unique<Impl>()) {
  const bool is_json = format == LogFormat::kJson;
  impl_->line = is_json ? JsonLine : TextLine;
  impl_->logger.set_formatter(std::make_unique<spdlog::pattern_formatter>(
      is_json ? kJsonPattern : kTextPattern, spdlog::pattern_time_type::utc));
  impl_->logger.set_level(SpdlogLevel(least));
}

Log::~Log() = default;

void Log::Write(LogLevel level, std::string_view event, Fields fields) {
  if (!impl_->logger.should_log(SpdlogLevel(level))) return;
  impl_->logger.log(SpdlogLevel(level), impl_->line(event, fields, 0));
}

void Log::Limited(LogLevel level, std::string_view event, Fields fields) {
  if (!impl_->logger.should_log(SpdlogLevel(level))) return;
  std::unique_lock lock(impl_->mutex);
  const auto held_back = impl_->limiter.Pass(event, std::chrono::steady_clock::now());
  lock.unlock();
  if (held_back) impl_->logger.log(SpdlogLevel(level), impl_->line(event, fields, *held_back));
}

}  // namespace spillway
