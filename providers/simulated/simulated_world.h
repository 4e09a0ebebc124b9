// Everything outside of the service that is simulated: the clouds and cluster managers of a
// configuration. Made once by who runs a simulation, a demo or a test; the service on top of it may
// be killed and made again, and finds its machines where they were.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "providers/simulated/simulated_cloud.h"
#include "providers/simulated/simulated_manager.h"

namespace spillway {

// Thread-safe. The clock outlives it.
class SimulatedWorld {
 public:
  explicit SimulatedWorld(const Clock& clock) : clock_(clock) {}
  SimulatedWorld(const SimulatedWorld&) = delete;
  SimulatedWorld& operator=(const SimulatedWorld&) = delete;

  // The cloud or manager of the name in `spec`, made of it when there is none yet. It lives as
  // long as the world.
  SimulatedCloud& Cloud(const SimulatedCloudSpec& spec);
  SimulatedManager& Manager(const SimulatedManagerSpec& spec);

  // In the order of names. The pointers live as long as the world.
  std::vector<SimulatedCloud*> Clouds() const;
  std::vector<SimulatedManager*> Managers() const;

  // Over all clouds and managers.
  std::vector<SimulatedMachine> AllMachinesEver() const;
  std::vector<SimulatedMachine> MachinesNow() const;
  Money CostSoFar() const;
  std::int64_t GuestsHurt() const;
  bool Answers(const std::string& address) const;

 private:
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<SimulatedCloud>> clouds_;
  std::map<std::string, std::unique_ptr<SimulatedManager>> managers_;
};

}  // namespace spillway
