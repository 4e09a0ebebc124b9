#include "bus/adapters/pattern.h"

#include "tests/fuzz/decoders/decoders.h"

namespace spillway::fuzz {

// The pattern, a newline, and the text.
void EatPattern(std::string_view bytes) {
  const auto [pattern, text] = SplitAt(bytes, "\n");
  const auto stars = adapters::Pattern(pattern).Match(text);
  if (!stars) return;
  std::string filled;
  std::size_t next = 0;
  for (const char c : pattern) {
    if (c == '*') {
      Require(next < stars->size(), "each star stands for something");
      filled += (*stars)[next++];
    } else {
      filled += c;
    }
  }
  Require(next == stars->size() && filled == text, "the stars filled in give the text");
}

}  // namespace spillway::fuzz
