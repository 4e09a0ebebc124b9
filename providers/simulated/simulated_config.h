// The configuration of what is simulated.
//
//   providers:
//     aws-fra:
//       type: simulated
//       profile: aws              # onprem aws google digitalocean vultr equinix: plans, prices
//       plays: aws                # its row of the matrix; default: the profile
//       locations: [eu-central-1] # default: the profile's first
//       plans: [m6i.large]        # default: every plan of the profile
//       price_factor: 1.15        # on the profile's prices
//       stock: 20                 # machines of each plan at each location; default: no limit
//       quota_vcpu: 256           # of the account; default: none
//       boot: {median: 45s, sigma: 0.25}
//       deletion: 20s
//       budget: {per_second: 1, burst: 5, in_flight: 20}
//       seed: 7                   # default: from the process's seed and the name
//       site: {country: DE, latitude: 50.1, longitude: 8.7}       # onprem only
//       machine: {vcpu: 16, memory: 64GiB, price_per_hour: 0.06}  # onprem only
//       faults: {lost_answer: 0.05, spans: [{fault: no_capacity, from: 8h, until: 9h}]}
//   registrars:
//     manager: {type: simulated, enrol: 5s, evacuate: 30s, guests: 2, seed: 7, faults: {}}
#pragma once

#include <string>

#include "providers/builtin.h"

namespace spillway {

// What these make lives in PluginContext::world; without one, making throws std::logic_error.
ParsedProvider ParseSimulatedProvider(const std::string& name, const ConfigNode& node);
MakeRegistrar ParseSimulatedRegistrar(const std::string& name, const ConfigNode& node);

}  // namespace spillway
