#include "scaler/trace/span.h"

#include <fmt/core.h>

#include <charconv>
#include <cmath>

#include "scaler/runtime/digest.h"

namespace spillway {

std::string TraceOf(std::string_view deployment, std::string_view decision) {
  return Sha256Hex(fmt::format("{}/{}", deployment, decision)).substr(0, 32);
}

std::string SpanIdOf(std::string_view trace, std::string_view name, std::string_view subject) {
  return Sha256Hex(fmt::format("{}/{}/{}", trace, name, subject)).substr(0, 16);
}

// As samplers of others do it: by the last 56 bits.
bool IsSampled(std::string_view trace, double share) {
  constexpr std::size_t kDigits = 14;
  const std::string_view last = trace.substr(trace.size() - kDigits);
  std::uint64_t bits = 0;
  std::from_chars(last.data(), last.data() + last.size(), bits, 16);
  return static_cast<double>(bits) < std::ldexp(share, 4 * kDigits);
}

}  // namespace spillway
