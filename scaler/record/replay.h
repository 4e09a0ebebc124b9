// A stretch of production run again: what was recorded goes through windows, policies, decision and
// plan once more.
//
// With the configuration of the recording every decision must come out as it was, byte for byte.
// With another its policies are asked in the place of those that acted, with a fleet of their own
// (rehearsal/shadow.h says how it behaves), and what they would have done, cost and missed stands
// beside what was. Its windows reach over the ends of segments; the time in which the service was
// away counts for neither.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scaler/record/player.h"
#include "scaler/rehearsal/shadow_score.h"

namespace spillway {

// A stretch; what lies outside is run, too, and not told.
struct ReplaySpan {
  Time from = kDistantPast;
  Time until = kDistantFuture;

  bool Has(Time t) const { return from <= t && t < until; }
};

// A decision that came out otherwise than it was recorded.
struct Deviation {
  Time time;
  std::string cluster;
  std::string recorded;  // its JSON; or a digest, where it was no news
  std::string replayed;

  friend bool operator==(const Deviation&, const Deviation&) = default;
};

struct ExactReplay {
  std::int64_t segments = 0;
  std::int64_t samples = 0;
  std::int64_t evaluations = 0;  // that were compared
  std::int64_t decisions = 0;    // of these, news
  std::int64_t deviations = 0;
  std::vector<Deviation> first;    // at most ten
  std::vector<std::string> texts;  // of all decisions that were news, as replayed
};

ExactReplay ReplayExactly(Recording& recording, const MakeSetup& make, const ReplaySpan& span = {});

// What was done, or would have been, at one moment.
struct Deed {
  Verdict verdict = Verdict::kHold;
  Capacity wanted;
  std::int64_t taken = 0;  // hosts
  std::int64_t given_back = 0;
};

struct Difference {
  Time time;
  std::string cluster;
  Deed recorded;
  Deed other;
  std::string recorded_why;
  std::string other_why;
};

struct ComparedReplay {
  std::int64_t evaluations = 0;
  std::vector<Difference> differences;  // where they take or give back otherwise
  std::vector<ShadowScore> scores;      // `acting` is what was recorded, `shadow` the other
};

// Clusters that only one of the two has are left out.
ComparedReplay ReplayWith(Recording& recording, const MakeSetup& make, ReplaySetup other,
                          const ReplaySpan& span = {});

}  // namespace spillway
