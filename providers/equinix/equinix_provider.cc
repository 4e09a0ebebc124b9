#include "providers/equinix/equinix_provider.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <utility>

#include "providers/equinix/equinix_catalogue.h"
#include "providers/equinix/equinix_errors.h"
#include "providers/flat_tags.h"

namespace spillway {
namespace {

constexpr const char* kPublicService = "https://api.equinix.com/metal/v1";

// The states that the API describes. What failed is still there and has to be deleted.
constexpr std::array kStates = {
    std::pair{"queued", MachineState::kStarting},
    std::pair{"provisioning", MachineState::kStarting},
    std::pair{"active", MachineState::kRunning},
    std::pair{"failed", MachineState::kStopped},
    std::pair{"powering_on", MachineState::kStarting},
    std::pair{"powering_off", MachineState::kStopped},
    std::pair{"reinstalling", MachineState::kStarting},
    std::pair{"inactive", MachineState::kStopped},
    std::pair{"deprovisioning", MachineState::kStopping},
    std::pair{"deleted", MachineState::kGone},
};
constexpr const char* kFailed = "failed";

MachineState StateOf(const std::string& word) {
  const auto state = std::find_if(kStates.begin(), kStates.end(),
                                  [&word](const auto& pair) { return word == pair.first; });
  return state == kStates.end() ? MachineState::kUnknown : state->second;
}

std::string StateText(const EquinixDevice& device) {
  const bool is_starting = StateOf(device.state) == MachineState::kStarting;
  if (!is_starting || !device.provisioned_percent) return device.state;
  return device.state + ", " + std::to_string(std::lround(*device.provisioned_percent)) + " %";
}

// Said here, without asking or after a look.
Error Refusal(ErrorKind kind, std::string text) {
  return {kind, "equinix create device", "", std::move(text)};
}

std::optional<Error> Check(const EquinixConfig& config, const MachineSpec& spec) {
  if (spec.token.empty()) return Refusal(ErrorKind::kInvalid, "expected a token, got none");
  const auto& metros = config.metros;
  if (std::find(metros.begin(), metros.end(), spec.location) != metros.end()) return std::nullopt;
  return Refusal(ErrorKind::kInvalid,
                 "\"" + spec.location + "\" is no metro of provider " + config.account.name);
}

// The API has no codes; the status tells refusals of one kind apart.
bool IsForbidden(const Error& error) { return error.code == "HTTP 403"; }
bool IsUnprocessable(const Error& error) { return error.code == "HTTP 422"; }

RestApi MetalApi(const EquinixConfig& config) {
  const AccountConfig& account = config.account;
  RestApi api;
  api.service = "equinix";
  api.base_url = account.endpoint.empty() ? kPublicService : account.endpoint;
  while (api.base_url.ends_with('/')) api.base_url.pop_back();
  api.time_limit = account.call_time_limit;
  api.tls.ca_file = config.ca_file;
  api.rules = EquinixErrorRules();
  api.read_words = ReadEquinixRefusal;
  api.paused_until = EquinixPause;
  api.when_absent = "no Metal API answers at " + api.base_url +
                    " (Equinix ended its public service on 30 June 2026; a compatible private "
                    "one is configured with `endpoint`)";
  return api;
}

std::string ProjectOf(const EquinixConfig& config, const PluginContext& context) {
  const Result<EquinixAccess> access = FindEquinixAccess(config.access, context.surroundings);
  if (access) return access->project;
  throw std::runtime_error("provider " + config.account.name + ": " + Describe(access.error()));
}

}  // namespace

EquinixProvider::EquinixProvider(EquinixConfig config, const PluginContext& context)
    : config_(std::move(config)),
      project_(ProjectOf(config_, context)),
      channel_{config_.account.name, config_.account.parallel_calls},
      clock_(context.clock),
      key_("X-Auth-Token", "",
           [options = config_.access, surroundings = context.surroundings]() -> Result<Secret> {
             const Result<EquinixAccess> access = FindEquinixAccess(options, surroundings);
             if (!access) return access.error();
             return access->key;
           }),
      metal_(MetalApi(config_), key_, context.http, context.clock),
      made_(context.clock),
      asked_for_(context.clock) {}

Result<Catalogue> EquinixProvider::Offers() {
  const auto plans = metal_.Ask(ListPlans(project_), ReadPlans);
  if (!plans) return plans.error();
  const auto metros = metal_.Ask(ListMetros(), ReadMetros);
  if (!metros) return metros.error();
  EquinixSupply supply{*plans, *metros, {}, std::nullopt};
  std::vector<std::string> remarks;
  if (const auto stock = metal_.Ask(ListCapacity(), ReadStock)) {
    supply.stock = *stock;
  } else {
    remarks.push_back("how many machines are to be had: " + Describe(stock.error()));
  }
  if (config_.device_quota) {
    if (const auto devices = metal_.Ask(CountDevices(project_), ReadDevices)) {
      supply.devices = devices->total;
    } else {
      remarks.push_back("what is left of the project's quota: " + Describe(devices.error()));
    }
  }
  Catalogue catalogue = EquinixCatalogue(config_, supply);
  catalogue.remarks.insert(catalogue.remarks.end(), remarks.begin(), remarks.end());
  return catalogue;
}

Result<Machine> EquinixProvider::Create(const MachineSpec& spec) {
  if (const auto error = Check(config_, spec)) return *error;
  const bool may_be_there = asked_for_.Has(spec.token);
  if (!spec.is_repeated && !may_be_there) return Launch(spec);

  const Result<Machine> found = FindByToken(spec.token);
  if (found) {
    if (found->plan == spec.plan && found->location == spec.location) return found;
    return Refusal(ErrorKind::kConflict,
                   "token " + spec.token + " has a " + found->plan + " in " + found->location);
  }
  if (found.error().kind != ErrorKind::kNotFound) return found;
  if (!may_be_there) return Launch(spec);
  return Refusal(ErrorKind::kUnknownOutcome,
                 "it was asked for minutes ago and may still appear; it is not asked for again");
}

Result<Machine> EquinixProvider::Launch(const MachineSpec& spec) {
  const Result<EquinixDevice> device = metal_.Ask(CreateDevice(LaunchOf(spec)), ReadDevice);
  if (device || device.error().kind == ErrorKind::kUnknownOutcome) asked_for_.Remember(spec.token);
  if (!device) {
    Error error = device.error();
    if (error.kind == ErrorKind::kInvalid && IsUnprocessable(error) && HasSoldOut(spec)) {
      error.kind = ErrorKind::kNoCapacity;
    }
    return error;
  }
  made_.Remember(device->id);
  Machine machine = MachineOf(*device);
  machine.location = spec.location;
  machine.plan = spec.plan;
  return machine;
}

EquinixLaunch EquinixProvider::LaunchOf(const MachineSpec& spec) const {
  EquinixLaunch launch;
  launch.project = project_;
  launch.metro = spec.location;
  launch.plan = spec.plan;
  launch.hostname = spec.host;
  launch.operating_system = config_.operating_system;
  launch.user_data = spec.user_data;
  launch.tags = FlatTags(spec);
  launch.project_ssh_keys = config_.project_ssh_keys;
  launch.user_ssh_keys = config_.user_ssh_keys;
  launch.has_public_address = config_.account.public_address;
  if (config_.terminate_after) launch.terminate_at = clock_.Now() + *config_.terminate_after;
  return launch;
}

// The texts of refusals are not described; this asks in figures. Without an answer it stays what
// it was.
bool EquinixProvider::HasSoldOut(const MachineSpec& spec) {
  const auto available = metal_.Ask(CheckCapacity(spec.location, spec.plan), ReadIsAvailable);
  return available && !*available;
}

Result<Machine> EquinixProvider::Find(const std::string& token, const std::string&,
                                      const std::string& machine_id) {
  Result<Machine> machine = machine_id.empty() ? FindByToken(token) : FindById(machine_id);
  if (machine) AddCause(*machine);
  return machine;
}

Result<Machine> EquinixProvider::FindByToken(const std::string& token) {
  const Listed listed = ReadProject(FlatTag("token", token));
  const EquinixDevice* best = nullptr;
  // A machine that exists goes before one that is gone, a younger one before an older one.
  const auto rank = [](const EquinixDevice& device) {
    return std::pair(StateOf(device.state) != MachineState::kGone, device.created_at);
  };
  for (const EquinixDevice& device : listed.devices) {
    if (ReadFlatTag(device.tags, "token") != token) continue;
    if (best == nullptr || rank(*best) < rank(device)) best = &device;
  }
  if (best != nullptr) return MachineOf(*best);
  if (listed.doubt) return *listed.doubt;
  return Error{ErrorKind::kNotFound, "equinix list devices", "", "no machine with token " + token};
}

Result<Machine> EquinixProvider::FindById(const std::string& machine_id) {
  const Result<EquinixDevice> device = metal_.Ask(GetDevice(machine_id), ReadDevice);
  if (device) return MachineOf(*device);
  if (!IsForbidden(device.error())) return device.error();
  if (const auto doubt = WhyNotGone(machine_id, device.error())) return *doubt;
  Machine machine;
  machine.id = machine_id;
  machine.state = MachineState::kGone;
  machine.state_text = "taken away by Equinix: " + device.error().text;
  return machine;
}

// A device that Equinix took back, because it could not be provisioned or was deleted, is
// forbidden from then on. So is every device to a key without rights; but that key would not see
// the project, or would see the device in it.
std::optional<Error> EquinixProvider::WhyNotGone(const std::string& machine_id,
                                                 const Error& forbidden) {
  const Listed listed = ReadProject("");
  const auto is_it = [&](const EquinixDevice& device) { return device.id == machine_id; };
  const bool is_there = std::any_of(listed.devices.begin(), listed.devices.end(), is_it);
  return is_there ? forbidden : listed.doubt;
}

// Tags are looked at again, because a filter that is not understood lets all pass.
Result<MachineList> EquinixProvider::List(const std::string& owner) {
  const Listed listed = ReadProject(FlatTag("owner", owner));
  if (listed.doubt && listed.devices.empty()) return *listed.doubt;
  MachineList list;
  list.is_complete = !listed.doubt;
  for (const EquinixDevice& device : listed.devices) {
    Machine machine = MachineOf(device);
    if (machine.owner != owner || machine.state == MachineState::kGone) continue;
    list.machines.push_back(std::move(machine));
  }
  return list;
}

Result<Done> EquinixProvider::Delete(const std::string& machine_id, const std::string&) {
  const Result<nlohmann::json> answer = metal_.Call(DeleteDevice(machine_id));
  if (answer) return Done{};
  Error error = answer.error();
  if (IsForbidden(error)) {
    if (const auto doubt = WhyNotGone(machine_id, error)) return *doubt;
    error.kind = ErrorKind::kNotFound;
  }
  if (error.kind == ErrorKind::kNotFound && !made_.Has(machine_id)) return Done{};
  // It is not there yet; or it is being provisioned, or was locked against deletion.
  if (error.kind == ErrorKind::kNotFound) error.kind = ErrorKind::kTransient;
  if (IsUnprocessable(error)) error.kind = ErrorKind::kConflict;
  return error;
}

// The devices of the project with `tag`, each once; empty: all. A device that comes or goes while
// pages are read moves others over their edges; then the count does not fit.
EquinixProvider::Listed EquinixProvider::ReadProject(const std::string& tag) {
  std::int64_t pages_read = 0;
  std::int64_t unreadable = 0;
  std::int64_t total = 0;
  Pages<EquinixDevice> pages = ReadPages<EquinixDevice>(
      "equinix list devices", [&](const std::string& page) -> Result<Page<EquinixDevice>> {
        const auto devices = metal_.Ask(ListDevices(project_, tag, page), ReadDevices);
        if (!devices) return devices.error();
        ++pages_read;
        unreadable += devices->unreadable;
        total = std::max(total, devices->total);
        return devices->page;
      });
  Listed listed{{}, std::move(pages.error)};
  std::set<std::string> seen;
  for (EquinixDevice& device : pages.items) {
    if (seen.insert(device.id).second) listed.devices.push_back(std::move(device));
  }
  const RestCall call = ListDevices(project_, tag, "");
  if (!listed.doubt && unreadable > 0) {
    listed.doubt = metal_.Unreadable(call, "a device has no id or no tags");
  } else if (!listed.doubt && pages_read > 1 && std::ssize(seen) < total) {
    listed.doubt = metal_.Unreadable(call, "its pages changed while they were read");
  }
  return listed;
}

Machine EquinixProvider::MachineOf(const EquinixDevice& device) const {
  Machine machine;
  machine.id = device.id;
  machine.token = ReadFlatTag(device.tags, "token");
  machine.owner = ReadFlatTag(device.tags, "owner");
  machine.address = config_.account.public_address ? device.public_address : device.private_address;
  machine.location = device.metro;
  machine.plan = device.plan;
  machine.state = StateOf(device.state);
  machine.state_text = StateText(device);
  machine.launched_at = device.created_at;
  return machine;
}

// The events of a machine that failed tell why. Without them it is a failure all the same.
void EquinixProvider::AddCause(Machine& machine) {
  if (machine.state_text != kFailed) return;
  const auto events = metal_.Ask(ListEvents(machine.id), ReadEvents);
  if (!events) {
    machine.state_text += "; why is not known: " + Describe(events.error());
    return;
  }
  if (!events->empty()) machine.state_text += ": " + events->front();
  for (const std::string& text : *events) {
    if (!machine.start_failure) machine.start_failure = EquinixStartFailure(text);
  }
}

}  // namespace spillway
