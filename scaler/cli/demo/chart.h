// An area of capacity, stacked by provider, with the demand as a dotted line over it, made of
// characters. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

// One column: a stretch of time.
struct ChartColumn {
  double demand = 0;                // the highest in it
  std::vector<double> by_provider;  // ready vCPU, bottom first

  friend bool operator==(const ChartColumn&, const ChartColumn&) = default;
};

struct ChartStyle {
  int rows = 10;
  double top = 1;          // the value at the upper edge
  bool has_colour = true;  // else providers differ by their pattern alone
};

// How a provider is drawn: its pattern, or with colour the number of a colour (ANSI, 30 to 37).
std::string Swatch(std::size_t provider, bool has_colour);
inline constexpr const char* kDemandMark = "•";

// `rows` lines, the upper one first, each as many characters wide as there are columns. A column
// that is not there yet is nothing.
std::vector<std::string> DrawChart(const std::vector<std::optional<ChartColumn>>& columns,
                                   const ChartStyle& style);

}  // namespace spillway
