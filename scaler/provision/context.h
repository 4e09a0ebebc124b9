// What provisioning works with; put together once in app/, handed to each of its parts.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "providers/provider.h"
#include "providers/registrar.h"
#include "scaler/model/cluster.h"
#include "scaler/provision/config.h"
#include "scaler/runtime/event_loop.h"
#include "scaler/runtime/log.h"
#include "scaler/runtime/metrics.h"
#include "scaler/runtime/random.h"
#include "scaler/runtime/workers.h"
#include "scaler/store/journal.h"

namespace spillway {

// By name in the configuration; nothing in it is null.
using ProviderSet = std::map<std::string, std::unique_ptr<Provider>>;
using RegistrarSet = std::map<std::string, std::unique_ptr<Registrar>>;

// All that is referred to outlives what it is given to.
struct ProvisionContext {
  EventLoop& loop;
  Workers& workers;
  Journal& journal;
  Log& log;
  Metrics& metrics;
  Random& random;
  const ProviderSet& providers;
  const RegistrarSet& registrars;
  const std::vector<ClusterSpec>& clusters;
  std::string owner;  // the deployment's id: the tag that says "ours"
  ProvisionConfig config;

  // Null when the configuration has none of that name: a stored host may outlive its cluster there.
  const ClusterSpec* FindCluster(std::string_view name) const;
};

}  // namespace spillway
