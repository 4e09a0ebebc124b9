// The EC2 Query API of 2016-11-15 as values: requests to form parameters, XML answers to structs.
// Pure; ec2_client.h sends them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "providers/effect.h"
#include "providers/pages.h"
#include "scaler/model/time.h"

namespace spillway {

struct Ec2Request {
  std::string action;
  Effect effect = Effect::kReads;
  std::vector<std::pair<std::string, std::string>> parameters;

  // "Action=…&Version=…&…", percent-encoded.
  std::string FormBody() const;
};

struct Ec2Launch {
  std::string image;
  std::string type;
  std::string client_token;
  std::string zone;    // empty: EC2's choice, or the subnet's
  std::string subnet;  // empty: the default one
  std::vector<std::string> security_groups;
  bool public_address = true;  // of the interface in `subnet`; a default subnet has its own rule
  std::string key_name;        // empty: none
  std::string user_data;       // as it is, not yet base64; empty: none
  std::string root_device;     // must be the image's, or a second disk appears
  int root_volume_gib = 0;     // 0: as the image says
  bool nested_virtualization = false;  // of a virtual type that can
  // Written on the instance, its volumes and its network interfaces.
  std::vector<std::pair<std::string, std::string>> tags;
};

// Values in which '*', '?' and '\' stand for themselves.
struct Ec2Filter {
  std::string name;
  std::vector<std::string> values;
};

// One machine, that ends when it switches itself off and gives its metadata only to IMDSv2.
Ec2Request RunInstances(const Ec2Launch& launch);
Ec2Request DescribeInstance(const std::string& id);
// One page; `next_token` is empty for the first.
Ec2Request DescribeInstances(const std::vector<Ec2Filter>& filters, const std::string& next_token);
Ec2Request TerminateInstance(const std::string& id);
// One page of those of `types` that the region has.
Ec2Request DescribeInstanceTypes(const std::vector<std::string>& types,
                                 const std::string& next_token);
// One page of the types that a zone has.
Ec2Request DescribeZoneTypes(const std::string& zone, const std::string& next_token);
// The image with this id.
Ec2Request DescribeImage(const std::string& id);
// One page of an owner's images that are to be had, by a pattern of their names.
Ec2Request DescribeImages(const std::string& owner, const std::string& name_pattern,
                          const std::string& architecture, const std::string& next_token);
// `public_key` is the whole line of a public SSH key.
Ec2Request ImportKeyPair(const std::string& name, const std::string& public_key);

struct Ec2Instance {
  std::string id;
  std::string state;  // "pending", "running", …
  std::string type;
  std::string zone;
  std::string public_address;
  std::string private_address;
  Time launched_at;
  std::string state_reason;  // "Server.InsufficientInstanceCapacity"
  std::string state_message;
  std::map<std::string, std::string> tags;

  friend bool operator==(const Ec2Instance&, const Ec2Instance&) = default;
};

struct Ec2InstanceType {
  std::string name;
  bool is_metal = false;
  std::int64_t vcpu = 0;
  std::int64_t memory_mib = 0;
  std::vector<std::string> architectures;  // "x86_64", "arm64", …
  bool can_nest = false;                   // a virtual machine of it can run KVM

  friend bool operator==(const Ec2InstanceType&, const Ec2InstanceType&) = default;
};

struct Ec2Image {
  std::string id;
  std::string root_device;  // "/dev/xvda"
  std::string created_at;   // ISO 8601, so that a later one sorts behind an earlier one

  friend bool operator==(const Ec2Image&, const Ec2Image&) = default;
};

struct Ec2ErrorBody {
  std::string code;
  std::string message;

  friend bool operator==(const Ec2ErrorBody&, const Ec2ErrorBody&) = default;
};

// Nothing when `body` is not the whole answer to that call. RunInstances gives exactly one.
std::optional<Ec2Instance> ReadRunInstances(std::string_view body);
std::optional<Page<Ec2Instance>> ReadDescribeInstances(std::string_view body);
std::optional<Page<Ec2InstanceType>> ReadDescribeInstanceTypes(std::string_view body);
std::optional<Page<std::string>> ReadDescribeZoneTypes(std::string_view body);
std::optional<Page<Ec2Image>> ReadDescribeImages(std::string_view body);
// Nothing when `body` is not an error of EC2, such as a load balancer's page.
std::optional<Ec2ErrorBody> ReadEc2Error(std::string_view body);

}  // namespace spillway
