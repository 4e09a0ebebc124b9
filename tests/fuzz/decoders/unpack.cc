#include "bus/adapters/unpack.h"

#include "tests/fuzz/decoders/decoders.h"

namespace spillway::fuzz {

// The encoding, a newline, and the packed bytes.
void EatUnpack(std::string_view bytes) {
  constexpr std::size_t kMost = 1 << 16;
  const auto [encoding, packed] = SplitAt(bytes, "\n");
  const auto unpacked = adapters::Unpack(packed, encoding, kMost);
  if (const auto* text = std::get_if<std::string>(&unpacked)) {
    Require(text->size() <= kMost, "no more is made than was allowed");
    Require(adapters::IsKnownEncoding(encoding), "only what is known is unpacked");
  }
}

}  // namespace spillway::fuzz
