#include "scaler/model/names.h"

#include <array>
#include <utility>

namespace spillway {
namespace {

using std::pair;
using Word = std::string_view;

constexpr std::array kErrorKinds = {
    pair{ErrorKind::kTransient, Word("transient")},
    pair{ErrorKind::kThrottled, Word("throttled")},
    pair{ErrorKind::kNoCapacity, Word("no_capacity")},
    pair{ErrorKind::kQuota, Word("quota")},
    pair{ErrorKind::kNotFound, Word("not_found")},
    pair{ErrorKind::kDenied, Word("denied")},
    pair{ErrorKind::kInvalid, Word("invalid")},
    pair{ErrorKind::kConflict, Word("conflict")},
    pair{ErrorKind::kUnknownOutcome, Word("unknown_outcome")},
};
constexpr std::array kHostStates = {
    pair{HostState::kRequested, Word("requested")},
    pair{HostState::kCreating, Word("creating")},
    pair{HostState::kBooting, Word("booting")},
    pair{HostState::kConfiguring, Word("configuring")},
    pair{HostState::kEnrolling, Word("enrolling")},
    pair{HostState::kReady, Word("ready")},
    pair{HostState::kCordoned, Word("cordoned")},
    pair{HostState::kDraining, Word("draining")},
    pair{HostState::kRemoving, Word("removing")},
    pair{HostState::kGone, Word("gone")},
    pair{HostState::kFailed, Word("failed")},
};
constexpr std::array kHostGoals = {
    pair{HostGoal::kServe, Word("serve")},
    pair{HostGoal::kDrained, Word("drained")},
    pair{HostGoal::kRetire, Word("retire")},
};
constexpr std::array kWindowFunctions = {
    pair{WindowFunction::kLast, Word("last")}, pair{WindowFunction::kMean, Word("mean")},
    pair{WindowFunction::kMin, Word("min")},   pair{WindowFunction::kMax, Word("max")},
    pair{WindowFunction::kSum, Word("sum")},   pair{WindowFunction::kQuantile, Word("quantile")},
    pair{WindowFunction::kRate, Word("rate")}, pair{WindowFunction::kSlope, Word("slope")},
};
constexpr std::array kCombines = {
    pair{Combine::kMean, Word("mean")},         pair{Combine::kSum, Word("sum")},
    pair{Combine::kMin, Word("min")},           pair{Combine::kMax, Word("max")},
    pair{Combine::kQuantile, Word("quantile")}, pair{Combine::kPool, Word("pool")},
};
constexpr std::array kSignalStates = {
    pair{SignalState::kFresh, Word("fresh")},          pair{SignalState::kPartial, Word("partial")},
    pair{SignalState::kStale, Word("stale")},          pair{SignalState::kMissing, Word("missing")},
    pair{SignalState::kNotFinite, Word("not_finite")},
};
constexpr std::array kRecommendationKinds = {
    pair{RecommendationKind::kTarget, Word("target")},
    pair{RecommendationKind::kFloor, Word("floor")},
    pair{RecommendationKind::kCeiling, Word("ceiling")},
    pair{RecommendationKind::kAbstain, Word("abstain")},
    pair{RecommendationKind::kUnknown, Word("unknown")},
};
constexpr std::array kVerdicts = {
    pair{Verdict::kGrow, Word("grow")},
    pair{Verdict::kHold, Word("hold")},
    pair{Verdict::kShrink, Word("shrink")},
};

}  // namespace

std::string_view Name(ErrorKind kind) { return NameIn(kErrorKinds, kind); }
std::optional<ErrorKind> ErrorKindFrom(std::string_view name) { return ValueIn(kErrorKinds, name); }

std::string_view Name(HostState state) { return NameIn(kHostStates, state); }
std::optional<HostState> HostStateFrom(std::string_view name) { return ValueIn(kHostStates, name); }

std::string_view Name(HostGoal goal) { return NameIn(kHostGoals, goal); }
std::optional<HostGoal> HostGoalFrom(std::string_view name) { return ValueIn(kHostGoals, name); }

std::string_view Name(WindowFunction function) { return NameIn(kWindowFunctions, function); }
std::optional<WindowFunction> WindowFunctionFrom(std::string_view name) {
  return ValueIn(kWindowFunctions, name);
}

std::string_view Name(Combine combine) { return NameIn(kCombines, combine); }
std::optional<Combine> CombineFrom(std::string_view name) { return ValueIn(kCombines, name); }

std::string_view Name(SignalState state) { return NameIn(kSignalStates, state); }
std::optional<SignalState> SignalStateFrom(std::string_view name) {
  return ValueIn(kSignalStates, name);
}

std::string_view Name(RecommendationKind kind) { return NameIn(kRecommendationKinds, kind); }
std::optional<RecommendationKind> RecommendationKindFrom(std::string_view name) {
  return ValueIn(kRecommendationKinds, name);
}

std::string_view Name(Verdict verdict) { return NameIn(kVerdicts, verdict); }
std::optional<Verdict> VerdictFrom(std::string_view name) { return ValueIn(kVerdicts, name); }

}  // namespace spillway
