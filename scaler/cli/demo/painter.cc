#include "scaler/cli/demo/painter.h"

#include <fmt/core.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <utility>

#include "scaler/cli/demo/summary_table.h"

namespace spillway {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kColumns = 72;
constexpr std::size_t kAxisWidth = 7;
constexpr std::size_t kEvents = 5;
constexpr int kChartRows = 10;

bool IsInsideCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// `text` without escape codes, cut to `width` characters.
std::string Cut(std::string_view text, std::size_t width) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!IsInsideCharacter(text[i]) && ++characters > width) return std::string(text.substr(0, i));
  }
  return std::string(text);
}

std::string Padded(std::string text, std::size_t width) {
  const auto inside = std::count_if(text.begin(), text.end(), IsInsideCharacter);
  const std::size_t characters = text.size() - static_cast<std::size_t>(inside);
  if (characters < width) text.append(width - characters, ' ');
  return text;
}

Money PerHour(std::span<const HostRecord> hosts) {
  Money sum;
  for (const HostRecord& host : hosts) {
    if (IsLive(host) && host.paid_from) sum += host.price_per_hour;
  }
  return sum;
}

}  // namespace

PainterStyle StyleFor(bool is_terminal, const char* no_colour, const char* terminal) {
  const bool is_dumb = terminal != nullptr && std::string_view(terminal) == "dumb";
  const bool refuses_colour = no_colour != nullptr && *no_colour != '\0';
  PainterStyle style;
  style.is_live = is_terminal && !is_dumb;
  style.has_colour = style.is_live && !refuses_colour;
  return style;
}

double Frame::Ready() const {
  double sum = 0;
  for (const Share& share : by_provider) sum += share.ready_vcpu;
  return sum;
}

double Frame::Coming() const {
  double sum = 0;
  for (const Share& share : by_provider) sum += share.coming_vcpu;
  return sum;
}

Frame FrameOf(const FleetSnapshot& snapshot, const Scorecard& card,
              const std::vector<std::string>& providers) {
  Frame frame;
  frame.now = snapshot.now;
  frame.demand_vcpu = snapshot.demand_vcpu;
  frame.cost = card.CostSoFar();
  frame.per_hour = PerHour(snapshot.hosts);
  frame.violated = card.ViolatedSoFar();
  frame.is_violated = card.IsViolated();
  frame.by_provider.resize(providers.size());
  for (const HostRecord& host : snapshot.hosts) {
    const auto found = std::find(providers.begin(), providers.end(), host.provider);
    if (found == providers.end() || !IsLive(host)) continue;
    Frame::Share& share = frame.by_provider[static_cast<std::size_t>(found - providers.begin())];
    ++share.hosts;
    const auto vcpu = static_cast<double>(host.capacity.vcpu);
    if (IsReady(host)) {
      share.ready_vcpu += vcpu;
    } else if (IsUsable(host)) {
      share.coming_vcpu += vcpu;
    }
  }
  return frame;
}

Painter::Painter(std::ostream& out, PainterStyle style, PainterPlan plan)
    : out_(out), style_(style), plan_(std::move(plan)), columns_(kColumns) {}

void Painter::OnEvent(Time now, std::string_view text) {
  events_.push_back(Cut(TimeOf(now) + "  " + std::string(text), kWidth));
  if (events_.size() > kEvents) events_.pop_front();
}

void Painter::OnFrame(const Frame& frame) {
  Remember(frame);
  if (style_.is_live) return DrawLive(frame);
  if (next_line_ && frame.now < *next_line_) return;
  if (!next_line_) next_line_ = plan_.start;
  WriteLine(frame);
  while (*next_line_ <= frame.now) *next_line_ += style_.line_every;
}

void Painter::Remember(const Frame& frame) {
  highest_ = std::max({highest_, frame.demand_vcpu, frame.Ready()});
  const Duration since = frame.now - plan_.start;
  if (since < Duration(0) || since >= plan_.length) return;
  const auto index = static_cast<std::size_t>(since * static_cast<int>(kColumns) / plan_.length);
  std::optional<ChartColumn>& column = columns_[index];
  if (!column) column.emplace();
  column->demand = std::max(column->demand, frame.demand_vcpu);
  column->by_provider.clear();
  for (const Frame::Share& share : frame.by_provider) {
    column->by_provider.push_back(share.ready_vcpu);
  }
}

void Painter::DrawLive(const Frame& frame) {
  std::vector<std::string> lines = Head(frame);
  for (const auto& more : {ChartLines(), Legend(frame), EventLines()}) {
    lines.insert(lines.end(), more.begin(), more.end());
  }
  std::string text;
  if (lines_drawn_ > 0) text += fmt::format("\x1b[{}A", lines_drawn_);
  for (const std::string& line : lines) text += "\r" + line + "\x1b[K\n";
  lines_drawn_ = lines.size();
  out_ << text << std::flush;
}

