// What an adapter makes of a body, in words for tables.
#pragma once

#include <fmt/format.h>

#include <string>

#include "tests/support/adapter_world.h"
#include "tests/support/time.h"

namespace spillway::adapters {

inline Decoded DecodeBy(const std::string& type, const std::string& body,
                        const std::string& content_type = "") {
  auto [config, errors] =
      testing::ReadAdapters("sources: [{name: a, type: " + type + ", cluster: edge}]");
  if (!errors.empty()) throw std::runtime_error(errors);
  const HttpAdapter& adapter = *config.sources.at(0).adapter.http;
  const std::string path(adapter.routes().front().path);
  return adapter.Decode({"POST", path, "", content_type, body, testing::kStart});
}

// "metric{label=value,} value @time; …", times in milliseconds.
inline std::string Text(const std::vector<Reading>& readings) {
  std::string text;
  for (const Reading& reading : readings) {
    text += (text.empty() ? "" : "; ") + reading.metric + "{";
    for (const auto& [name, value] : reading.labels) text += name + "=" + value + ",";
    text += fmt::format("}} {}", reading.value);
    if (reading.time) text += fmt::format(" @{}", reading.time->time_since_epoch().count());
  }
  return text;
}

// "reason: detail; …".
inline std::string Text(const std::vector<Lost>& lost) {
  std::string text;
  for (const Lost& one : lost) {
    text += (text.empty() ? "" : "; ") + std::string(Name(one.reason)) + ": " + one.detail;
  }
  return text;
}

}  // namespace spillway::adapters
