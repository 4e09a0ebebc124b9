#include "scaler/backtest/report.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "scaler/runtime/units.h"

namespace spillway {

// Defined in a source that the build makes of report.html.
extern const char* const kReportPage;

namespace {

using nlohmann::json;

// A page can draw so many points of a series, and be read by a browser, with many policies.
constexpr std::size_t kMostBuckets = 2400;
constexpr const char* kPlace = "/*DATA*/null";

// Stretches of the scored steps, as many in each.
struct Buckets {
  explicit Buckets(const Course& course)
      : first(course.scored_from),
        per((course.scored() + kMostBuckets - 1) / kMostBuckets),
        count((course.scored() + per - 1) / per),
        end(course.size()) {}

  // Calls visit(k) for each step of bucket b.
  template <class F>
  void ForEach(std::size_t b, F&& visit) const {
    const std::size_t from = first + b * per;
    for (std::size_t k = from; k < std::min(from + per, end); ++k) visit(k);
  }

  std::size_t first;
  std::size_t per;
  std::size_t count;
  std::size_t end;
};

template <class T>
json LargestOf(const Buckets& buckets, const std::vector<T>& series) {
  json values = json::array();
  for (std::size_t b = 0; b < buckets.count; ++b) {
    T largest{};
    buckets.ForEach(b, [&](std::size_t k) { largest = std::max(largest, series[k]); });
    values.push_back(largest);
  }
  return values;
}

json SmallestOf(const Buckets& buckets, const std::vector<std::int32_t>& series) {
  json values = json::array();
  for (std::size_t b = 0; b < buckets.count; ++b) {
    std::int32_t smallest = std::numeric_limits<std::int32_t>::max();
    buckets.ForEach(b, [&](std::size_t k) { smallest = std::min(smallest, series[k]); });
    values.push_back(smallest);
  }
  return values;
}

// Running sum of amount(k) at the end of each bucket, to a hundredth.
template <class F>
json RunningSum(const Buckets& buckets, F&& amount) {
  json values = json::array();
  double sum = 0;
  for (std::size_t b = 0; b < buckets.count; ++b) {
    buckets.ForEach(b, [&](std::size_t k) { sum += amount(k); });
    values.push_back(std::round(sum * 100) / 100);
  }
  return values;
}

json ViolatedOf(const Buckets& buckets, const Course& course, const FleetHistory& run) {
  json values = json::array();
  for (std::size_t b = 0; b < buckets.count; ++b) {
    int violated = 0;
    buckets.ForEach(b, [&](std::size_t k) { violated += run.ready[k] < course.need[k] ? 1 : 0; });
    values.push_back(violated);
  }
  return values;
}

json BoutJson(const Buckets& buckets, const Course& course, const Bout& bout) {
  return {{"outcome", ToJson(bout.outcome)},
          {"settings", bout.settings},
          {"ready", SmallestOf(buckets, bout.run.ready)},
          {"ready_most", LargestOf(buckets, bout.run.ready)},
          {"booting", LargestOf(buckets, bout.run.booting)},
          {"violated", ViolatedOf(buckets, course, bout.run)},
          {"cost", RunningSum(buckets, [&](std::size_t k) { return bout.run.paid[k] / 3600; })}};
}

json TraceJson(const TournamentPlan& plan, std::size_t number, std::span<const Bout> bouts) {
  const Course& course = plan.courses[number];
  const Buckets buckets(course);
  json trace = {{"name", course.name},
                {"bucket_s", Seconds(course.step) * static_cast<double>(buckets.per)},
                {"need", LargestOf(buckets, course.need)},
                {"need_cost", RunningSum(buckets,
                                         [&](std::size_t k) {
                                           return static_cast<double>(course.need[k]) *
                                                  Hours(course.step);
                                         })},
                {"bouts", json::array()}};
  for (const Bout& bout : bouts) {
    if (bout.course == number) trace["bouts"].push_back(BoutJson(buckets, course, bout));
  }
  return trace;
}

json ModelJson(const BacktestModel& model) {
  return {{"boot", FormatDuration(model.boot)},
          {"violation_budget", model.violation_budget},
          {"step", FormatDuration(model.step)},
          {"billing_step", FormatDuration(model.billing.step)},
          {"minimum", FormatDuration(model.billing.minimum)},
          {"start_failures", model.start_failures}};
}

json SweepJson(const TournamentPlan& plan, const std::optional<SettingRange>& sweep) {
  if (!sweep) return nullptr;
  const auto text = [](const json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
  };
  json groups = json::array();
  for (std::size_t i = 0; i < plan.policies.size(); ++i) {
    if (i % sweep->values.size() == 0) groups.push_back(json::array());
    groups.back().push_back(i);
  }
  return {{"key", sweep->key},
          {"from", text(sweep->values.front())},
          {"to", text(sweep->values.back())},
          {"groups", groups}};
}

// As a script of HTML may hold it.
std::string ForScript(const json& data) {
  std::string text = data.dump(-1, ' ', false, json::error_handler_t::replace);
  for (std::size_t at = text.find("</"); at != std::string::npos; at = text.find("</", at + 3)) {
    text.insert(at + 1, "\\");
  }
  return text;
}

}  // namespace

std::string ReportHtml(const TournamentPlan& plan, std::span<const Bout> bouts,
                       const std::optional<SettingRange>& sweep) {
  json data = {{"model", ModelJson(plan.model)},
               {"policies", json::array()},
               {"traces", json::array()},
               {"sweep", SweepJson(plan, sweep)}};
  for (const PolicySpec& policy : plan.policies) data["policies"].push_back(policy.label());
  for (std::size_t i = 0; i < plan.courses.size(); ++i) {
    data["traces"].push_back(TraceJson(plan, i, bouts));
  }
  std::string page = kReportPage;
  const std::size_t place = page.find(kPlace);
  return page.replace(place, std::string_view(kPlace).size(), ForScript(data));
}

}  // namespace spillway
