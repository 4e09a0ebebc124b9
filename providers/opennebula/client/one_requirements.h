// OpenNebula's placement requirements, as far as they can be told of a host that is not there yet.
//
//   (CLUSTER_ID = 0 | CLUSTER_ID = 100) & !(PUBLIC_CLOUD = YES) & HYPERVISOR = "kvm"
//
// A term compares an attribute by =, !=, > or < with a number, or by = and != with a pattern (* ?
// [a-z]), or asks by @> whether a list has a member. !, & and | bind alike, from left to right; an
// empty text is met. A term about an attribute that the host does not have is false, != too.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace spillway {

enum class Truth { kNo, kYes, kUnknown };

// What is known of a host beforehand: attributes with their values, and those that it will not
// have. Of all others nobody knows.
struct HostToCome {
  std::map<std::string, std::string> attributes;
  std::set<std::string> without;
};

// kUnknown also for a text that is none of these.
Truth Meets(const HostToCome& host, std::string_view requirements);

}  // namespace spillway
