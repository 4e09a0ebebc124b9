// A front-end that is asked for its pools: four requests each time.
#pragma once

#include <set>
#include <string>

#include "bus/adapters/opennebula/one_figures.h"
#include "bus/adapters/pulled_source.h"
#include "providers/opennebula/client/one_api.h"

namespace spillway::adapters {

struct OneSourceConfig {
  OneApi::Access access;                       // its timeout is that of all requests together
  Hypervisor hypervisor = Hypervisor::kKvm;    // one_figures.h
  Duration max_age = std::chrono::minutes(5);  // of what the hosts' monitors said
};

class OneSource final : public PulledSource {
 public:
  // `http` outlives it.
  OneSource(OneSourceConfig config, HttpClient& http, const std::string& name);

  // A guest that no longer waits is told once more, with the value 0. While the scheduler has not
  // looked at a guest it wants to be asked again soon: nobody tells when it has, in vain.
  Pulled Pull(Time now) override;

 private:
  std::optional<Lost> Ask(OneState& state) const;
  void TellOfThoseThatLeft(Pulled& pulled, Time now);

  const OneSourceConfig config_;
  const OneApi api_;
  std::set<Labels> waiting_;  // told of the last time
};

}  // namespace spillway::adapters
