#include "scaler/app/cluster_load.h"

namespace spillway {
namespace {

std::optional<SignalSpec> UtilisationOf(const PolicyList& policies) {
  for (const auto& policy : policies) {
    for (std::size_t i = 0; i < policy->signals().size(); ++i) {
      if (policy->measure(i) == Measure::kUtilisation) return policy->signals()[i];
    }
  }
  return std::nullopt;
}

// A negative load is nonsense, and hence none.
std::optional<double> NotNegative(double vcpu) {
  return vcpu >= 0 ? std::optional(vcpu) : std::nullopt;
}

}  // namespace

ClusterLoad::ClusterLoad(const AppConfig& config) {
  for (std::size_t i = 0; i < config.clusters.size(); ++i) {
    const ClusterSpec& cluster = config.clusters[i];
    measured_[cluster.name] = {config.rehearsals[i].objective, UtilisationOf(config.policies[i]),
                               static_cast<double>(cluster.host_size.vcpu)};
  }
}

LoadLook ClusterLoad::Look(const ClusterSummary& cluster, const Observations& observations,
                           Time now) const {
  LoadLook look;
  const auto known = measured_.find(cluster.name);
  if (known == measured_.end()) return look;
  const Measured& measured = known->second;
  const auto ready = static_cast<double>(cluster.ready.vcpu);
  if (const auto& objective = measured.objective) {
    const double hosts = ready / measured.host_vcpu;
    const auto value = ValueOf(*objective, cluster.name, hosts, observations, now);
    if (value) look.is_violated = *value > objective->limit;
    const Signal signal = observations.Evaluate(cluster.name, objective->signal, now);
    if (signal.has_value() && objective->measure == Measure::kUtilisation) {
      look.vcpu = NotNegative(signal.value * ready);
    } else if (signal.has_value() && objective->measure == Measure::kLoad) {
      look.vcpu = NotNegative(signal.value / objective->limit * measured.host_vcpu);
    }
  }
  if (!look.vcpu && measured.utilisation) {
    const Signal signal = observations.Evaluate(cluster.name, *measured.utilisation, now);
    if (signal.has_value()) look.vcpu = NotNegative(signal.value * ready);
  }
  return look;
}

}  // namespace spillway
