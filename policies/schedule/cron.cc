#include "policies/schedule/cron.h"

#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "policies/schedule/cron_field.h"

namespace spillway {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::minutes;

constexpr days kHorizon(50 * 366);
constexpr minutes kLastMinute(24 * 60 - 1);

constexpr std::array<std::string_view, 12> kMonthNames = {"jan", "feb", "mar", "apr", "may", "jun",
                                                          "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekdayNames = {"sun", "mon", "tue", "wed",
                                                           "thu", "fri", "sat"};
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kWords = {{
    {"@hourly", "0 * * * *"},
    {"@daily", "0 0 * * *"},
    {"@midnight", "0 0 * * *"},
    {"@weekly", "0 0 * * 0"},
    {"@monthly", "0 0 1 * *"},
    {"@yearly", "0 0 1 1 *"},
    {"@annually", "0 0 1 1 *"},
}};

Error Invalid(std::string text) { return {ErrorKind::kInvalid, "cron", "", std::move(text)}; }

std::string_view WithoutWord(std::string_view expression) {
  for (const auto& [word, meaning] : kWords) {
    if (expression == word) return meaning;
  }
  return expression;
}

std::vector<std::string_view> Fields(std::string_view expression) {
  std::vector<std::string_view> fields;
  constexpr std::string_view kBlank = " \t";
  std::size_t begin = expression.find_first_not_of(kBlank);
  while (begin != std::string_view::npos) {
    const std::size_t end = std::min(expression.find_first_of(kBlank, begin), expression.size());
    fields.push_back(expression.substr(begin, end - begin));
    begin = expression.find_first_not_of(kBlank, end);
  }
  return fields;
}

template <std::size_t N>
std::optional<Error> Fill(std::bitset<N>& set, std::string_view text, const CronFieldRule& rule) {
  const Result<std::vector<int>> values = ParseCronField(text, rule);
  if (!values) return values.error();
  for (const int value : *values) set.set(static_cast<std::size_t>(value));
  return std::nullopt;
}

}  // namespace

Result<Cron> Cron::Parse(std::string_view expression) {
  const std::vector<std::string_view> fields = Fields(WithoutWord(expression));
  if (fields.size() != 5) {
    return Invalid(
        "expected five fields, minute hour day-of-month month day-of-week, or a word such as "
        "@daily");
  }
  Cron cron;
  const std::array errors = {
      Fill(cron.minutes_, fields[0], {"minute", 0, 59}),
      Fill(cron.hours_, fields[1], {"hour", 0, 23}),
      Fill(cron.days_, fields[2], {"day of month", 1, 31}),
      Fill(cron.months_, fields[3], {"month", 1, 12, kMonthNames, 1}),
      Fill(cron.weekdays_, fields[4], {"day of week", 0, 7, kWeekdayNames, 0}),
  };
  for (const auto& error : errors) {
    if (error) return *error;
  }
  if (cron.weekdays_[7]) cron.weekdays_.set(0);
  cron.any_day_ = fields[2].front() == '*';
  cron.any_weekday_ = fields[4].front() == '*';
  if (!cron.After(local_days(std::chrono::year(2000) / 1 / 1))) {
    return Invalid("never occurs: no month has such a day");
  }
  return cron;
}

bool Cron::FitsDay(local_days day) const {
  const std::chrono::year_month_day date(day);
  if (!months_[static_cast<unsigned>(date.month())]) return false;
  const bool fits_day = days_[static_cast<unsigned>(date.day())];
  const bool fits_weekday = weekdays_[std::chrono::weekday(day).c_encoding()];
  return any_day_ || any_weekday_ ? fits_day && fits_weekday : fits_day || fits_weekday;
}

std::optional<minutes> Cron::FirstOfDay(minutes from) const {
  for (minutes m = from; m <= kLastMinute; ++m) {
    if (hours_[static_cast<std::size_t>(m.count() / 60)] &&
        minutes_[static_cast<std::size_t>(m.count() % 60)]) {
      return m;
    }
  }
  return std::nullopt;
}

std::optional<minutes> Cron::LastOfDay(minutes upto) const {
  for (minutes m = upto; m >= minutes(0); --m) {
    if (hours_[static_cast<std::size_t>(m.count() / 60)] &&
        minutes_[static_cast<std::size_t>(m.count() % 60)]) {
      return m;
    }
  }
  return std::nullopt;
}

std::optional<LocalMinute> Cron::After(LocalMinute t) const {
  const LocalMinute from = t + minutes(1);
  const local_days today = std::chrono::floor<days>(from);
  for (local_days day = today; day <= today + kHorizon; day += days(1)) {
    if (!FitsDay(day)) continue;
    const auto minute = FirstOfDay(day == today ? from - today : minutes(0));
    if (minute) return day + *minute;
  }
  return std::nullopt;
}

std::optional<LocalMinute> Cron::AtOrBefore(LocalMinute t) const {
  const local_days today = std::chrono::floor<days>(t);
  for (local_days day = today; day >= today - kHorizon; day -= days(1)) {
    if (!FitsDay(day)) continue;
    const auto minute = LastOfDay(day == today ? t - today : kLastMinute);
    if (minute) return day + *minute;
  }
  return std::nullopt;
}

}  // namespace spillway
