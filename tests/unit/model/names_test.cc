#include "scaler/model/names.h"

#include <gtest/gtest.h>

#include <set>

#include "providers/provider.h"
#include "providers/registrar.h"

namespace spillway {
namespace {

// Every enumerator from the first to `last` has a word of its own, and `from` leads back.
template <class E>
void ExpectWords(E last, std::optional<E> (*from)(std::string_view)) {
  std::set<std::string_view> words;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    const E value = static_cast<E>(i);
    const std::string_view word = Name(value);
    EXPECT_TRUE(words.insert(word).second) << word << " twice";
    if (from != nullptr) {
      EXPECT_EQ(from(word), value) << word;
    }
  }
  if (from != nullptr) {
    EXPECT_EQ(from("no such word"), std::nullopt);
  }
}

TEST(Names, EveryEnumeratorHasItsWordBothWays) {
  ExpectWords(ErrorKind::kUnknownOutcome, ErrorKindFrom);
  ExpectWords(HostState::kFailed, HostStateFrom);
  ExpectWords(HostGoal::kRetire, HostGoalFrom);
  ExpectWords(WindowFunction::kSlope, WindowFunctionFrom);
  ExpectWords(Combine::kPool, CombineFrom);
  ExpectWords(SignalState::kNotFinite, SignalStateFrom);
  ExpectWords(RecommendationKind::kUnknown, RecommendationKindFrom);
  ExpectWords(Verdict::kShrink, VerdictFrom);
  ExpectWords(Workload::kKubernetes, WorkloadFrom);
  ExpectWords(ClusterType::kVirtual, ClusterTypeFrom);
  ExpectWords(Hypervisor::kLxc, HypervisorFrom);
  ExpectWords<MachineState>(MachineState::kUnknown, nullptr);
  ExpectWords<EnrolmentState>(EnrolmentState::kAbsent, nullptr);
}

}  // namespace
}  // namespace spillway
