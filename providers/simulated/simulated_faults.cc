#include "providers/simulated/simulated_faults.h"

#include <algorithm>

namespace spillway {
namespace {

// FNV-1a.
std::uint64_t HashOf(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  return hash;
}

}  // namespace

const std::array<std::pair<SimulatedFault, std::string_view>, 16> kSimulatedFaults = {{
    {SimulatedFault::kThrottled, "throttled"},
    {SimulatedFault::kTransient, "transient"},
    {SimulatedFault::kLostRequest, "lost_request"},
    {SimulatedFault::kLostAnswer, "lost_answer"},
    {SimulatedFault::kNoCapacity, "no_capacity"},
    {SimulatedFault::kGhost, "ghost"},
    {SimulatedFault::kNoStart, "no_start"},
    {SimulatedFault::kSlowBoot, "slow_boot"},
    {SimulatedFault::kUnreachable, "unreachable"},
    {SimulatedFault::kDies, "dies"},
    {SimulatedFault::kInvisible, "invisible"},
    {SimulatedFault::kPartialList, "partial_list"},
    {SimulatedFault::kDeleteFails, "delete_fails"},
    {SimulatedFault::kDeleteLags, "delete_lags"},
    {SimulatedFault::kStuckEnrolment, "stuck_enrolment"},
    {SimulatedFault::kSlowEvacuation, "slow_evacuation"},
}};

double SimulatedFaults::Chance(SimulatedFault fault, Duration since_birth,
                               std::string_view offer) const {
  const auto always = chance.find(fault);
  double most = always == chance.end() ? 0 : always->second;
  for (const FaultSpan& span : spans) {
    const bool applies = span.fault == fault && since_birth >= span.from &&
                         since_birth < span.until && (span.offer.empty() || span.offer == offer);
    if (applies) most = std::max(most, span.chance);
  }
  return most;
}

Random SimulatedLuck::ForCall(const std::string& call) {
  return ForThing(call + "#" + std::to_string(calls_[call]++));
}

Random SimulatedLuck::ForThing(std::string_view name) const { return Random(seed_ ^ HashOf(name)); }

}  // namespace spillway
