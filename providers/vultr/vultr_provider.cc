#include "providers/vultr/vultr_provider.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>
#include <utility>

#include "providers/flat_tags.h"
#include "providers/vultr/vultr_credentials.h"
#include "providers/vultr/vultr_errors.h"
#include "providers/vultr/vultr_os.h"

namespace spillway {
namespace {

constexpr const char* kVultr = "https://api.vultr.com";
constexpr std::array kTypes = {ClusterType::kVirtual, ClusterType::kMetal};

constexpr std::size_t kLongestToken = 64;
constexpr std::size_t kLongestHostName = 63;
// Vultr publishes no limit; what is longer than this is a mistake anywhere.
constexpr std::size_t kLongestUserData = 64 << 10;

Error Invalid(const std::string& call, std::string text) {
  return {ErrorKind::kInvalid, "vultr " + call, "", std::move(text)};
}

bool IsWord(const std::string& text, std::size_t longest) {
  return !text.empty() && text.size() <= longest &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) || c == '-'; });
}

// What Vultr would refuse is refused before it costs a call.
std::optional<Error> Check(const VultrConfig& config, const MachineSpec& spec) {
  if (!IsWord(spec.token, kLongestToken)) {
    return Invalid("create", "expected a token of 1 to 64 letters, digits and dashes");
  }
  if (!IsWord(spec.host, kLongestHostName)) {
    return Invalid("create", "expected a host name of 1 to 63 letters, digits and dashes, got \"" +
                                 spec.host + "\"");
  }
  if (spec.user_data.size() > kLongestUserData) {
    return Invalid("create", "user data has " + std::to_string(spec.user_data.size()) +
                                 " bytes, expected at most 65536");
  }
  const auto& regions = config.regions;
  if (std::find(regions.begin(), regions.end(), spec.location) == regions.end()) {
    return Invalid("create",
                   "\"" + spec.location + "\" is no region of provider " + config.account.name);
  }
  return std::nullopt;
}

Machine MachineOf(const VultrMachine& vultr) {
  Machine machine;
  machine.id = vultr.id;
  machine.token = ReadFlatTag(vultr.tags, "token");
  machine.owner = ReadFlatTag(vultr.tags, "owner");
  machine.address = vultr.address;
  machine.location = vultr.region;
  machine.plan = vultr.plan;
  machine.state = VultrStateOf(vultr);
  machine.state_text = VultrStateText(vultr);
  machine.launched_at = vultr.created_at;
  return machine;
}

RestApi ApiOf(const VultrConfig& config) {
  RestApi api;
  api.service = "vultr";
  api.base_url = config.account.endpoint.empty() ? kVultr : config.account.endpoint;
  while (api.base_url.ends_with('/')) api.base_url.pop_back();
  api.base_url += "/v2";
  api.time_limit = config.account.call_time_limit;
  api.rules = VultrErrorRules();
  api.read_words = ReadVultrRefusal;
  api.paused_until = VultrPausedUntil;
  // Vultr takes 30 calls a second from an address, which other programs share. A catalogue is two
  // calls a region.
  api.reads = {.per_second = 10, .burst = 80};
  api.changes = {.per_second = 3, .burst = 15};
  return api;
}

}  // namespace

VultrProvider::VultrProvider(VultrConfig config, const PluginContext& context)
    : config_(std::move(config)),
      channel_{config_.account.name, config_.account.parallel_calls},
      key_("Authorization", "Bearer ",
           [file = config_.credentials_file,
            surroundings = context.surroundings]() -> Result<Secret> {
             const Result<VultrKey> found = FindVultrKey(file, surroundings);
             if (!found) return found.error();
             return found->key;
           }),
      rest_(ApiOf(config_), key_, context.http, context.clock),
      recent_(context.clock) {
  if (const auto found = key_.Headers(); !found) {
    throw std::runtime_error("provider " + config_.account.name + ": " + Describe(found.error()));
  }
}

template <class T, class Make, class Read>
Pages<T> VultrProvider::ReadAll(Make make, Read read) {
  return ReadPages<T>("vultr " + make("").name,
                      [&](const std::string& cursor) { return rest_.Ask(make(cursor), read); });
}

