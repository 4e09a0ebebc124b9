// Logs for operators: one event, one line, ids as fields, no secrets. The door for spdlog.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace spillway {

enum class LogLevel { kDebug, kInfo, kWarning, kError, kOff };

// For people: "2026-11-23T10:00:00.000Z info provision.host host=edge-1 attempts=2". For programs,
// an object a line: {"time":"2026-11-23T10:00:00.000Z","level":"info","event":"provision.host",
// "fields":{"host":"edge-1","attempts":2}}.
enum class LogFormat { kText, kJson };

// A field of a line, made of a name and anything that is text or a number.
struct LogField {
  std::string_view name;
  std::string value;
  bool is_number = false;

  LogField(std::string_view n, std::string_view v) : name(n), value(v) {}
  LogField(std::string_view n, const char* v) : name(n), value(v) {}
  LogField(std::string_view n, const std::string& v) : name(n), value(v) {}
  template <class T>
  LogField(std::string_view n, T v) : name(n), value(std::to_string(v)), is_number(true) {}
};

// Thread-safe. Lines go to standard error.
class Log {
 public:
  using Fields = std::initializer_list<LogField>;

  explicit Log(LogLevel least = LogLevel::kInfo, LogFormat format = LogFormat::kText);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // `event` is the folder's word and what happened: "provision.host_ready".
  void Debug(std::string_view event, Fields fields = {}) { Write(LogLevel::kDebug, event, fields); }
  void Info(std::string_view event, Fields fields = {}) { Write(LogLevel::kInfo, event, fields); }
  void Warning(std::string_view event, Fields fields = {}) {
    Write(LogLevel::kWarning, event, fields);
  }
  void Error(std::string_view event, Fields fields = {}) { Write(LogLevel::kError, event, fields); }

  // At most one line of `event` every ten seconds; the next one says how many were left out.
  void Limited(LogLevel level, std::string_view event, Fields fields = {});

 private:
  void Write(LogLevel level, std::string_view event, Fields fields);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spillway
