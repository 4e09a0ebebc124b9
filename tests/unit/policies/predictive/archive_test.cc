#include "policies/predictive/archive.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

namespace spillway::predictive {
namespace {

struct Inner {
  float mean = 0;
  std::vector<std::int16_t> counts{};

  static void Fields(auto& self, auto& archive) { archive(self.mean, self.counts); }
};

struct Outer {
  std::int64_t steps = 0;
  std::array<float, 3> weights{};
  std::vector<Inner> inner = std::vector<Inner>(2);

  static void Fields(auto& self, auto& archive) { archive(self.steps, self.weights, self.inner); }
};

std::string Written(const auto& value) {
  Writer writer;
  writer(value);
  return std::move(writer).bytes();
}

TEST(PredictiveArchive, GivesBackWhatWasWritten) {
  Outer before;
  before.steps = 7;
  before.weights = {0.5F, -1, 1e-9F};
  before.inner[1] = {2.5F, {0, 0, 3, 0, -4, 0}};
  Outer after;
  const std::string bytes = Written(before);
  Reader reader(bytes);
  reader(after);
  EXPECT_TRUE(reader.is_done());
  EXPECT_EQ(after.steps, 7);
  EXPECT_EQ(after.weights, before.weights);
  EXPECT_EQ(after.inner[1].mean, 2.5F);
  EXPECT_EQ(after.inner[1].counts, before.inner[1].counts);
  EXPECT_TRUE(after.inner[0].counts.empty());
}

TEST(PredictiveArchive, CountsZerosInsteadOfWritingThem) {
  std::vector<float> mostly_empty(100'000);
  mostly_empty[5000] = 1;
  EXPECT_LT(Written(mostly_empty).size(), 64U);
}

TEST(PredictiveArchive, AnyNumbersComeBack) {
  EXPECT_TRUE(rc::check("a vector comes back", [] {
    const auto before = *rc::gen::container<std::vector<std::int64_t>>(
        rc::gen::element<std::int64_t>(0, 0, 0, 1, -5));
    std::vector<std::int64_t> after;
    const std::string bytes = Written(before);
    Reader reader(bytes);
    reader(after);
    RC_ASSERT(reader.is_done());
    RC_ASSERT(after == before);
  }));
}

TEST(PredictiveArchive, WhatIsCutOffIsNotGood) {
  Outer value;
  value.inner[0].counts = {1, 2, 3};
  const std::string bytes = Written(value);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Outer after;
    Reader reader(std::string_view(bytes).substr(0, size));
    reader(after);
    EXPECT_FALSE(reader.is_done()) << size;
  }
}

TEST(PredictiveArchive, AVectorThatHasItsSizeTakesNoOther) {
  const std::string bytes = Written(std::vector<float>{1, 2, 3});
  std::vector<float> four(4);
  Reader reader(bytes);
  reader(four);
  EXPECT_FALSE(reader.is_good());
}

}  // namespace
}  // namespace spillway::predictive