Result<Catalogue> VultrProvider::Offers() {
  // Vultr shows plans and regions to everybody: only this says whether the key is taken.
  if (const auto account = rest_.Call(GetVultrAccount()); !account) return account.error();
  if (const auto os = OsId(); !os) return os.error();
  VultrMarket market;
  if (const auto error = AskForPlans(market)) return *error;
  AskForStock(market);
  CountMachines(market);
  return VultrCatalogue(config_, market);
}

std::optional<Error> VultrProvider::AskForPlans(VultrMarket& market) {
  Pages<VultrRegion> regions = ReadAll<VultrRegion>(ListVultrRegions, ReadVultrRegions);
  if (regions.error) return regions.error;
  market.regions = std::move(regions.items);
  for (const ClusterType type : kTypes) {
    const auto plans = ReadAll<std::optional<VultrPlan>>(
        [type](const std::string& cursor) { return ListVultrPlans(type, cursor); },
        [type](const nlohmann::json& answer) { return ReadVultrPlans(answer, type); });
    if (plans.error) return plans.error;
    std::size_t unreadable = 0;
    for (const std::optional<VultrPlan>& plan : plans.items) {
      if (plan) market.plans.push_back(*plan);
      if (!plan) ++unreadable;
    }
    if (unreadable == 0) continue;
    market.remarks.push_back(std::to_string(unreadable) + " " + std::string(Name(type)) +
                             " plans could not be read and are not offered");
  }
  return std::nullopt;
}

void VultrProvider::AskForStock(VultrMarket& market) {
  for (const VultrRegion& region : market.regions) {
    const auto& wanted = config_.regions;
    if (std::find(wanted.begin(), wanted.end(), region.id) == wanted.end()) continue;
    std::set<std::string> stock;
    std::optional<Error> error;
    for (const ClusterType type : kTypes) {
      const auto plans = rest_.Ask(ListVultrStock(region.id, type), ReadVultrStock);
      if (plans) stock.insert(plans->begin(), plans->end());
      if (!plans) error = plans.error();
    }
    if (!error) market.stock[region.id] = std::move(stock);
    if (error) market.remarks.push_back("stock of " + region.id + ": " + Describe(*error));
  }
}

void VultrProvider::CountMachines(VultrMarket& market) {
  for (const ClusterType type : kTypes) {
    if (!config_.MostOf(type)) continue;
    const auto count = rest_.Ask(CountVultrMachines(type), ReadVultrCount);
    if (count) market.machines[type] = *count;
    if (!count) {
      market.remarks.push_back("what the account's limits leave: " + Describe(count.error()));
    }
  }
}

Result<Machine> VultrProvider::Create(const MachineSpec& spec) {
  if (const auto error = Check(config_, spec)) return *error;
  const bool may_be_made = recent_.Has(spec.token);
  if (!spec.is_repeated && !may_be_made) return Launch(spec);

  // Vultr knows no idempotency keys: the tag of the first attempt tells whether it was carried out.
  const auto made = Search(spec.cluster_type, spec.token);
  if (!made) return made.error();
  if (!*made && !may_be_made) return Launch(spec);
  if (!*made) {
    return Error{
        ErrorKind::kUnknownOutcome, "vultr create", "",
        "asked for with token " + spec.token + " minutes ago; Vultr may not show the machine yet"};
  }
  Machine machine = MachineOf(**made);
  if (machine.plan == spec.plan && machine.location == spec.location) return machine;
  return Error{ErrorKind::kConflict, "vultr create", "",
               "token " + spec.token + " has a " + machine.plan + " at " + machine.location +
                   " already, asked for is a " + spec.plan + " at " + spec.location};
}

Result<Machine> VultrProvider::Launch(const MachineSpec& spec) {
  VultrLaunch launch;
  launch.type = spec.cluster_type;
  launch.region = spec.location;
  launch.plan = spec.plan;
  launch.name = spec.host;
  launch.tags = FlatTags(spec);
  launch.snapshot = config_.snapshot;
  launch.user_data = spec.user_data;
  launch.ssh_keys = config_.ssh_keys;
  launch.firewall_group = config_.firewall_group;
  launch.disks = config_.disks;
  const Result<std::int64_t> os = OsId();
  if (!os) return os.error();
  launch.os_id = *os;

  const auto made = rest_.Ask(CreateVultrMachine(launch), [&](const nlohmann::json& answer) {
    return ReadVultrMachine(answer, spec.cluster_type);
  });
  if (made || made.error().kind == ErrorKind::kUnknownOutcome) recent_.Remember(spec.token);
  if (!made) return made.error();
  recent_.Remember(made->id);
  Machine machine = MachineOf(*made);
  machine.token = spec.token;
  machine.owner = spec.owner;
  return machine;
}

