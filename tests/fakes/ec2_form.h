// Form parameters of the EC2 Query protocol, as the fake reads them.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace spillway::fakes {

using Ec2Form = std::map<std::string, std::string>;

// Empty when it is not there.
std::string Ec2Value(const Ec2Form& form, const std::string& name);
// "X.1", "X.2", … as far as they go.
std::vector<std::string> Ec2Values(const Ec2Form& form, const std::string& name);
bool HasEc2Prefix(const Ec2Form& form, const std::string& prefix);

struct Ec2FormFilter {
  std::string name;
  std::vector<std::string> values;
};
std::vector<Ec2FormFilter> Ec2Filters(const Ec2Form& form);
// Patterns have '*' and '?', and a backslash takes their meaning away.
bool MatchesEc2Pattern(const std::vector<std::string>& patterns, const std::string& text);

// The tags that a RunInstances wants on the instance.
std::map<std::string, std::string> Ec2InstanceTags(const Ec2Form& form);

// Which of `size` items are on the page that is asked for, and the token of the next one.
struct Ec2Window {
  std::size_t first = 0;
  std::size_t last = 0;
  std::string next_token;
};
Ec2Window Ec2PageOf(const Ec2Form& form, std::size_t size, int page_size,
                    std::size_t without_limit);

}  // namespace spillway::fakes
