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
};
std::span<const Ec2FakeType> Ec2FakeTypes();
// Null when there is none of this name.
const Ec2FakeType* FindEc2FakeType(std::string_view name);

std::string Ec2ErrorAnswer(const std::string& code, const std::string& message);
std::string RunInstancesAnswer(const Ec2FakeInstance& instance);
std::string DescribeInstancesAnswer(const std::vector<Ec2FakeInstance>& instances,
                                    const std::string& next_token);
// `before` holds the states that the instances had.
std::string TerminateInstancesAnswer(const std::vector<Ec2FakeInstance>& instances,
                                     const std::vector<std::string>& before);
std::string DescribeInstanceTypesAnswer(const std::vector<Ec2FakeType>& types,
                                        const std::string& next_token);

// "2026-03-02T10:00:00.000Z"
std::string Ec2Time(Time time);
// Nothing when `text` is not base64.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace spillway::fakes
