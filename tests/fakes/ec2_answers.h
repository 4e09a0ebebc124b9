// The words of EC2: documents as they go over the wire, and the instance types there are.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fakes/ec2.h"

namespace spillway::fakes {

struct Ec2FakeType {
  std::string_view name;
  int vcpu = 0;
  int memory_mib = 0;
  bool is_metal() const { return name.find(".metal") != name.npos; }
  bool is_arm() const;
  bool can_nest() const { return name.starts_with("c8i.") || name.starts_with("c7i."); }
};
std::span<const Ec2FakeType> Ec2FakeTypes();
// Null when there is none of this name.
const Ec2FakeType* FindEc2FakeType(std::string_view name);

struct Ec2FakeImage {
  std::string id;
  std::string owner;
  std::string name;
  std::string architecture;
  std::string created_at;
  std::string root_device;
};
// What Debian and Canonical have put out, not in the order of their dates.
std::vector<Ec2FakeImage> Ec2FakeImages();

std::string Ec2ErrorAnswer(const std::string& code, const std::string& message);
std::string RunInstancesAnswer(const Ec2FakeInstance& instance);
std::string DescribeInstancesAnswer(const std::vector<Ec2FakeInstance>& instances,
                                    const std::string& next_token);
// `before` holds the states that the instances had.
std::string TerminateInstancesAnswer(const std::vector<Ec2FakeInstance>& instances,
                                     const std::vector<std::string>& before);
std::string DescribeInstanceTypesAnswer(const std::vector<Ec2FakeType>& types,
                                        const std::string& next_token);
std::string DescribeZoneTypesAnswer(const std::string& zone, const std::vector<std::string>& types,
                                    const std::string& next_token);
std::string DescribeImagesAnswer(const std::vector<Ec2FakeImage>& images);
std::string ImportKeyPairAnswer(const std::string& name);

// "2026-03-02T10:00:00.000Z"
std::string Ec2Time(Time time);
// Nothing when `text` is not base64.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace spillway::fakes
