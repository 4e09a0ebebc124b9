#include "scaler/provision/sweeper.h"

#include "scaler/provision/outside_call.h"

namespace spillway {

Sweeper::Sweeper(ProvisionContext& context, Fleet& fleet, HostSteps& steps)
    : context_(context), fleet_(fleet), steps_(steps) {}

void Sweeper::Start() {
  for (const auto& [name, provider] : context_.providers) {
    DeletedOrphans(name);  // exposed from the start: an alert sees the first, too
    SweepProvider(name);
  }
}

Counter Sweeper::DeletedOrphans(const std::string& name) {
  return context_.metrics.GetCounter(
      "spillway_provision_orphans_deleted_total",
      "Machines with our tag and without a record that were deleted.", {{"provider", name}});
}

void Sweeper::SweepProvider(const std::string& name) {
  Provider& provider = *context_.providers.at(name);
  const std::string& owner = context_.owner;
  AskOutside<MachineList>(
      context_, Lane::kDown, provider.channel(), "list",
      [&provider, owner] { return provider.List(owner); },
      [this, name](const Result<MachineList>& list) { OnListing(name, list); });
}

void Sweeper::OnListing(const std::string& name, const Result<MachineList>& list) {
  const Time now = context_.loop.Now();
  context_.loop.At(now + context_.config.sweep_interval, [this, name] { SweepProvider(name); });
  if (!list) {
    context_.log.Limited(LogLevel::kWarning, "provision.sweep_failed",
                         {{"provider", name}, {"error", Describe(list.error())}});
    return;
  }
  const SweepFindings findings =
      Sweep(fleet_.OfProvider(name), *list, memories_[name], context_.config.sweep_min_age, now);
  for (const Machine& machine : findings.orphans) DeleteOrphan(name, machine);
  for (const std::string& host : findings.vanished) steps_.MachineVanished(host);
}

void Sweeper::DeleteOrphan(const std::string& name, const Machine& machine) {
  context_.log.Warning("provision.orphan_found", {{"provider", name},
                                                  {"machine", machine.id},
                                                  {"token", machine.token},
                                                  {"state", machine.state_text}});
  Provider& provider = *context_.providers.at(name);
  AskOutside<Done>(
      context_, Lane::kDown, provider.channel(), "delete",
      [&provider, machine] { return provider.Delete(machine.id, machine.location); },
      [this, name, machine](const Result<Done>& deleted) {
        if (deleted) {
          DeletedOrphans(name).Add();
          return;
        }
        // The next sweep sees it again and tries again.
        context_.log.Error(
            "provision.orphan_not_deleted",
            {{"provider", name}, {"machine", machine.id}, {"error", Describe(deleted.error())}});
      });
}

}  // namespace spillway
