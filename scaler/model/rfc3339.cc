#include "scaler/model/rfc3339.h"

#include <cctype>
#include <cstdio>

namespace spillway {
namespace {

// Takes pieces off the front of a text; once something did not fit, everything is refused.
class Pieces {
 public:
  explicit Pieces(std::string_view text) : rest_(text) {}

  // Exactly `digits` digits, at most `most`.
  int Number(std::size_t digits, int most) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) value = value * 10 + Digit();
    fits_ = fits_ && value <= most;
    return value;
  }
  // One of `any`, which is given back; 0 when it is another.
  char OneOf(std::string_view any) {
    if (rest_.empty() || any.find(rest_.front()) == std::string_view::npos) {
      fits_ = false;
      return 0;
    }
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  // ".25" as 250; 0 when there is no fraction.
  int Milliseconds() {
    if (rest_.empty() || rest_.front() != '.') return 0;
    rest_.remove_prefix(1);
    int value = 0;
    int place = 100;
    do {
      value += Digit() * place;
      place /= 10;
    } while (fits_ && !rest_.empty() && std::isdigit(static_cast<unsigned char>(rest_.front())));
    return value;
  }
  bool FitsWholly() const { return fits_ && rest_.empty(); }

 private:
  int Digit() {
    const char c = OneOf("0123456789");
    return c == 0 ? 0 : c - '0';
  }

  std::string_view rest_;
  bool fits_ = true;
};

Duration Offset(Pieces& pieces) {
  const char sign = pieces.OneOf("Zz+-");
  if (sign != '+' && sign != '-') return Duration(0);
  const std::chrono::hours hours(pieces.Number(2, 23));
  pieces.OneOf(":");
  const Duration offset = hours + std::chrono::minutes(pieces.Number(2, 59));
  return sign == '-' ? -offset : offset;
}

}  // namespace

std::optional<Time> ParseRfc3339(std::string_view text) {
  Pieces pieces(text);
  const std::chrono::year year(pieces.Number(4, 9999));
  pieces.OneOf("-");
  const std::chrono::month month(static_cast<unsigned>(pieces.Number(2, 12)));
  pieces.OneOf("-");
  const std::chrono::day day(static_cast<unsigned>(pieces.Number(2, 31)));
  pieces.OneOf("Tt ");
  Duration of_day = std::chrono::hours(pieces.Number(2, 23));
  pieces.OneOf(":");
  of_day += std::chrono::minutes(pieces.Number(2, 59));
  pieces.OneOf(":");
  of_day += std::chrono::seconds(pieces.Number(2, 59));
  of_day += Duration(pieces.Milliseconds());
  const Duration offset = Offset(pieces);

  const std::chrono::year_month_day date(year, month, day);
  if (!pieces.FitsWholly() || !date.ok()) return std::nullopt;
  return Time(std::chrono::sys_days(date)) + of_day - offset;
}

std::string TimeText(Time t) {
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(t - day));
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02ld:%02ld:%02ldZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), clock.hours().count(), clock.minutes().count(),
                clock.seconds().count());
  return text;
}

}  // namespace spillway
