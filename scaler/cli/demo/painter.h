// What a demo shows as it happens. On a terminal: a picture that is drawn again in place.
// Elsewhere: a line every half hour of the demo's time, and no escape codes. Driven by frames; no
// clock.
#pragma once

#include <cstdint>
#include <deque>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scaler/cli/demo/chart.h"
#include "scaler/cli/demo/scorecard.h"

namespace spillway {

struct PainterStyle {
  bool is_live = false;     // a terminal that is drawn on again and again
  bool has_colour = false;  // a terminal, and nobody said NO_COLOR
  Duration line_every = std::chrono::minutes(30);
};

// `no_colour` and `terminal` are the environment's NO_COLOR and TERM; null when not set. Any
// NO_COLOR that is not empty counts; a "dumb" terminal is none.
PainterStyle StyleFor(bool is_terminal, const char* no_colour, const char* terminal);

struct PainterPlan {
  std::string title;  // "spillway demo · edge · 600×"
  Time start;
  Duration length{0};
  std::vector<std::string> providers;  // in the order of the ladder: the chart's, bottom first
  double top_vcpu = 0;                 // the highest that is expected, for the scale
};

// How things stand.
struct Frame {
  struct Share {
    double ready_vcpu = 0;
    double coming_vcpu = 0;
    std::int64_t hosts = 0;  // not gone

    friend bool operator==(const Share&, const Share&) = default;
  };

  Time now;
  double demand_vcpu = 0;
  std::vector<Share> by_provider;  // as PainterPlan::providers
  Money cost;
  Money per_hour;  // of what is not gone
  Duration violated{0};
  bool is_violated = false;

  double Ready() const;
  double Coming() const;
};

// `hosts` of providers that are not in `providers` are left out.
Frame FrameOf(const FleetSnapshot& snapshot, const Scorecard& card,
              const std::vector<std::string>& providers);

// 80 columns wide. `out` outlives it.
class Painter {
 public:
  Painter(std::ostream& out, PainterStyle style, PainterPlan plan);
  Painter(const Painter&) = delete;
  Painter& operator=(const Painter&) = delete;

  // Something that happened, for people: "host edge-7 is ready at aws". Shown with the next frame;
  // left out where there are only lines, which it would drown.
  void OnEvent(Time now, std::string_view text);
  // Frames come in the order of time, as often as one likes.
  void OnFrame(const Frame& frame);

 private:
  void Remember(const Frame& frame);
  void DrawLive(const Frame& frame);
  void WriteLine(const Frame& frame);
  std::string TimeOf(Time now) const;
  std::vector<std::string> Head(const Frame& frame) const;
  std::vector<std::string> ChartLines() const;
  std::vector<std::string> Legend(const Frame& frame) const;
  std::vector<std::string> EventLines() const;

  std::ostream& out_;
  const PainterStyle style_;
  const PainterPlan plan_;
  std::vector<std::optional<ChartColumn>> columns_;
  double highest_ = 0;
  std::deque<std::string> events_;
  std::size_t lines_drawn_ = 0;
  std::optional<Time> next_line_;
};

}  // namespace spillway
