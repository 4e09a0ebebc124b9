// Frames for the benches: samples of 1,000 hosts of one cluster, about 120 bytes each.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "scaler/model/time.h"

namespace spillway::bench {

inline constexpr int kHosts = 1000;
inline constexpr const char* kCluster = "edge-fra-1";

inline std::string SampleText(int number, Time time) {
  const int host = number % kHosts;
  return fmt::format(
      R"({{"cluster":"{}","metric":"cpu_ratio","value":0.{:04},"time":{},"labels":{{"host":"node-{:03}","rack":"r{}"}}}})",
      kCluster, (number * 7919) % 10'000, time.time_since_epoch().count(), host, host % 10);
}

// A thousand samples in frames of `per_frame`; a single one is not in an array.
inline std::vector<std::string> Frames(int per_frame, Time time) {
  std::vector<std::string> frames;
  for (int first = 0; first < kHosts; first += per_frame) {
    std::string text = SampleText(first, time);
    for (int i = 1; i < per_frame; ++i) text += "," + SampleText(first + i, time);
    frames.push_back(per_frame == 1 ? text : "[" + text + "]");
  }
  return frames;
}

}  // namespace spillway::bench
