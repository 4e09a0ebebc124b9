#include "scaler/decide/stabilise.h"

#include <algorithm>
#include <cstddef>

namespace spillway {
namespace {

constexpr std::int64_t kSpansPerWindow = 64;

// Whether the i-th span reaches into the window that began at `from`: it lasts until the next.
bool Reaches(const std::vector<WantedSpan>& history, std::size_t i, Time from) {
  return i + 1 == history.size() || history[i + 1].since > from;
}

std::int64_t Hold(std::int64_t wanted, std::int64_t previous, std::int64_t least,
                  std::int64_t most) {
  if (wanted > previous) return std::max(previous, std::min(wanted, least));
  return std::min(previous, std::max(wanted, most));
}

}  // namespace

void Remember(ClusterState& state, const Capacity& wanted, const PerDirection<Duration>& windows,
              Time now) {
  if (state.history.empty()) state.window_since = now;
  const Duration longer = std::max(windows.out, windows.in);
  const bool open_new =
      state.history.empty() || now - state.history.back().since >= longer / kSpansPerWindow;
  const bool same = !state.history.empty() && state.history.back().least == wanted &&
                    state.history.back().most == wanted;
  if (open_new && !same) {
    state.history.push_back({now, wanted, wanted});
  } else {
    WantedSpan& span = state.history.back();
    span.least = Min(span.least, wanted);
    span.most = Max(span.most, wanted);
  }
  std::size_t unreachable = 0;
  while (!Reaches(state.history, unreachable, now - longer)) ++unreachable;
  state.history.erase(state.history.begin(),
                      state.history.begin() + static_cast<std::ptrdiff_t>(unreachable));
}

Capacity Stabilised(const ClusterState& state, const Capacity& wanted, const Capacity& previous,
                    const PerDirection<Duration>& windows, Time now) {
  Capacity least = wanted;
  Capacity most = wanted;
  for (std::size_t i = 0; i < state.history.size(); ++i) {
    const WantedSpan& span = state.history[i];
    if (windows.out > Duration(0) && Reaches(state.history, i, now - windows.out)) {
      least = Min(least, span.least);
    }
    if (windows.in > Duration(0) && Reaches(state.history, i, now - windows.in)) {
      most = Max(most, span.most);
    }
  }
  if (now - state.window_since < windows.out) least = Min(least, previous);
  if (now - state.window_since < windows.in) most = Max(most, previous);
  return {Hold(wanted.vcpu, previous.vcpu, least.vcpu, most.vcpu),
          Hold(wanted.memory_mib, previous.memory_mib, least.memory_mib, most.memory_mib)};
}

}  // namespace spillway
