#include "bus/json_number.h"

namespace spillway::bus {

bool IsJsonNumber(std::string_view text) {
  std::size_t i = 0;
  const auto skip = [&](std::string_view any_of) {
    const bool is_there = i < text.size() && any_of.find(text[i]) != std::string_view::npos;
    i += is_there ? 1 : 0;
    return is_there;
  };
  const auto skip_digits = [&] {
    const std::size_t begin = i;
    while (skip("0123456789")) {
    }
    return i > begin;
  };
  skip("-");
  if (!skip("0") && !skip_digits()) return false;
  if (skip(".") && !skip_digits()) return false;
  if (skip("eE")) {
    skip("+-");
    if (!skip_digits()) return false;
  }
  return text.find_first_not_of(" \t\n\r", i) == std::string_view::npos;
}

}  // namespace spillway::bus
