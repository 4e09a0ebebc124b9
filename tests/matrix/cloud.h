// One provider's fake, and how a configuration and its surroundings point at it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "providers/surroundings.h"
#include "scaler/model/time.h"

namespace spillway::matrix {

class Cloud {
 public:
  virtual ~Cloud() = default;

  // The members of its provider in the configuration, as a YAML flow mapping without its braces.
  virtual std::string Members() const = 0;
  virtual Surroundings surroundings() const = 0;
  virtual void Advance(Duration d) = 0;
  // Machines that somebody pays for now.
  virtual int live() const = 0;
};

// REQUIRES: one of Kinds(). Machines' addresses are in 127.0.0.0/8; where SSH is asked for by the
// provider itself, it answers at `ssh_port`.
std::unique_ptr<Cloud> MakeCloud(const std::string& kind, int ssh_port);

// Every kind of provider in the product's matrix, in its order.
const std::vector<std::string>& Kinds();

}  // namespace spillway::matrix
