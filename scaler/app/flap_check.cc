#include "scaler/app/flap_check.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <utility>

#include "policies/text.h"
#include "scaler/control/roles.h"

namespace spillway {
namespace {

// The shadow acts, beside what no shadow stands in for.
PolicyList InPlace(ParsedPolicies policies, const std::string& shadow) {
  std::erase_if(policies.acting, [](const auto& policy) { return Measures(*policy); });
  for (auto& policy : policies.shadows) {
    if (policy->name() == shadow) policies.acting.push_back(std::move(policy));
  }
  return std::move(policies.acting);
}

FreshPolicies FreshOf(const RehearsalConfig& rehearsal, const std::string& shadow) {
  if (shadow.empty()) return [&rehearsal] { return rehearsal.fresh().acting; };
  return [&rehearsal, shadow] { return InPlace(rehearsal.fresh(), shadow); };
}

}  // namespace

std::vector<FlapFinding> CheckFlapping(const AppConfig& config, const std::string& cluster,
                                       bool is_thorough) {
  std::vector<FlapFinding> findings;
  std::map<std::pair<std::string, std::string>, FlapProof> known;
  for (std::size_t i = 0; i < config.clusters.size(); ++i) {
    const ClusterSpec& spec = config.clusters[i];
    const RehearsalConfig& rehearsal = config.rehearsals[i];
    if (!cluster.empty() && spec.name != cluster) continue;
    if (rehearsal.may_flap && !is_thorough) continue;
    std::vector<std::string> shadows = {""};
    for (const auto& policy : config.shadows[i]) shadows.push_back(policy->name());
    for (const std::string& shadow : shadows) {
      const auto [proof, is_new] = known.try_emplace({rehearsal.likeness, shadow});
      if (is_new) proof->second = ProveCalm(spec, FreshOf(rehearsal, shadow));
      findings.push_back(
          {spec.name, shadow, proof->second, rehearsal.may_flap, rehearsal.path, rehearsal.line});
    }
  }
  return findings;
}

std::string SentenceOf(const FlapFinding& finding) {
  const LimitCycle& cycle = *finding.proof.cycle;
  return fmt::format(
      "a limit cycle: under a load that does not change{}, {} goes from {} to {} hosts and back "
      "every {}{}",
      cycle.load == "constant" ? "" : " any more " + cycle.load, finding.cluster, cycle.least,
      cycle.most, SpanText(cycle.period),
      finding.shadow.empty() ? "" : ", were " + finding.shadow + " to act");
}

}  // namespace spillway
