#include "bus/adapters/unpack.h"

#include <gtest/gtest.h>
#include <snappy.h>
#include <zlib.h>

#include "tests/unit/bus/adapters/gzip.h"

namespace spillway::adapters {
namespace {

std::string Snappy(const std::string& text) {
  std::string packed;
  snappy::Compress(text.data(), text.size(), &packed);
  return packed;
}

TEST(Unpack, GivesTheBytesThatWerePacked) {
  const std::string text(100'000, 'x');
  struct Row {
    const char* encoding;
    std::string packed;
  };
  for (const Row& row : {Row{"", text}, Row{"identity", text}, Row{"gzip", Gzip(text)},
                         Row{"deflate", Zlib(text)}, Row{"snappy", Snappy(text)}}) {
    const auto unpacked = Unpack(row.packed, row.encoding, text.size());
    ASSERT_TRUE(std::holds_alternative<std::string>(unpacked)) << row.encoding;
    EXPECT_EQ(std::get<std::string>(unpacked), text) << row.encoding;
  }
  EXPECT_EQ(std::get<std::string>(Unpack(Gzip("one ") + Gzip("two"), "gzip", 100)), "one two");
  EXPECT_EQ(std::get<std::string>(Unpack(Gzip(""), "gzip", 100)), "");
}

TEST(Unpack, RefusesWhatIsDamagedOrTooLarge) {
  const std::string text(100'000, 'x');
  struct Row {
    const char* what;
    const char* encoding;
    std::string packed;
    Loss expected;
  };
  const Row rows[] = {
      {"over the limit", "", text, Loss::kTooLarge},
      {"a small body that grows", "gzip", Gzip(text), Loss::kTooLarge},
      {"the same as snappy", "snappy", Snappy(text), Loss::kTooLarge},
      {"snappy that claims 4 GiB", "snappy", std::string("\xff\xff\xff\xff\x0f", 5),
       Loss::kTooLarge},
      {"snappy that claims 900 bytes", "snappy", std::string("\x84\x07", 2), Loss::kBadEncoding},
      {"nothing as gzip", "gzip", "", Loss::kBadEncoding},
      {"nothing as snappy", "snappy", "", Loss::kBadEncoding},
      {"no gzip", "gzip", "hello, world", Loss::kBadEncoding},
      {"gzip torn off", "gzip", Gzip("hello").substr(0, 15), Loss::kBadEncoding},
      {"gzip and something else", "gzip", Gzip("hello") + "garbage", Loss::kBadEncoding},
      {"an encoding we do not know", "zstd", "hello", Loss::kBadEncoding},
  };
  for (const Row& row : rows) {
    const auto unpacked = Unpack(row.packed, row.encoding, 1'000);
    ASSERT_TRUE(std::holds_alternative<Lost>(unpacked)) << row.what;
    EXPECT_EQ(Name(std::get<Lost>(unpacked).reason), Name(row.expected)) << row.what;
  }
}

}  // namespace
}  // namespace spillway::adapters
