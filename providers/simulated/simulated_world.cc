#include "providers/simulated/simulated_world.h"

#include <algorithm>

namespace spillway {
namespace {

template <class T>
std::vector<T*> Pointers(const std::map<std::string, std::unique_ptr<T>>& owned) {
  std::vector<T*> pointers;
  for (const auto& [name, thing] : owned) pointers.push_back(thing.get());
  return pointers;
}

void Append(std::vector<SimulatedMachine>& all, std::vector<SimulatedMachine> more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

SimulatedCloud& SimulatedWorld::Cloud(const SimulatedCloudSpec& spec) {
  const std::lock_guard lock(mutex_);
  auto& cloud = clouds_[spec.name];
  if (!cloud) cloud = std::make_unique<SimulatedCloud>(clock_, spec);
  return *cloud;
}

SimulatedManager& SimulatedWorld::Manager(const SimulatedManagerSpec& spec) {
  const std::lock_guard lock(mutex_);
  auto& manager = managers_[spec.name];
  if (!manager) {
    manager = std::make_unique<SimulatedManager>(
        clock_, spec, [this](const std::string& address) { return Answers(address); });
  }
  return *manager;
}

std::vector<SimulatedCloud*> SimulatedWorld::Clouds() const {
  const std::lock_guard lock(mutex_);
  return Pointers(clouds_);
}

std::vector<SimulatedManager*> SimulatedWorld::Managers() const {
  const std::lock_guard lock(mutex_);
  return Pointers(managers_);
}

std::vector<SimulatedMachine> SimulatedWorld::AllMachinesEver() const {
  std::vector<SimulatedMachine> all;
  for (const SimulatedCloud* cloud : Clouds()) Append(all, cloud->AllMachinesEver());
  return all;
}

std::vector<SimulatedMachine> SimulatedWorld::MachinesNow() const {
  std::vector<SimulatedMachine> all;
  for (const SimulatedCloud* cloud : Clouds()) Append(all, cloud->MachinesNow());
  return all;
}

Money SimulatedWorld::CostSoFar() const {
  Money cost;
  for (const SimulatedCloud* cloud : Clouds()) cost += cloud->CostSoFar();
  return cost;
}

std::int64_t SimulatedWorld::GuestsHurt() const {
  std::int64_t hurt = 0;
  for (const SimulatedManager* manager : Managers()) hurt += manager->GuestsHurt();
  return hurt;
}

bool SimulatedWorld::Answers(const std::string& address) const {
  const auto clouds = Clouds();
  return std::any_of(clouds.begin(), clouds.end(),
                     [&](const SimulatedCloud* cloud) { return cloud->Answers(address); });
}

}  // namespace spillway
