#include "providers/vultr/vultr_os.h"

#include <algorithm>
#include <string>

namespace spillway {
namespace {

// The names of those that begin with `start`, or of all when none does.
std::string Names(std::span<const VultrOs> systems, std::string_view start) {
  std::string some, all;
  for (const VultrOs& os : systems) {
    all += (all.empty() ? "" : ", ") + os.name;
    if (os.name.starts_with(start)) some += (some.empty() ? "" : ", ") + os.name;
  }
  return some.empty() ? all : some;
}

}  // namespace

Result<std::int64_t> FindVultrOs(std::span<const VultrOs> systems, std::string_view name) {
  const auto same = std::find_if(systems.begin(), systems.end(),
                                 [name](const VultrOs& os) { return os.name == name; });
  if (same != systems.end()) return same->id;

  const auto begins = [name](const VultrOs& os) { return os.name.starts_with(name); };
  if (std::count_if(systems.begin(), systems.end(), begins) == 1) {
    return std::find_if(systems.begin(), systems.end(), begins)->id;
  }
  return Error{ErrorKind::kInvalid, "vultr list operating systems", "",
               "os: \"" + std::string(name) + "\" is no operating system of Vultr's, but: " +
                   Names(systems, name.substr(0, name.find(' ')))};
}

}  // namespace spillway
