// What the simulated deployments have in common: a rack of three machines, dearer clouds, and the
// cluster that bursts onto them.
#pragma once

#include <fmt/format.h>

#include <string>

namespace spillway::sim {

// Texts of YAML.
struct WorldParts {
  std::string rack_faults = "";     // members of the rack's `faults`
  std::string clouds;               // entries of `providers`
  std::string manager_faults = "";  // members of the manager's `faults`
  std::string objective = "";       // of the cluster: a line, or nothing
  std::string policies;             // of the cluster
  std::string ladder;               // above the rack
};

inline std::string WorldConfig(const WorldParts& parts) {
  return fmt::format(R"(
version: 1
store: {{type: memory}}
bus: {{inbound: [{{socket: pull, bind: "inproc://unused"}}]}}
control: {{evaluate_at_least_every: 30s}}
provision: {{sweep_interval: 3m, ready_look_interval: 60s, look_interval: 10s}}
providers:
  rack:
    type: simulated
    profile: onprem
    stock: 3
    machine: {{vcpu: 8, memory: 32GiB, price_per_hour: 0.05}}
    faults: {{{}}}
{}
registrars:
  manager: {{type: simulated, enrol: 10s, evacuate: 40s, faults: {{{}}}}}
clusters:
  - name: edge
    workload: application_containers
    hypervisor: lxc
    registrar: manager
    host_size: {{vcpu: 8, memory: 16GiB}}
    limits:
      hosts: {{min: 1, max: 24}}
      cooldown: {{out: 0s, in: 2m}}
      stabilisation: {{out: 0s, in: 3m}}
      min_lifetime: 2m
    money: {{per_hour: 4, per_month: 400}}
    {}
    policies:
{}
    ladder:
      - {{name: rack, provider: rack, cluster_type: metal, max_hosts: 3}}
{}
)",
                     parts.rack_faults, parts.clouds, parts.manager_faults, parts.objective,
                     parts.policies, parts.ladder);
}

}  // namespace spillway::sim
