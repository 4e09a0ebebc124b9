// Whether an account of the configuration can be used: harmless calls that need the credentials,
// and what is wrong in words.
#pragma once

#include <string>
#include <vector>

#include "providers/builtin.h"

namespace spillway {

struct CheckedStep {
  std::string name;  // "credentials", "start", "list", "offers"
  bool passed = false;
  std::string text;
  std::vector<std::string> remarks;

  friend bool operator==(const CheckedStep&, const CheckedStep&) = default;
};

struct AccountCheck {
  std::string account;
  std::vector<CheckedStep> steps;  // up to the first without which the next make no sense

  bool passed() const;
};

// Lists the machines of `owner` and asks for the offers; makes and changes nothing.
AccountCheck CheckAccount(const std::string& account, const ParsedProvider& provider,
                          const PluginContext& context, const std::string& owner);

}  // namespace spillway
