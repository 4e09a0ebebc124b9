// What a provider may find outside of the configuration: environment variables and files, where
// the users of each provider keep their credentials. A value, so that tests bring their own.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace spillway {

struct Surroundings {
  // The value of an environment variable, nothing when it is not set or empty.
  std::function<std::optional<std::string>(const std::string& name)> variable;
  // The text of a file, nothing when it cannot be read.
  std::function<std::optional<std::string>(const std::string& path)> file;
};

// Those of this process.
Surroundings ProcessSurroundings();

// "~/name" as a path: below HOME; just `name` when that is not set.
std::string HomeFile(const Surroundings& surroundings, const std::string& name);

}  // namespace spillway
