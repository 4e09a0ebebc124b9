#include "providers/aws/ec2_api.h"

#include <pugixml.hpp>

#include "scaler/model/rfc3339.h"
#include "scaler/runtime/http_client.h"

namespace spillway {
namespace {

constexpr const char* kVersion = "2016-11-15";
constexpr const char* kInstancesPerPage = "500";
constexpr const char* kTypesPerPage = "100";

// Adds parameters under a common prefix, counting lists from 1 as the protocol does.
class Parameters {
 public:
  explicit Parameters(Ec2Request& request) : request_(request) {}

  Parameters& Add(const std::string& name, const std::string& value) {
    request_.parameters.emplace_back(name, value);
    return *this;
  }
  Parameters& AddUnlessEmpty(const std::string& name, const std::string& value) {
    return value.empty() ? *this : Add(name, value);
  }
  Parameters& AddList(const std::string& name, const std::vector<std::string>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      Add(name + "." + std::to_string(i + 1), values[i]);
    }
    return *this;
  }
  Parameters& AddFilter(int number, const std::string& name,
                        const std::vector<std::string>& values) {
    const std::string prefix = "Filter." + std::to_string(number) + ".";
    return Add(prefix + "Name", name).AddList(prefix + "Value", values);
  }

 private:
  Ec2Request& request_;
};

std::string EscapeWildcards(const std::string& value) {
  std::string escaped;
  for (const char c : value) {
    if (c == '*' || c == '?' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// A subnet or a public address of one's own choice is said at the interface, and then the security
// groups must stand there too: EC2 refuses a request that has both forms.
void AddNetwork(Parameters& to, const Ec2Launch& launch) {
  if (launch.subnet.empty()) {
    to.AddList("SecurityGroupId", launch.security_groups);
    return;
  }
  const std::string interface = "NetworkInterface.1.";
  to.Add(interface + "DeviceIndex", "0")
      .Add(interface + "SubnetId", launch.subnet)
      .Add(interface + "AssociatePublicIpAddress", launch.public_address ? "true" : "false")
      .Add(interface + "DeleteOnTermination", "true")
      .AddList(interface + "SecurityGroupId", launch.security_groups);
}

void AddRootVolume(Parameters& to, const Ec2Launch& launch) {
  if (launch.root_volume_gib == 0) return;
  const std::string mapping = "BlockDeviceMapping.1.";
  to.Add(mapping + "DeviceName", launch.root_device)
      .Add(mapping + "Ebs.VolumeSize", std::to_string(launch.root_volume_gib))
      .Add(mapping + "Ebs.VolumeType", "gp3")
      .Add(mapping + "Ebs.DeleteOnTermination", "true");
}

void AddTags(Parameters& to, const Ec2Launch& launch) {
  if (launch.tags.empty()) return;
  int number = 0;
  for (const char* resource : {"instance", "volume", "network-interface"}) {
    const std::string specification = "TagSpecification." + std::to_string(++number) + ".";
    to.Add(specification + "ResourceType", resource);
    for (std::size_t i = 0; i < launch.tags.size(); ++i) {
      const std::string tag = specification + "Tag." + std::to_string(i + 1) + ".";
      to.Add(tag + "Key", launch.tags[i].first).Add(tag + "Value", launch.tags[i].second);
    }
  }
}

// The root element when the text is whole XML and the root is called `name`; else an empty node.
pugi::xml_node Root(pugi::xml_document& document, std::string_view body, const char* name) {
  if (!document.load_buffer(body.data(), body.size())) return {};
  return document.child(name);
}

std::string Text(const pugi::xml_node& node) { return node.text().get(); }

Ec2Instance ReadInstance(const pugi::xml_node& item) {
  Ec2Instance instance;
  instance.id = Text(item.child("instanceId"));
  instance.state = Text(item.child("instanceState").child("name"));
  instance.type = Text(item.child("instanceType"));
  instance.zone = Text(item.child("placement").child("availabilityZone"));
  instance.public_address = Text(item.child("ipAddress"));
  instance.private_address = Text(item.child("privateIpAddress"));
  instance.launched_at = ParseRfc3339(Text(item.child("launchTime"))).value_or(kDistantPast);
  instance.state_reason = Text(item.child("stateReason").child("code"));
  instance.state_message = Text(item.child("stateReason").child("message"));
  for (const pugi::xml_node& tag : item.child("tagSet").children("item")) {
    instance.tags[Text(tag.child("key"))] = Text(tag.child("value"));
  }
  return instance;
}

Ec2InstanceType ReadInstanceType(const pugi::xml_node& item) {
  Ec2InstanceType type;
  type.name = Text(item.child("instanceType"));
  type.is_metal = item.child("bareMetal").text().as_bool();
  type.vcpu = item.child("vCpuInfo").child("defaultVCpus").text().as_llong();
  type.memory_mib = item.child("memoryInfo").child("sizeInMiB").text().as_llong();
  const auto architectures = item.child("processorInfo").child("supportedArchitectures");
  for (const pugi::xml_node& architecture : architectures.children("item")) {
    type.architectures.push_back(Text(architecture));
  }
  const auto features = item.child("processorInfo").child("supportedFeatures");
  for (const pugi::xml_node& feature : features.children("item")) {
    type.can_nest = type.can_nest || Text(feature) == "nested-virtualization";
  }
  return type;
}

}  // namespace

std::string Ec2Request::FormBody() const {
  std::string body = "Action=" + PercentEncode(action) + "&Version=" + kVersion;
  for (const auto& [name, value] : parameters) {
    body += "&" + PercentEncode(name) + "=" + PercentEncode(value);
  }
  return body;
}

Ec2Request RunInstances(const Ec2Launch& launch) {
  Ec2Request request{.action = "RunInstances", .effect = Effect::kCreates, .parameters = {}};
  Parameters to(request);
  to.Add("ImageId", launch.image)
      .Add("InstanceType", launch.type)
      .Add("MinCount", "1")
      .Add("MaxCount", "1")
      .Add("ClientToken", launch.client_token)
      .AddUnlessEmpty("Placement.AvailabilityZone", launch.zone)
      .AddUnlessEmpty("KeyName", launch.key_name)
      .Add("InstanceInitiatedShutdownBehavior", "terminate")
      .Add("MetadataOptions.HttpTokens", "required")
      .AddUnlessEmpty("CpuOptions.NestedVirtualization",
                      launch.nested_virtualization ? "enabled" : "");
  if (!launch.user_data.empty()) to.Add("UserData", Base64(launch.user_data));
  AddNetwork(to, launch);
  AddRootVolume(to, launch);
  AddTags(to, launch);
  return request;
}

Ec2Request DescribeInstance(const std::string& id) {
  Ec2Request request{.action = "DescribeInstances", .parameters = {}};
  Parameters(request).Add("InstanceId.1", id);
  return request;
}

Ec2Request DescribeInstances(const std::vector<Ec2Filter>& filters, const std::string& next_token) {
  Ec2Request request{.action = "DescribeInstances", .parameters = {}};
  Parameters to(request);
  int number = 0;
  for (const Ec2Filter& filter : filters) {
    std::vector<std::string> values;
    for (const std::string& value : filter.values) values.push_back(EscapeWildcards(value));
    to.AddFilter(++number, filter.name, values);
  }
  to.Add("MaxResults", kInstancesPerPage).AddUnlessEmpty("NextToken", next_token);
  return request;
}

Ec2Request TerminateInstance(const std::string& id) {
  Ec2Request request{
      .action = "TerminateInstances", .effect = Effect::kRepeatable, .parameters = {}};
  Parameters(request).Add("InstanceId.1", id);
  return request;
}

// A filter, not a list of types: one unknown name in the list would fail the whole call.
Ec2Request DescribeInstanceTypes(const std::vector<std::string>& types,
                                 const std::string& next_token) {
  Ec2Request request{.action = "DescribeInstanceTypes", .parameters = {}};
  Parameters(request)
      .AddFilter(1, "instance-type", types)
      .Add("MaxResults", kTypesPerPage)
      .AddUnlessEmpty("NextToken", next_token);
  return request;
}

Ec2Request DescribeZoneTypes(const std::string& zone, const std::string& next_token) {
  Ec2Request request{.action = "DescribeInstanceTypeOfferings", .parameters = {}};
  Parameters(request)
      .Add("LocationType", "availability-zone")
      .AddFilter(1, "location", {zone})
      .Add("MaxResults", kInstancesPerPage)
      .AddUnlessEmpty("NextToken", next_token);
  return request;
}

Ec2Request DescribeImage(const std::string& id) {
  Ec2Request request{.action = "DescribeImages", .parameters = {}};
  Parameters(request).Add("ImageId.1", id);
  return request;
}

Ec2Request DescribeImages(const std::string& owner, const std::string& name_pattern,
                          const std::string& architecture, const std::string& next_token) {
  Ec2Request request{.action = "DescribeImages", .parameters = {}};
  Parameters(request)
      .Add("Owner.1", owner)
      .AddFilter(1, "name", {name_pattern})
      .AddFilter(2, "architecture", {architecture})
      .AddFilter(3, "state", {"available"})
      .Add("MaxResults", kInstancesPerPage)
      .AddUnlessEmpty("NextToken", next_token);
  return request;
}

Ec2Request ImportKeyPair(const std::string& name, const std::string& public_key) {
  Ec2Request request{.action = "ImportKeyPair", .effect = Effect::kRepeatable, .parameters = {}};
  Parameters(request).Add("KeyName", name).Add("PublicKeyMaterial", Base64(public_key));
  return request;
}

std::optional<Ec2Instance> ReadRunInstances(std::string_view body) {
  pugi::xml_document document;
  const auto item =
      Root(document, body, "RunInstancesResponse").child("instancesSet").child("item");
  if (!item || Text(item.child("instanceId")).empty()) return std::nullopt;
  return ReadInstance(item);
}

std::optional<Page<Ec2Instance>> ReadDescribeInstances(std::string_view body) {
  pugi::xml_document document;
  const auto root = Root(document, body, "DescribeInstancesResponse");
  if (!root) return std::nullopt;
  Page<Ec2Instance> page;
  for (const auto& reservation : root.child("reservationSet").children("item")) {
    for (const auto& item : reservation.child("instancesSet").children("item")) {
      page.items.push_back(ReadInstance(item));
    }
  }
  page.next = Text(root.child("nextToken"));
  return page;
}

std::optional<Page<Ec2InstanceType>> ReadDescribeInstanceTypes(std::string_view body) {
  pugi::xml_document document;
  const auto root = Root(document, body, "DescribeInstanceTypesResponse");
  if (!root) return std::nullopt;
  Page<Ec2InstanceType> page;
  for (const auto& item : root.child("instanceTypeSet").children("item")) {
    page.items.push_back(ReadInstanceType(item));
  }
  page.next = Text(root.child("nextToken"));
  return page;
}

std::optional<Page<std::string>> ReadDescribeZoneTypes(std::string_view body) {
  pugi::xml_document document;
  const auto root = Root(document, body, "DescribeInstanceTypeOfferingsResponse");
  if (!root) return std::nullopt;
  Page<std::string> page;
  for (const auto& item : root.child("instanceTypeOfferingSet").children("item")) {
    page.items.push_back(Text(item.child("instanceType")));
  }
  page.next = Text(root.child("nextToken"));
  return page;
}

std::optional<Page<Ec2Image>> ReadDescribeImages(std::string_view body) {
  pugi::xml_document document;
  const auto root = Root(document, body, "DescribeImagesResponse");
  if (!root) return std::nullopt;
  Page<Ec2Image> page;
  for (const auto& item : root.child("imagesSet").children("item")) {
    page.items.push_back({Text(item.child("imageId")), Text(item.child("rootDeviceName")),
                          Text(item.child("creationDate"))});
  }
  page.next = Text(root.child("nextToken"));
  return page;
}

std::optional<Ec2ErrorBody> ReadEc2Error(std::string_view body) {
  pugi::xml_document document;
  for (const char* name : {"Response", "ErrorResponse"}) {
    const auto root = Root(document, body, name);
    auto error = root.child("Errors").child("Error");
    if (!error) error = root.child("Error");
    if (const std::string code = Text(error.child("Code")); !code.empty()) {
      return Ec2ErrorBody{code, Text(error.child("Message"))};
    }
  }
  return std::nullopt;
}

}  // namespace spillway