void Painter::WriteLine(const Frame& frame) {
  std::string head = fmt::format("{:>5}{:>8}{:>7}{:>8}{:>9}{:>10}", "time", "demand", "ready",
                                 "coming", "cost", "violated");
  std::string line = fmt::format("{:>5}{:>8.0f}{:>7.0f}{:>8.0f}{:>9.2f}{:>10}", TimeOf(frame.now),
                                 frame.demand_vcpu, frame.Ready(), frame.Coming(),
                                 frame.cost.ToDouble(), HoursAndMinutes(frame.violated));
  for (std::size_t i = 0; i < plan_.providers.size(); ++i) {
    const std::string& name = plan_.providers[i];
    const std::size_t width = std::max<std::size_t>(name.size(), 3) + 2;
    head += fmt::format("{:>{}}", name, width);
    line += fmt::format("{:>{}.0f}", frame.by_provider[i].ready_vcpu, width);
  }
  if (lines_drawn_++ == 0) out_ << Cut(head, kWidth) << "\n";
  out_ << Cut(line, kWidth) << "\n" << std::flush;
}

// The demo's own time: it begins at 00:00 and, when it is a day, ends at 24:00.
std::string Painter::TimeOf(Time now) const {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(now - plan_.start).count();
  if (plan_.length <= std::chrono::hours(24)) {
    return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
  }
  return fmt::format("{}d {:02}:{:02}", minutes / 60 / 24, minutes / 60 % 24, minutes % 60);
}

std::vector<std::string> Painter::Head(const Frame& frame) const {
  const Duration since = frame.now - plan_.start;
  const double share = plan_.length.count() > 0 ? Seconds(since) / Seconds(plan_.length) : 1;
  const std::string when =
      fmt::format("{}  {:3.0f} %", TimeOf(frame.now), std::clamp(share, 0.0, 1.0) * 100);
  std::int64_t hosts = 0;
  for (const Frame::Share& provider : frame.by_provider) hosts += provider.hosts;
  std::string violated = "violated " + HoursAndMinutes(frame.violated);
  if (frame.is_violated) {
    violated += style_.has_colour ? "  \x1b[1;31mtoo little\x1b[0m" : "  too little";
  }
  return {
      Padded(Cut(plan_.title, kWidth - when.size() - 1), kWidth - when.size()) + when,
      fmt::format("demand {:5.0f} vCPU   ready {:5.0f}   coming {:5.0f}   hosts {:4}",
                  frame.demand_vcpu, frame.Ready(), frame.Coming(), hosts),
      fmt::format("cost {:8.2f} USD, {:.2f} an hour now   {}", frame.cost.ToDouble(),
                  frame.per_hour.ToDouble(), violated),
      "",
  };
}

std::vector<std::string> Painter::ChartLines() const {
  ChartStyle chart;
  chart.rows = kChartRows;
  chart.top = std::max(plan_.top_vcpu, highest_);
  chart.has_colour = style_.has_colour;
  std::vector<std::string> lines = DrawChart(columns_, chart);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool is_marked = i == 0 || i == lines.size() / 2;
    const double value = chart.top * static_cast<double>(lines.size() - i) / kChartRows;
    lines[i] = (is_marked ? fmt::format("{:5.0f} ┤", value) : "      │") + lines[i];
  }
  std::string axis = "    0 └";
  for (std::size_t i = 0; i < kColumns; ++i) axis += "─";
  lines.push_back(axis);
  std::string times(kAxisWidth, ' ');
  for (int quarter = 0; quarter < 4; ++quarter) {
    times += Padded(TimeOf(plan_.start + plan_.length * quarter / 4), kColumns / 4);
  }
  lines.push_back(times);
  return lines;
}

std::vector<std::string> Painter::Legend(const Frame& frame) const {
  std::vector<std::string> lines = {std::string(kAxisWidth, ' ')};
  std::size_t used = kAxisWidth;
  const auto add = [&](const std::string& swatch, const std::string& text) {
    const std::size_t width = text.size() + 5;
    if (used + width > kWidth && used > kAxisWidth) {
      lines.emplace_back(kAxisWidth, ' ');
      used = kAxisWidth;
    }
    lines.back() += swatch + " " + text + "   ";
    used += width;
  };
  for (std::size_t i = 0; i < plan_.providers.size(); ++i) {
    add(Swatch(i, style_.has_colour),
        fmt::format("{} {:4.0f}", plan_.providers[i], frame.by_provider[i].ready_vcpu));
  }
  add(kDemandMark, "demand (vCPU)");
  return lines;
}

std::vector<std::string> Painter::EventLines() const {
  std::vector<std::string> lines = {""};
  lines.insert(lines.end(), events_.begin(), events_.end());
  lines.resize(kEvents + 1);
  return lines;
}

}  // namespace spillway
