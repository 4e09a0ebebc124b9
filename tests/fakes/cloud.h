// Any provider's fake, by its kind, and how a configuration and its surroundings point at it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "scaler/model/time.h"

namespace spillway::fakes {

class Cloud {
 public:
  virtual ~Cloud() = default;

  // The members of its provider in the configuration, as a YAML flow mapping without its braces.
  virtual std::string Members() const = 0;
  // Where its credentials are found: environment variables, and what stands in files by their path.
  virtual std::map<std::string, std::string> variables() const = 0;
  virtual std::map<std::string, std::string> files() const { return {}; }
  virtual void Advance(Duration d) = 0;  // REQUIRES: Pace::kDriven
  // Machines that somebody pays for now.
  virtual int live() const = 0;
};

// How time passes in it.
enum class Pace {
  kDriven,  // by Advance; machines boot in minutes
  kReal,    // by the machine's clock; they boot at once
};

// REQUIRES: one of Kinds(). Machines' addresses are in 127.0.0.0/8; where SSH is asked for by the
// provider itself, it answers at `ssh_port`.
std::unique_ptr<Cloud> MakeCloud(const std::string& kind, int ssh_port, Pace pace = Pace::kDriven);

// Every kind of provider in the product's matrix, in its order.
const std::vector<std::string>& Kinds();

}  // namespace spillway::fakes
