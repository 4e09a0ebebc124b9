#include "providers/aws/aws_provider.h"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

#include "providers/aws/aws_catalogue.h"
#include "providers/aws/aws_errors.h"
#include "providers/aws/aws_regions.h"
#include "providers/aws/ec2_pages.h"

namespace spillway {
namespace {

constexpr const char* kOwnerTag = "spillway:owner";
constexpr const char* kTokenTag = "spillway:token";
constexpr const char* kClusterTag = "spillway:cluster";
constexpr const char* kHostTag = "spillway:host";

constexpr const char* kKeyIsThere = "InvalidKeyPair.Duplicate";

constexpr std::size_t kLongestToken = 64;
constexpr std::size_t kLongestUserData = 16 << 10;

Pages<Ec2Instance> ReadInstances(Ec2Client& ec2, const std::string& region,
                                 const std::vector<Ec2Filter>& filters) {
  return ReadEc2Pages<Ec2Instance>(
      ec2, region,
      [&filters](const std::string& token) { return DescribeInstances(filters, token); },
      ReadDescribeInstances);
}

MachineState StateOf(const std::string& name) {
  if (name == "pending") return MachineState::kStarting;
  if (name == "running") return MachineState::kRunning;
  if (name == "shutting-down") return MachineState::kStopping;
  if (name == "stopping" || name == "stopped") return MachineState::kStopped;
  if (name == "terminated") return MachineState::kGone;
  return MachineState::kUnknown;
}

std::string TagOf(const Ec2Instance& instance, const std::string& key) {
  const auto tag = instance.tags.find(key);
  return tag == instance.tags.end() ? "" : tag->second;
}

std::string StateText(const Ec2Instance& instance) {
  std::string text = instance.state;
  if (!instance.state_reason.empty()) text += ": " + instance.state_reason;
  if (!instance.state_message.empty()) text += ": " + instance.state_message;
  return text;
}

// Only want of capacity or quota speaks about the offer; the other causes are in the text.
std::optional<ErrorKind> StartFailureOf(const Ec2Instance& instance) {
  if (StateOf(instance.state) != MachineState::kGone) return std::nullopt;
  const auto kind = Ec2StartFailure(instance.state_reason);
  if (kind == ErrorKind::kNoCapacity || kind == ErrorKind::kQuota) return kind;
  return std::nullopt;
}

Error Invalid(const std::string& call, std::string text) {
  return {ErrorKind::kInvalid, "ec2 " + call, "", std::move(text)};
}

// What EC2 would refuse, or cut, is refused before it costs a call.
std::optional<Error> Check(const MachineSpec& spec) {
  const auto is_printable = [](char c) { return c > ' ' && c <= '~'; };
  if (spec.token.empty() || spec.token.size() > kLongestToken ||
      !std::all_of(spec.token.begin(), spec.token.end(), is_printable)) {
    return Invalid("RunInstances", "expected a token of 1 to 64 printable ASCII characters");
  }
  if (spec.user_data.size() > kLongestUserData) {
    return Invalid("RunInstances", "user data has " + std::to_string(spec.user_data.size()) +
                                       " bytes, EC2 takes at most 16384");
  }
  return std::nullopt;
}

std::vector<std::string> RegionsOf(const AwsConfig& config) {
  std::set<std::string> regions;
  for (const AwsPlace& place : config.places) regions.insert(place.region);
  return {regions.begin(), regions.end()};
}

std::string EndpointOf(const std::string& service, const AwsConfig& config,
                       const Surroundings& surroundings) {
  if (!config.account.endpoint.empty()) return config.account.endpoint;
  if (const auto url = surroundings.variable("AWS_ENDPOINT_URL_" + service)) return *url;
  return surroundings.variable("AWS_ENDPOINT_URL").value_or("");
}

std::string ReadPublicKey(const AwsConfig& config, const Surroundings& surroundings) {
  if (config.public_key_file.empty()) return "";
  const auto text = surroundings.file(config.public_key_file);
  if (text && !text->empty()) return *text;
  throw std::runtime_error("provider " + config.account.name + ": public_key_file " +
                           config.public_key_file + " cannot be read");
}

}  // namespace

AwsProvider::AwsProvider(AwsConfig config, const PluginContext& context)
    : config_(std::move(config)),
      channel_{config_.account.name, config_.account.parallel_calls},
      regions_(RegionsOf(config_)),
      credentials_({config_.profile, config_.metadata_endpoint}, context.surroundings, context.http,
                   context.clock),
      ec2_(EndpointOf("EC2", config_, context.surroundings), config_.account.call_time_limit,
           credentials_, context.http, context.clock),
      quotas_(EndpointOf("SERVICE_QUOTAS", config_, context.surroundings),
              config_.account.call_time_limit, credentials_, context.http),
      images_(ec2_, context.clock),
      recent_(context.clock),
      public_key_(ReadPublicKey(config_, context.surroundings)) {
  const Result<AwsCredentials> credentials = credentials_.Get();
  if (!credentials && credentials.error().kind == ErrorKind::kDenied) {
    throw std::runtime_error("provider " + config_.account.name + ": " +
                             Describe(credentials.error()));
  }
  inventory_.quota_vcpu = config_.quota_vcpu;
}

Result<Catalogue> AwsProvider::Offers() {
  std::optional<Error> failure;
  bool has_answer = false;
  std::vector<std::string> remarks;
  const auto remark = [&remarks](const Result<Done>& asked) {
    if (!asked) remarks.push_back(Describe(asked.error()));
  };
  for (const std::string& region : regions_) {
    const Result<Done> types = AskTypes(region);
    remark(types);
    has_answer = has_answer || types;
    if (!types) failure = types.error();
    if (!config_.quota_vcpu.contains(region)) remark(AskQuota(region));
  }
  if (!has_answer && failure) return *failure;
  for (const AwsPlace& place : config_.places) {
    if (!place.zone.empty()) remark(AskZone(place));
  }
  const std::lock_guard lock(mutex_);
  Catalogue catalogue = AwsCatalogue(config_, inventory_);
  catalogue.remarks = std::move(remarks);
  return catalogue;
}

Result<Done> AwsProvider::AskTypes(const std::string& region) {
  const std::vector<std::string> wanted = AwsTypesWanted(config_, region);
  const Pages<Ec2InstanceType> pages = ReadEc2Pages<Ec2InstanceType>(
      ec2_, region,
      [&wanted](const std::string& token) { return DescribeInstanceTypes(wanted, token); },
      ReadDescribeInstanceTypes);
  if (pages.error) return *pages.error;
  const std::lock_guard lock(mutex_);
  inventory_.types[region] = pages.items;
  return Done{};
}

Result<Done> AwsProvider::AskZone(const AwsPlace& place) {
  const Pages<std::string> pages = ReadEc2Pages<std::string>(
      ec2_, place.region,
      [&place](const std::string& token) { return DescribeZoneTypes(place.zone, token); },
      ReadDescribeZoneTypes);
  if (pages.error) return *pages.error;
  const std::lock_guard lock(mutex_);
  inventory_.types_in_zone[place.zone] = {pages.items.begin(), pages.items.end()};
  return Done{};
}

Result<Done> AwsProvider::AskQuota(const std::string& region) {
  const Result<std::int64_t> vcpu = quotas_.StandardVcpu(region);
  if (!vcpu) return vcpu.error();
  const std::lock_guard lock(mutex_);
  inventory_.quota_vcpu[region] = *vcpu;
  return Done{};
}

Result<Machine> AwsProvider::Create(const MachineSpec& spec) {
  if (const auto error = Check(spec)) return *error;
  const AwsPlace* place = PlaceAt(spec.location);
  if (place == nullptr) {
    return Invalid("RunInstances",
                   "\"" + spec.location + "\" is no location of provider " + config_.account.name);
  }
  const Result<AwsImage> image = ImageFor(*place, spec.plan);
  if (!image) return image.error();
  if (const Result<Done> key = EnsureKeyPair(*place); !key) return key.error();

  Ec2Launch launch;
  launch.image = image->id;
  launch.type = spec.plan;
  launch.client_token = spec.token;
  launch.zone = place->zone;
  launch.subnet = place->subnet;
  launch.security_groups = place->security_groups;
  launch.public_address = config_.account.public_address;
  launch.key_name = place->key_name;
  launch.user_data = spec.user_data;
  launch.root_device = image->root_device;
  launch.root_volume_gib = config_.root_volume_gib;
  launch.nested_virtualization =
      spec.cluster_type == ClusterType::kVirtual && spec.hypervisor != Hypervisor::kLxc;
  launch.tags = {{"Name", spec.host},
                 {kOwnerTag, spec.owner},
                 {kTokenTag, spec.token},
                 {kClusterTag, spec.cluster},
                 {kHostTag, spec.host}};

  const Ec2Request request = RunInstances(launch);
  const Result<std::string> body = ec2_.Call(place->region, request);
  if (!body) return body.error();
  const std::optional<Ec2Instance> instance = ReadRunInstances(*body);
  if (!instance) return UnreadableAnswer(place->region, request);
  recent_.Remember(instance->id);
  Machine machine = MachineOf(place->region, *instance);
  machine.token = spec.token;
  machine.owner = spec.owner;
  machine.location = spec.location;
  return machine;
}

// An image that is named by its id, on a root volume that is left as it is or is said in the
// configuration, need not be looked at.
Result<AwsImage> AwsProvider::ImageFor(const AwsPlace& place, const std::string& plan) {
  const std::string& wanted = place.ImageFor(plan);
  if (wanted.empty()) {
    return Invalid("RunInstances",
                   "no image for the architecture of " + plan + " at " + place.location());
  }
  const bool needs_device = config_.root_volume_gib > 0 && config_.root_device.empty();
  if (FindAwsImageName(wanted) == nullptr && !needs_device) {
    return AwsImage{wanted, config_.root_device};
  }
  Result<AwsImage> image = images_.Get(place.region, wanted, IsArmType(plan));
  if (image && !config_.root_device.empty()) image->root_device = config_.root_device;
  return image;
}

Result<Done> AwsProvider::EnsureKeyPair(const AwsPlace& place) {
  if (public_key_.empty() || place.key_name.empty()) return Done{};
  const std::string key = place.region + "/" + place.key_name;
  {
    const std::lock_guard lock(mutex_);
    if (regions_with_key_.contains(key)) return Done{};
  }
  const Result<std::string> body =
      ec2_.Call(place.region, ImportKeyPair(place.key_name, public_key_));
  if (!body && body.error().code != kKeyIsThere) return body.error();
  const std::lock_guard lock(mutex_);
  regions_with_key_.insert(key);
  return Done{};
}

Result<Machine> AwsProvider::Find(const std::string& token, const std::string& location,
                                  const std::string& machine_id) {
  const Result<std::string> region = RegionAt(location);
  if (!region) return region.error();

  Pages<Ec2Instance> pages;
  if (machine_id.empty()) {
    pages = ReadInstances(ec2_, *region, {{std::string("tag:") + kTokenTag, {token}}});
  } else {
    pages = ReadEc2Pages<Ec2Instance>(
        ec2_, *region, [&](const std::string&) { return DescribeInstance(machine_id); },
        ReadDescribeInstances);
  }
  if (pages.error) return *pages.error;
  if (pages.items.empty()) {
    return Error{ErrorKind::kNotFound, "ec2 DescribeInstances " + *region, "",
                 "no machine with " + (machine_id.empty() ? "token " + token : "id " + machine_id)};
  }
  // A machine that exists goes before one that is gone, a younger one before an older one.
  const auto rank = [](const Ec2Instance& instance) {
    return std::pair(StateOf(instance.state) != MachineState::kGone, instance.launched_at);
  };
  return MachineOf(*region, *std::max_element(pages.items.begin(), pages.items.end(),
                                              [&rank](const auto& a, const auto& b) {
                                                return rank(a) < rank(b);
                                              }));
}

Result<MachineList> AwsProvider::List(const std::string& owner) {
  // No filter for states: one that is new to us must not hide a machine.
  const std::vector<Ec2Filter> filters = {{std::string("tag:") + kOwnerTag, {owner}}};
  MachineList list;
  std::optional<Error> failure;
  bool has_answer = false;
  for (const std::string& region : regions_) {
    const Pages<Ec2Instance> pages = ReadInstances(ec2_, region, filters);
    for (const Ec2Instance& instance : pages.items) {
      if (StateOf(instance.state) == MachineState::kGone) continue;
      list.machines.push_back(MachineOf(region, instance));
    }
    if (pages.error) {
      list.is_complete = false;
      failure = failure ? failure : pages.error;
    }
    has_answer = has_answer || !pages.error || !pages.items.empty();
  }
  if (!has_answer && failure) return *failure;
  return list;
}

Result<Done> AwsProvider::Delete(const std::string& machine_id, const std::string& location) {
  const Result<std::string> region = RegionAt(location);
  if (!region) return region.error();
  const Result<std::string> body = ec2_.Call(*region, TerminateInstance(machine_id));
  if (body) return Done{};
  Error error = body.error();
  if (error.kind != ErrorKind::kNotFound) return error;
  if (!recent_.Has(machine_id)) return Done{};
  error.kind = ErrorKind::kTransient;
  return error;
}

const AwsPlace* AwsProvider::PlaceAt(const std::string& location) const {
  const auto place = std::find_if(config_.places.begin(), config_.places.end(),
                                  [&](const AwsPlace& p) { return p.location() == location; });
  return place == config_.places.end() ? nullptr : &*place;
}

// Machines outlive changes of the configuration, so a place that is no longer in it will do.
Result<std::string> AwsProvider::RegionAt(const std::string& location) const {
  std::string region = AwsRegionOf(location);
  if (region.empty()) return Invalid("", "\"" + location + "\" is not a region or zone");
  return region;
}

Machine AwsProvider::MachineOf(const std::string& region, const Ec2Instance& instance) const {
  Machine machine;
  machine.id = instance.id;
  machine.token = TagOf(instance, kTokenTag);
  machine.owner = TagOf(instance, kOwnerTag);
  machine.address =
      config_.account.public_address ? instance.public_address : instance.private_address;
  machine.location = PlaceAt(instance.zone) != nullptr ? instance.zone : region;
  machine.plan = instance.type;
  machine.state = StateOf(instance.state);
  machine.state_text = StateText(instance);
  machine.start_failure = StartFailureOf(instance);
  machine.launched_at = instance.launched_at;
  if (const AwsPlace* place = PlaceAt(machine.location)) {
    const AwsImageName* image = FindAwsImageName(place->ImageFor(machine.plan));
    if (image != nullptr) machine.login.user = image->login;
  }
  return machine;
}

}  // namespace spillway
