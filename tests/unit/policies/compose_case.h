// Children that say what the test says, for policies that hold others.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "policies/policy.h"
#include "tests/unit/policies/policy_case.h"

namespace spillway::testing {

inline Recommendation Says(RecommendationKind kind, Capacity wanted, bool may_shrink = true) {
  Recommendation r;
  r.kind = kind;
  r.wanted = wanted;
  r.may_shrink = may_shrink;
  r.reason = {"said", "because", {{"figure", std::int64_t{7}}}};
  return r;
}

// In hosts of the usual size.
inline Recommendation Target(std::int64_t hosts) {
  return Says(RecommendationKind::kTarget, kHostSize * hosts);
}
inline Recommendation Floor(std::int64_t hosts) {
  return Says(RecommendationKind::kFloor, kHostSize * hosts);
}
inline Recommendation Ceiling(std::int64_t hosts) {
  return Says(RecommendationKind::kCeiling, kHostSize * hosts);
}
inline Recommendation Unknown(std::int64_t adds = 0) {
  return Says(RecommendationKind::kUnknown, kHostSize * adds, false);
}
inline Recommendation Abstains() { return Says(RecommendationKind::kAbstain, {}); }

// Always says the same. Looks at `signals` signals, and remembers how often it was asked.
class SaysAlways final : public Policy {
 public:
  SaysAlways(std::string name, Recommendation says, std::size_t signals = 0)
      : Policy(std::move(name)), says_(std::move(says)), signals_(signals) {}

  std::span<const SignalSpec> signals() const override { return signals_; }
  Recommendation Evaluate(const PolicyInput& input) override {
    ++asked_;
    seen_.assign(input.signals.begin(), input.signals.end());
    return says_;
  }
  std::string Memory() const override { return asked_ == 0 ? "" : "asked " + name() + asked(); }
  bool Recall(std::string_view memory) override {
    const std::string begin = "asked " + name();
    if (memory.substr(0, begin.size()) != begin) return false;
    asked_ = std::stoi(std::string(memory.substr(begin.size())));
    return true;
  }

  std::string asked() const { return std::to_string(asked_); }
  const std::vector<Signal>& seen() const { return seen_; }

 private:
  const Recommendation says_;
  const std::vector<SignalSpec> signals_;
  std::vector<Signal> seen_;
  int asked_ = 0;
};

// Children "a", "b", … that say these.
inline std::vector<std::unique_ptr<Policy>> Saying(const std::vector<Recommendation>& said) {
  std::vector<std::unique_ptr<Policy>> children;
  for (const Recommendation& r : said) {
    const char name = static_cast<char>('a' + children.size());
    children.push_back(std::make_unique<SaysAlways>(std::string(1, name), r));
  }
  return children;
}

}  // namespace spillway::testing