// 0 when machines boot from a snapshot.
Result<std::int64_t> VultrProvider::OsId() {
  if (!config_.snapshot.empty() || config_.os_id != 0) return config_.os_id;
  {
    const std::lock_guard lock(mutex_);
    if (os_id_ != 0) return os_id_;
  }
  const Pages<VultrOs> systems = ReadAll<VultrOs>(ListVultrOs, ReadVultrOs);
  if (systems.error) return *systems.error;
  const Result<std::int64_t> id = FindVultrOs(systems.items, config_.os);
  if (!id) return id;
  const std::lock_guard lock(mutex_);
  os_id_ = *id;
  return os_id_;
}

Pages<std::optional<VultrMachine>> VultrProvider::MachinesOf(ClusterType type) {
  return ReadAll<std::optional<VultrMachine>>(
      [type](const std::string& cursor) { return ListVultrMachines(type, cursor); },
      [type](const nlohmann::json& answer) { return ReadVultrMachines(answer, type); });
}

Result<std::optional<VultrMachine>> VultrProvider::Search(ClusterType type,
                                                          const std::string& token) {
  const auto pages = MachinesOf(type);
  std::optional<VultrMachine> youngest;
  bool is_whole = true;
  for (const std::optional<VultrMachine>& machine : pages.items) {
    is_whole = is_whole && machine;
    if (!machine || ReadFlatTag(machine->tags, "token") != token) continue;
    if (!youngest || youngest->created_at < machine->created_at) youngest = machine;
  }
  if (youngest) return youngest;
  if (pages.error) return *pages.error;
  if (!is_whole) {
    return rest_.Unreadable(ListVultrMachines(type, ""), "a machine in it cannot be read");
  }
  return youngest;
}

Result<Machine> VultrProvider::Find(const std::string& token, const std::string&,
                                    const std::string& machine_id) {
  if (!machine_id.empty()) {
    const auto type = VultrTypeOf(machine_id);
    if (!type) return Invalid("find", "\"" + machine_id + "\" is no id of a machine at Vultr");
    const auto machine = rest_.Ask(GetVultrMachine(machine_id), [&](const nlohmann::json& answer) {
      return ReadVultrMachine(answer, *type);
    });
    if (!machine) return machine.error();
    return MachineOf(*machine);
  }
  std::optional<Error> failure;
  for (const ClusterType type : kTypes) {
    const auto found = Search(type, token);
    if (found && *found) return MachineOf(**found);
    if (!found) failure = found.error();
  }
  if (failure) return *failure;
  return Error{ErrorKind::kNotFound, "vultr find", "", "no machine with token " + token};
}

Result<MachineList> VultrProvider::List(const std::string& owner) {
  MachineList list;
  std::optional<Error> failure;
  bool has_answer = false;
  for (const ClusterType type : kTypes) {
    const auto pages = MachinesOf(type);
    for (const std::optional<VultrMachine>& machine : pages.items) {
      if (!machine) list.is_complete = false;
      if (!machine || ReadFlatTag(machine->tags, "owner") != owner) continue;
      list.machines.push_back(MachineOf(*machine));
    }
    if (pages.error) {
      list.is_complete = false;
      failure = pages.error;
    }
    has_answer = has_answer || !pages.error || !pages.items.empty();
  }
  if (!has_answer && failure) return *failure;
  return list;
}

Result<Done> VultrProvider::Delete(const std::string& machine_id, const std::string&) {
  if (!VultrTypeOf(machine_id)) {
    return Invalid("delete", "\"" + machine_id + "\" is no id of a machine at Vultr");
  }
  const auto deleted = rest_.Call(DeleteVultrMachine(machine_id));
  if (deleted) return Done{};
  Error error = deleted.error();
  if (error.kind != ErrorKind::kNotFound) return error;
  if (!recent_.Has(machine_id)) return Done{};
  error.kind = ErrorKind::kTransient;
  return error;
}

}  // namespace spillway
