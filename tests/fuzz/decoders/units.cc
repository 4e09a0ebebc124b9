#include "scaler/runtime/units.h"

#include "scaler/model/rfc3339.h"
#include "tests/fuzz/decoders/decoders.h"

namespace spillway::fuzz {

void EatUnits(std::string_view bytes) {
  if (const auto duration = ParseDuration(bytes)) {
    Require(ParseDuration(FormatDuration(*duration)) == duration, "a duration is read back");
  }
  if (const auto mib = ParseMemoryMib(bytes)) {
    Require(ParseMemoryMib(FormatMemoryMib(*mib)) == mib, "an amount of memory is read back");
  }
  if (const auto time = ParseRfc3339(bytes)) {
    const auto again = ParseRfc3339(TimeText(*time));
    Require(again && *again <= *time && *time < *again + std::chrono::seconds(1),
            "a time is read back but for its fraction");
  }
}

}  // namespace spillway::fuzz
