// What the Metal API does not say of its plans, or not of all: a dated table. The operator's
// configuration goes before it, and so does a price that the API gives.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scaler/model/money.h"

namespace spillway {

// The processors of a plan as the API names them: {2, "Intel Xeon Gold 5120 14-Core Processor"}.
struct EquinixCpus {
  std::int64_t count = 0;
  std::string type;

  friend bool operator==(const EquinixCpus&, const EquinixCpus&) = default;
};

// On demand, per hour; nothing for a plan that the table does not have.
std::optional<Money> ShippedEquinixPrice(std::string_view plan);

// The cores of a machine of `plan`: those of the table, because some texts name the cores of one
// processor and some those of all; else what the text says. Nothing when neither tells.
std::optional<std::int64_t> EquinixCores(std::string_view plan,
                                         const std::vector<EquinixCpus>& cpus);

}  // namespace spillway
