#include "bus/adapters/reading.h"

#include <gtest/gtest.h>

#include <set>

namespace spillway::adapters {
namespace {

TEST(Loss, EachHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (int i = 0; i < kLosses; ++i) names.insert(Name(static_cast<Loss>(i)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kLosses));
  EXPECT_FALSE(names.contains("unknown"));
  EXPECT_EQ(Name(static_cast<Loss>(kLosses)), "unknown") << "kLosses is too small";
}

TEST(AddLabel, TheFirstOfANameStays) {
  Labels labels;
  AddLabel(labels, "a", "1");
  AddLabel(labels, "b", "2");
  AddLabel(labels, "a", "3");
  EXPECT_EQ(labels, (Labels{{"a", "1"}, {"b", "2"}}));
  for (std::size_t i = 0; i < 2 * kMaxReadLabels; ++i) AddLabel(labels, std::to_string(i), "");
  EXPECT_EQ(labels.size(), kMaxReadLabels);
}

}  // namespace
}  // namespace spillway::adapters
