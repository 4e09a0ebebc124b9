// What stands alike in the configuration of every cloud account.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "providers/provider.h"
#include "scaler/model/money.h"
#include "scaler/runtime/config_node.h"

namespace spillway {

// By "plan" or "location/plan": what a machine costs per hour, everything included. It goes before
// what the provider or a shipped table says.
using PriceOverrides = std::map<std::string, Money>;

// The most special one; nothing when there is none.
std::optional<Money> OverriddenPrice(const PriceOverrides& prices, std::string_view location,
                                     std::string_view plan);

struct AccountConfig {
  std::string name = {};       // of the account in the configuration
  std::string endpoint = {};   // instead of the provider's own address; empty: that
  bool public_address = true;  // hosts are reached at their public address, else the private one
  PriceOverrides prices = {};
  CreateBudget create_budget = {};
  int parallel_calls = 4;  // for each lane
  Duration call_time_limit = std::chrono::seconds(30);

  friend bool operator==(const AccountConfig&, const AccountConfig&) = default;
};

// Reads `endpoint`, `address`, `prices`, `create_budget`, `parallel_calls` and `call_time_limit`
// of a provider's node; what is missing is as in `defaults`. Errors are recorded in `node`.
AccountConfig ReadAccount(const std::string& name, const ConfigNode& node,
                          const AccountConfig& defaults = {});

// Reads {per_second, burst, in_flight}.
CreateBudget ReadCreateBudget(const ConfigNode& node, const CreateBudget& defaults);

// The member `key` as a URL that begins with http:// or https://; empty when it is missing.
std::string ReadUrl(const ConfigNode& node, const std::string& key);

}  // namespace spillway
