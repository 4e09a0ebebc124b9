#include "tests/fakes/ec2_account.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tests/fakes/ec2_answers.h"
#include "tests/fakes/ec2_form.h"

namespace spillway::fakes {
namespace {

// Nothing for a filter that this fake does not have.
std::optional<bool> Passes(const Ec2FakeInstance& instance, const Ec2FormFilter& filter) {
  if (filter.name == "instance-state-name") return MatchesEc2Pattern(filter.values, instance.state);
  if (filter.name == "client-token") return MatchesEc2Pattern(filter.values, instance.client_token);
  if (filter.name == "instance-id") return MatchesEc2Pattern(filter.values, instance.id);
  if (!filter.name.starts_with("tag:")) return std::nullopt;
  const auto tag = instance.tags.find(filter.name.substr(4));
  return tag != instance.tags.end() && MatchesEc2Pattern(filter.values, tag->second);
}

Response Answer(std::string body) {
  return {.status = 200, .body = std::move(body), .headers = {}};
}

const std::set<std::string>& KnownParameters() {
  static const std::set<std::string> kKnown = {
      "Action",           "Version",          "ImageId",
      "InstanceType",     "MinCount",         "MaxCount",
      "ClientToken",      "UserData",         "KeyName",
      "TagSpecification", "NetworkInterface", "BlockDeviceMapping",
      "SubnetId",         "SecurityGroupId",  "MetadataOptions",
      "Placement",        "CpuOptions",       "InstanceInitiatedShutdownBehavior"};
  return kKnown;
}

}  // namespace

Response Ec2Refusal(int status, const std::string& code, const std::string& message) {
  return {.status = status, .body = Ec2ErrorAnswer(code, message), .headers = {}};
}

Response Ec2Account::RunInstances(const std::string& region, const Ec2Form& form, Time now) {
  if (const auto refusal = Check(region, form)) return *refusal;
  const std::string token = Ec2Value(form, "ClientToken");
  for (Ec2FakeInstance& known : instances_) {
    if (token.empty() || known.region != region || known.client_token != token) continue;
    if (known.parameters == form) return Answer(RunInstancesAnswer(known));
    return Ec2Refusal(400, "IdempotentParameterMismatch",
                      "Arguments on this idempotent request are inconsistent with arguments used "
                      "in previous request(s).");
  }
  const std::string type = Ec2Value(form, "InstanceType");
  if (const auto refusal = CheckLimits(region, type)) return *refusal;

  Ec2FakeInstance instance;
  instance.region = region;
  instance.zone = Ec2Value(form, "Placement.AvailabilityZone");
  if (instance.zone.empty()) instance.zone = region + "a";
  instance.type = type;
  instance.client_token = token;
  instance.user_data = DecodeBase64(Ec2Value(form, "UserData")).value_or("");
  instance.state = "pending";
  instance.tags = Ec2InstanceTags(form);
  instance.parameters = form;
  instance.launched_at = now;
  instance.hidden_looks = options_.hidden_looks;
  instance.pending_looks = options_.pending_looks;
  instance.stopping_looks = options_.stopping_looks;
  if (!start_failures.empty()) {
    instance.start_failure = start_failures.front();
    start_failures.pop_front();
  }
  const Ec2FakeInstance& made = *Find(Add(std::move(instance)));
  return Answer(RunInstancesAnswer(made));
}

std::optional<Response> Ec2Account::Check(const std::string& region, const Ec2Form& form) const {
  for (const auto& [name, value] : form) {
    if (KnownParameters().count(name.substr(0, name.find('.'))) > 0) continue;
    return Ec2Refusal(400, "UnknownParameter", "The parameter " + name + " is not recognized");
  }
  for (const char* name : {"ImageId", "InstanceType", "MinCount", "MaxCount"}) {
    if (Ec2Value(form, name).empty()) {
      return Ec2Refusal(400, "MissingParameter",
                        fmt::format("The request must contain the parameter {}", name));
    }
  }
  if (!Ec2Value(form, "ImageId").starts_with("ami-")) {
    return Ec2Refusal(400, "InvalidAMIID.Malformed", "Invalid id: \"" + form.at("ImageId") + "\"");
  }
  if (FindEc2FakeType(form.at("InstanceType")) == nullptr) {
    return Ec2Refusal(400, "InvalidParameterValue",
                      "Invalid value '" + form.at("InstanceType") + "' for InstanceType.");
  }
  if (Ec2Value(form, "ClientToken").size() > 64) {
    return Ec2Refusal(400, "InvalidParameterValue", "The client token is too long");
  }
  if (HasEc2Prefix(form, "NetworkInterface.") &&
      (form.count("SubnetId") > 0 || HasEc2Prefix(form, "SecurityGroupId."))) {
    return Ec2Refusal(400, "InvalidParameterCombination",
                      "Network interfaces and an instance-level subnet ID or security groups may "
                      "not be specified on the same request");
  }
  if (const std::string zone = Ec2Value(form, "Placement.AvailabilityZone");
      !zone.empty() && !zone.starts_with(region)) {
    return Ec2Refusal(400, "InvalidParameterValue", "Invalid availability zone: [" + zone + "]");
  }
  const std::string key = Ec2Value(form, "KeyName");
  const auto keys = key_pairs_.find(region);
  if (!key.empty() && (keys == key_pairs_.end() || !keys->second.contains(key))) {
    return Ec2Refusal(400, "InvalidKeyPair.NotFound", "The key pair '" + key + "' does not exist");
  }
  const auto user_data = DecodeBase64(Ec2Value(form, "UserData"));
  if (!user_data) {
    return Ec2Refusal(400, "InvalidUserData.Malformed", "Invalid BASE64 encoding of user data");
  }
  if (user_data->size() > 16384) {
    return Ec2Refusal(400, "InvalidParameterValue", "User data is limited to 16384 bytes");
  }
  return std::nullopt;
}

std::optional<Response> Ec2Account::CheckLimits(const std::string& region,
                                                const std::string& type) const {
  int of_type = 0;
  int vcpu = FindEc2FakeType(type)->vcpu;
  for (const Ec2FakeInstance& instance : instances_) {
    if (!instance.IsLive()) continue;
    if (instance.type == type) ++of_type;
    if (instance.region == region) vcpu += FindEc2FakeType(instance.type)->vcpu;
  }
  if (const auto limit = capacity.find(type); limit != capacity.end() && of_type >= limit->second) {
    return Ec2Refusal(500, "InsufficientInstanceCapacity",
                      "We currently do not have sufficient " + type +
                          " capacity in zones with "
                          "support for 'gp3' volumes.");
  }
  if (vcpu_limit && vcpu > *vcpu_limit) {
    return Ec2Refusal(400, "VcpuLimitExceeded",
                      fmt::format("You have requested more vCPU capacity than your current vCPU "
                                  "limit of {} allows for the instance bucket.",
                                  *vcpu_limit));
  }
  return std::nullopt;
}

Response Ec2Account::DescribeInstances(const std::string& region, const Ec2Form& form, Time now) {
  const std::vector<std::string> ids = Ec2Values(form, "InstanceId");
  if (!ids.empty() && form.count("MaxResults") > 0) {
    return Ec2Refusal(400, "InvalidParameterCombination",
                      "The parameter instancesSet cannot be used with the parameter maxResults");
  }
  for (const std::string& id : ids) {
    if (FindVisible(region, id) != nullptr) continue;
    if (Ec2FakeInstance* hidden = Find(id)) --hidden->hidden_looks;
    return Ec2Refusal(400, "InvalidInstanceID.NotFound",
                      "The instance ID '" + id + "' does not exist");
  }
  std::vector<Ec2FakeInstance> found;
  const std::vector<Ec2FormFilter> filters = Ec2Filters(form);
  for (Ec2FakeInstance& instance : instances_) {
    if (instance.region != region) continue;
    if (!ids.empty() && std::find(ids.begin(), ids.end(), instance.id) == ids.end()) continue;
    if (instance.hidden_looks > 0) {
      --instance.hidden_looks;
      continue;
    }
    Settle(instance, now);
    bool passes = true;
    for (const Ec2FormFilter& filter : filters) {
      const auto one = Passes(instance, filter);
      if (!one) {
        return Ec2Refusal(400, "InvalidParameterValue",
                          "The filter '" + filter.name + "' is invalid");
      }
      passes = passes && *one;
    }
    if (passes) found.push_back(instance);
  }
  Ec2Window page = Ec2PageOf(form, found.size(), options_.page_size, found.size());
  if (repeats_pages) page.next_token = "page-0";
  const auto at = [&found](std::size_t i) {
    return found.begin() + static_cast<std::ptrdiff_t>(i);
  };
  return Answer(DescribeInstancesAnswer({at(page.first), at(page.last)}, page.next_token));
}

Response Ec2Account::TerminateInstances(const std::string& region, const Ec2Form& form) {
  std::vector<Ec2FakeInstance*> targets;
  for (const std::string& id : Ec2Values(form, "InstanceId")) {
    Ec2FakeInstance* instance = FindVisible(region, id);
    if (instance == nullptr) {
      return Ec2Refusal(400, "InvalidInstanceID.NotFound",
                        "The instance ID '" + id + "' does not exist");
    }
    targets.push_back(instance);
  }
  std::vector<Ec2FakeInstance> after;
  std::vector<std::string> before;
  for (Ec2FakeInstance* instance : targets) {
    before.push_back(instance->state);
    if (instance->IsLive()) {
      instance->state = instance->stopping_looks > 0 ? "shutting-down" : "terminated";
      instance->state_reason = "Client.UserInitiatedShutdown";
      instance->state_message = "Client.UserInitiatedShutdown: User initiated shutdown";
    }
    after.push_back(*instance);
  }
  return Answer(TerminateInstancesAnswer(after, before));
}

Response Ec2Account::DescribeInstanceTypes(const Ec2Form& form) const {
  std::vector<Ec2FakeType> found;
  const std::vector<std::string> names = Ec2Values(form, "InstanceType");
  for (const Ec2FakeType& type : Ec2FakeTypes()) {
    bool passes = names.empty() || std::find(names.begin(), names.end(), type.name) != names.end();
    for (const Ec2FormFilter& filter : Ec2Filters(form)) {
      if (filter.name != "instance-type" && filter.name != "bare-metal") {
        return Ec2Refusal(400, "InvalidParameterValue",
                          "The filter '" + filter.name + "' is invalid");
      }
      const std::string value = filter.name == "instance-type" ? std::string(type.name)
                                : type.is_metal()              ? "true"
                                                               : "false";
      passes = passes && MatchesEc2Pattern(filter.values, value);
    }
    if (passes) found.push_back(type);
  }
  const Ec2Window page = Ec2PageOf(form, found.size(), options_.page_size, 100);
  const auto at = [&found](std::size_t i) {
    return found.begin() + static_cast<std::ptrdiff_t>(i);
  };
  return Answer(DescribeInstanceTypesAnswer({at(page.first), at(page.last)}, page.next_token));
}

Response Ec2Account::DescribeZoneTypes(const Ec2Form& form) const {
  const std::vector<Ec2FormFilter> filters = Ec2Filters(form);
  if (Ec2Value(form, "LocationType") != "availability-zone" || filters.size() != 1 ||
      filters[0].name != "location") {
    return Ec2Refusal(400, "InvalidParameterValue", "this fake knows one way to ask this");
  }
  const std::string zone = filters[0].values.at(0);
  const auto missing = missing_types.find(zone);
  std::vector<std::string> found;
  for (const Ec2FakeType& type : Ec2FakeTypes()) {
    const std::string name(type.name);
    if (missing == missing_types.end() || !missing->second.contains(name)) found.push_back(name);
  }
  const Ec2Window page = Ec2PageOf(form, found.size(), options_.page_size, found.size());
  const auto at = [&found](std::size_t i) {
    return found.begin() + static_cast<std::ptrdiff_t>(i);
  };
  return Answer(DescribeZoneTypesAnswer(zone, {at(page.first), at(page.last)}, page.next_token));
}

Response Ec2Account::DescribeImages(const Ec2Form& form) const {
  std::vector<Ec2FakeImage> found;
  // Whatever has the form of an id is an image, as it is for RunInstances.
  for (const std::string& id : Ec2Values(form, "ImageId")) {
    if (!id.starts_with("ami-")) return Ec2Refusal(400, "InvalidAMIID.Malformed", id);
    found.push_back({id, "123456789012", "own", "x86_64", "2026-01-01T00:00:00.000Z", "/dev/sda1"});
  }
  if (!found.empty()) return Answer(DescribeImagesAnswer(found));
  for (const Ec2FakeImage& image : images) {
    bool passes = image.owner == Ec2Value(form, "Owner.1");
    for (const Ec2FormFilter& filter : Ec2Filters(form)) {
      const std::string value = filter.name == "name"           ? image.name
                                : filter.name == "architecture" ? image.architecture
                                                                : "available";
      passes = passes && MatchesEc2Pattern(filter.values, value);
    }
    if (passes) found.push_back(image);
  }
  return Answer(DescribeImagesAnswer(found));
}

Response Ec2Account::ImportKeyPair(const std::string& region, const Ec2Form& form) {
  const std::string name = Ec2Value(form, "KeyName");
  const auto material = DecodeBase64(Ec2Value(form, "PublicKeyMaterial"));
  if (!material || !material->starts_with("ssh-")) {
    return Ec2Refusal(400, "InvalidKey.Format", "Key is not in valid OpenSSH public key format");
  }
  if (!key_pairs_[region].insert(name).second) {
    return Ec2Refusal(400, "InvalidKeyPair.Duplicate",
                      "The keypair '" + name + "' already exists.");
  }
  return Answer(ImportKeyPairAnswer(name));
}

std::string Ec2Account::Add(Ec2FakeInstance instance) {
  const std::size_t number = instances_.size() + 1;
  instance.id = fmt::format("i-{:017x}", number);
  instance.address = options_.own_addresses ? fmt::format("127.1.{}.{}", number / 256, number % 256)
                                            : options_.address;
  instances_.push_back(std::move(instance));
  return instances_.back().id;
}

Ec2FakeInstance* Ec2Account::Find(const std::string& id) {
  const auto found = std::find_if(instances_.begin(), instances_.end(),
                                  [&id](const Ec2FakeInstance& i) { return i.id == id; });
  return found == instances_.end() ? nullptr : &*found;
}

// It stays in the records, and its region forgets it.
void Ec2Account::Forget(const std::string& id) {
  if (Ec2FakeInstance* instance = Find(id)) {
    instance->state = "terminated";
    instance->region.clear();
  }
}

Ec2FakeInstance* Ec2Account::FindVisible(const std::string& region, const std::string& id) {
  Ec2FakeInstance* instance = Find(id);
  const bool is_visible =
      instance != nullptr && instance->region == region && instance->hidden_looks <= 0;
  return is_visible ? instance : nullptr;
}

// A look at the instance brings it on its way; the look itself still sees where it was.
void Ec2Account::Settle(Ec2FakeInstance& instance, Time now) {
  if (instance.state == "pending") {
    if (instance.pending_looks-- > 0 || now < instance.launched_at + options_.boot_time) return;
    instance.state = instance.start_failure.empty() ? "running" : "terminated";
    instance.state_reason = instance.start_failure;
    if (!instance.start_failure.empty()) {
      instance.state_message = instance.start_failure + ": the instance could not be started";
    }
  } else if (instance.state == "shutting-down" && instance.stopping_looks-- <= 0) {
    instance.state = "terminated";
  }
}

}  // namespace spillway::fakes
