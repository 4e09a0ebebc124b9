#include "providers/google/google_provider.h"

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>
#include <utility>

#include "providers/google/google_errors.h"
#include "providers/google/google_regions.h"

namespace spillway {
namespace {

constexpr const char* kOwnerLabel = "spillway-owner";
constexpr const char* kTokenLabel = "spillway-token";
constexpr const char* kClusterLabel = "spillway-cluster";
constexpr const char* kHostLabel = "spillway-host";

constexpr std::size_t kLongestUserData = 262'144;

constexpr std::array kStates = {
    std::pair{std::string_view("PENDING"), MachineState::kStarting},
    std::pair{std::string_view("PROVISIONING"), MachineState::kStarting},
    std::pair{std::string_view("STAGING"), MachineState::kStarting},
    std::pair{std::string_view("REPAIRING"), MachineState::kStarting},  // comes back, or does not
    std::pair{std::string_view("RUNNING"), MachineState::kRunning},
    std::pair{std::string_view("PENDING_STOP"), MachineState::kStopping},
    std::pair{std::string_view("STOPPING"), MachineState::kStopping},
    std::pair{std::string_view("DEPROVISIONING"), MachineState::kStopping},
    // Switched off, whatever the word; its disk is still paid for.
    std::pair{std::string_view("TERMINATED"), MachineState::kStopped},
    std::pair{std::string_view("STOPPED"), MachineState::kStopped},
    std::pair{std::string_view("SUSPENDING"), MachineState::kStopped},
    std::pair{std::string_view("SUSPENDED"), MachineState::kStopped},
};

MachineState StateOf(const std::string& status) {
  const auto row = std::find_if(kStates.begin(), kStates.end(),
                                [&](const auto& entry) { return entry.first == status; });
  return row == kStates.end() ? MachineState::kUnknown : row->second;
}

std::string LabelOf(const GoogleInstance& instance, const char* key) {
  const auto label = instance.labels.find(key);
  return label == instance.labels.end() ? "" : label->second;
}

Error Invalid(const std::string& call, std::string text) {
  return {ErrorKind::kInvalid, "google " + call, "", std::move(text)};
}

// What Google would refuse is refused before it costs a call.
std::optional<Error> Check(const MachineSpec& spec) {
  if (!IsGoogleName(spec.token)) {
    return Invalid("insert instance",
                   "expected a token of at most 63 lower-case letters, digits and dashes that "
                   "begins with a letter (the machine is called by it), got \"" +
                       spec.token + "\"");
  }
  for (const std::string& label : {spec.owner, spec.cluster, spec.host}) {
    if (!IsGoogleLabelValue(label)) {
      return Invalid("insert instance",
                     "expected a label of at most 63 lower-case letters, "
                     "digits, dashes and '_', got \"" +
                         label + "\"");
    }
  }
  if (spec.user_data.size() > kLongestUserData) {
    return Invalid("insert instance", "user data has " + std::to_string(spec.user_data.size()) +
                                          " bytes, Google takes at most 262144");
  }
  return std::nullopt;
}

// What may become part of a path.
std::optional<Error> CheckTarget(const std::string& call, const std::string& zone,
                                 const std::string& name) {
  if (GoogleRegionOf(zone).empty()) return Invalid(call, "\"" + zone + "\" is not a zone");
  if (!IsGoogleName(name)) return Invalid(call, "\"" + name + "\" is not the name of an instance");
  return std::nullopt;
}

Error FailedOperation(const RestCall& call, const GoogleOperationError& error) {
  return {GoogleOperationKind(error), "google " + call.name, error.code, error.message};
}

Machine MachineInOperation(const std::string& zone, const std::string& name, MachineState state,
                           std::string text, Time since) {
  Machine machine;
  machine.id = machine.token = name;
  machine.location = zone;
  machine.state = state;
  machine.state_text = std::move(text);
  machine.launched_at = since;
  return machine;
}

// Only want of capacity or quota speaks about the offer; the other causes are in the text.
std::optional<ErrorKind> StartFailureOf(const GoogleOperationError& error) {
  const ErrorKind kind = GoogleOperationKind(error);
  if (kind == ErrorKind::kNoCapacity || kind == ErrorKind::kQuota) return kind;
  return std::nullopt;
}

std::string EndpointOf(const GoogleConfig& config, const Surroundings& surroundings) {
  std::string url = config.account.endpoint;
  if (url.empty()) {
    url = surroundings.variable("CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE")
              .value_or("https://compute.googleapis.com");
  }
  while (url.ends_with('/')) url.pop_back();
  constexpr std::string_view kVersion = "/compute/v1";
  if (url.ends_with(kVersion)) url.resize(url.size() - kVersion.size());
  return url;
}

std::string ProjectOf(const GoogleConfig& config, const Surroundings& surroundings,
                      GoogleCredentials& credentials) {
  const auto refuse = [&](const std::string& problem) -> std::string {
    throw std::runtime_error("provider " + config.account.name + ": " + problem);
  };
  const Result<Done> found = credentials.Check();
  if (!found && found.error().kind == ErrorKind::kDenied) refuse(Describe(found.error()));
  if (!config.project.empty()) return config.project;
  std::optional<std::string> project = surroundings.variable("GOOGLE_CLOUD_PROJECT");
  if (!project) project = surroundings.variable("CLOUDSDK_CORE_PROJECT");
  if (!project) project = credentials.Project();
  if (!project) {
    return refuse(
        "no project is known: `project` of the configuration, GOOGLE_CLOUD_PROJECT and "
        "CLOUDSDK_CORE_PROJECT are not set, and the credentials do not say one");
  }
  if (!IsGoogleProject(*project)) refuse("\"" + *project + "\" is not the id of a project");
  return *project;
}

RestApi ApiOf(const GoogleConfig& config, const Surroundings& surroundings,
              GoogleCredentials& credentials) {
  RestApi api;
  api.service = "google";
  api.base_url = EndpointOf(config, surroundings) + "/compute/v1/projects/" +
                 ProjectOf(config, surroundings, credentials);
  api.time_limit = config.account.call_time_limit;
  api.rules = GoogleErrorRules();
  api.read_words = ReadGoogleRefusal;
  // Google counts 1500 a minute for each region; ours are smaller, so that other programs of the
  // project have something left.
  api.reads = {.per_second = 15, .burst = 150};
  api.changes = {.per_second = 5, .burst = 30};
  api.paused_until = GooglePausedUntil;
  return api;
}

}  // namespace

GoogleProvider::GoogleProvider(GoogleConfig config, const PluginContext& context)
    : config_(std::move(config)),
      channel_{config_.account.name, config_.account.parallel_calls},
      credentials_(config_.credentials_file, context.surroundings, context.http, context.clock),
      client_(ApiOf(config_, context.surroundings, credentials_), credentials_, context.http,
              context.clock),
      recent_(context.clock) {}

Result<Catalogue> GoogleProvider::Offers() {
  std::vector<std::string> remarks;
  std::optional<Error> failure;
  bool has_answer = false;
  for (const GooglePlace& place : config_.places) {
    const Result<std::vector<GoogleMachineType>> types = TypesIn(place.zone);
    if (!types) {
      failure = types.error();
      remarks.push_back("machine types of " + place.zone +
                        " are as last seen: " + Describe(*failure));
      continue;
    }
    has_answer = true;
    const std::lock_guard lock(mutex_);
    market_.types[place.zone] = *types;
  }
  if (!has_answer && failure) return *failure;
  RefreshQuotas(remarks);

  const std::lock_guard lock(mutex_);
  Catalogue catalogue = GoogleCatalogue(config_, market_);
  catalogue.remarks.insert(catalogue.remarks.end(), remarks.begin(), remarks.end());
  return catalogue;
}

Result<std::vector<GoogleMachineType>> GoogleProvider::TypesIn(const std::string& zone) {
  Pages<GoogleMachineType> pages = ReadPages<GoogleMachineType>(
      "google list machine types " + zone, [&](const std::string& page) {
        return client_.Ask(ListMachineTypes(zone, page), ReadMachineTypes);
      });
  if (pages.error) return *pages.error;
  return std::move(pages.items);
}

void GoogleProvider::RefreshQuotas(std::vector<std::string>& remarks) {
  const auto refresh = [&](const RestCall& call, const std::string& of, GoogleQuotas& quotas) {
    const Result<GoogleQuotas> read = client_.Ask(call, ReadQuotas);
    if (!read) {
      remarks.push_back("quotas of " + of + " are as last seen: " + Describe(read.error()));
      return;
    }
    const std::lock_guard lock(mutex_);
    quotas = *read;
  };
  std::set<std::string> regions;
  for (const GooglePlace& place : config_.places) regions.insert(GoogleRegionOf(place.zone));
  for (const std::string& region : regions) {
    std::unique_lock lock(mutex_);
    GoogleQuotas& quotas = market_.quotas[region];
    lock.unlock();
    refresh(GetRegion(region), region, quotas);
  }
  refresh(GetProject(), "the project", market_.project_quotas);
}

Result<Machine> GoogleProvider::Create(const MachineSpec& spec) {
  if (const auto error = Check(spec)) return *error;
  const GooglePlace* place = PlaceAt(spec.location);
  if (place == nullptr) {
    return Invalid("insert instance",
                   "\"" + spec.location + "\" is no zone of provider " + config_.account.name);
  }
  const RestCall call = InsertInstance(LaunchOf(spec, *place));
  const Result<GoogleOperation> operation = client_.Ask(call, ReadOperation);
  if (!operation) return KnownMachine(spec, operation.error());
  recent_.Remember(spec.token);
  if (operation->error) {
    Error error = FailedOperation(call, *operation->error);
    // For an hour the same request gets this same operation: repeating it is pointless, and what
    // became of the machine can be looked up.
    if (error.kind == ErrorKind::kTransient || error.kind == ErrorKind::kThrottled) {
      error.kind = ErrorKind::kUnknownOutcome;
    }
    return error;
  }
  Machine machine = MachineInOperation(spec.location, spec.token, MachineState::kStarting,
                                       "is being made", operation->asked_at);
  machine.owner = spec.owner;
  machine.plan = spec.plan;
  return machine;
}

// Longer than an hour after the first request its id is forgotten, and its name is taken.
Result<Machine> GoogleProvider::KnownMachine(const MachineSpec& spec, const Error& refusal) {
  if (refusal.kind != ErrorKind::kConflict) return refusal;
  const Result<GoogleInstance> instance =
      client_.Ask(GetInstance(spec.location, spec.token), ReadInstance);
  const bool is_the_same = instance && instance->machine_type == spec.plan &&
                           LabelOf(*instance, kTokenLabel) == spec.token;
  if (!is_the_same) return refusal;
  return MachineOf(*instance);
}

GoogleLaunch GoogleProvider::LaunchOf(const MachineSpec& spec, const GooglePlace& place) const {
  GoogleLaunch launch;
  launch.name = spec.token;
  launch.zone = place.zone;
  launch.machine_type = spec.plan;
  launch.image = config_.ImageFor(spec.plan);
  launch.boot_disk_gib = config_.boot_disk.gib;
  launch.boot_disk_type = config_.boot_disk.type;
  launch.network = config_.network;
  launch.subnetwork = place.subnetwork;
  launch.public_address = config_.account.public_address;
  launch.network_tags = config_.network_tags;
  launch.ssh_keys = config_.ssh_keys;
  launch.user_data = spec.user_data;
  launch.labels = {{kOwnerLabel, spec.owner},
                   {kTokenLabel, spec.token},
                   {kClusterLabel, spec.cluster},
                   {kHostLabel, spec.host}};
  launch.request_id = GoogleRequestId(spec.token);
  return launch;
}

Result<Machine> GoogleProvider::Find(const std::string& token, const std::string& location,
                                     const std::string& machine_id) {
  const std::string& name = machine_id.empty() ? token : machine_id;
  if (const auto error = CheckTarget("get instance", location, name)) return *error;
  const Result<GoogleInstance> instance = client_.Ask(GetInstance(location, name), ReadInstance);
  if (instance) return MachineOf(*instance);
  if (instance.error().kind != ErrorKind::kNotFound) return instance.error();
  return WhatBecameOf(location, name);
}

Result<Machine> GoogleProvider::WhatBecameOf(const std::string& zone, const std::string& name) {
  const std::string where = "google list operations " + zone;
  const Pages<GoogleOperation> pages =
      ReadPages<GoogleOperation>(where, [&](const std::string& page) {
        return client_.Ask(ListOperations(zone, name, page), ReadOperations);
      });
  if (pages.error) return *pages.error;

  const GoogleOperation* last = nullptr;
  for (const GoogleOperation& operation : pages.items) {
    const bool matters =
        operation.instance == name && (operation.type == "insert" || operation.type == "delete");
    if (matters && (last == nullptr || operation.asked_at >= last->asked_at)) last = &operation;
  }
  const auto machine = [&](MachineState state, std::string text) {
    return MachineInOperation(zone, name, state, std::move(text), last->asked_at);
  };
  if (last != nullptr && last->type == "insert") {
    if (!last->is_done) return machine(MachineState::kStarting, "is being made");
    if (last->error) {
      Machine failed =
          machine(MachineState::kGone, last->error->code + ": " + last->error->message);
      failed.start_failure = StartFailureOf(*last->error);
      return failed;
    }
  } else if (last != nullptr && !last->error) {
    if (!last->is_done) return machine(MachineState::kStopping, "is being deleted");
    return machine(MachineState::kGone, "deleted");
  }
  return Error{ErrorKind::kNotFound, where, "",
               last == nullptr ? "no instance " + name + ", and no operation on one"
                               : "no instance " + name + ", though it should be there"};
}

Result<MachineList> GoogleProvider::List(const std::string& owner) {
  if (!IsGoogleLabelValue(owner)) {
    return Invalid("list instances", "\"" + owner + "\" is not what a label can hold");
  }
  MachineList list;
  const Pages<GoogleInstance> pages = ReadPages<GoogleInstance>(
      "google list instances", [&](const std::string& page) -> Result<Page<GoogleInstance>> {
        Result<GoogleInstancePage> read =
            client_.Ask(ListInstances(kOwnerLabel, owner, page), ReadInstances);
        if (!read) return read.error();
        list.is_complete = list.is_complete && read->is_whole;
        return std::move(read->page);
      });
  for (const GoogleInstance& instance : pages.items) {
    if (LabelOf(instance, kOwnerLabel) == owner) list.machines.push_back(MachineOf(instance));
  }
  if (!pages.error) return list;
  if (list.machines.empty()) return *pages.error;
  list.is_complete = false;
  return list;
}

Result<Done> GoogleProvider::Delete(const std::string& machine_id, const std::string& location) {
  if (const auto error = CheckTarget("delete instance", location, machine_id)) return *error;
  const RestCall call = DeleteInstance(location, machine_id);
  const Result<GoogleOperation> operation = client_.Ask(call, ReadOperation);
  Error error;
  if (operation) {
    if (!operation->error) return Done{};
    error = FailedOperation(call, *operation->error);
  } else {
    error = operation.error();
  }
  if (error.kind != ErrorKind::kNotFound) return error;
  if (!recent_.Has(machine_id)) return Done{};
  // It may be on its way, unless the operation says that it never came or has gone.
  const Result<Machine> became = WhatBecameOf(location, machine_id);
  if (became && became->state == MachineState::kGone) return Done{};
  error.kind = ErrorKind::kTransient;
  return error;
}

const GooglePlace* GoogleProvider::PlaceAt(const std::string& location) const {
  const auto place = std::find_if(config_.places.begin(), config_.places.end(),
                                  [&](const GooglePlace& p) { return p.zone == location; });
  return place == config_.places.end() ? nullptr : &*place;
}

Machine GoogleProvider::MachineOf(const GoogleInstance& instance) const {
  Machine machine;
  machine.id = instance.name;
  machine.token = LabelOf(instance, kTokenLabel);
  machine.owner = LabelOf(instance, kOwnerLabel);
  machine.address =
      config_.account.public_address ? instance.public_address : instance.private_address;
  machine.location = instance.zone;
  machine.plan = instance.machine_type;
  machine.state = StateOf(instance.status);
  machine.state_text = instance.status;
  if (!instance.status_message.empty()) machine.state_text += ": " + instance.status_message;
  machine.launched_at = instance.created_at;
  return machine;
}

}  // namespace spillway
