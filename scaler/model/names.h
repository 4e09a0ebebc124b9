// Enumerations and their words. Each enumeration is written once, as a table of pairs beside its
// Name() function; both directions of the translation read that table.
#pragma once

#include <optional>
#include <string_view>

#include "scaler/model/decision.h"
#include "scaler/model/error.h"
#include "scaler/model/host.h"
#include "scaler/model/recommendation.h"
#include "scaler/model/signal.h"

namespace spillway {

template <class Table, class E>
std::string_view NameIn(const Table& table, E value) {
  for (const auto& [v, name] : table) {
    if (v == value) return name;
  }
  return "unknown";
}

template <class Table>
auto ValueIn(const Table& table, std::string_view name)
    -> std::optional<typename Table::value_type::first_type> {
  for (const auto& [value, n] : table) {
    if (n == name) return value;
  }
  return std::nullopt;
}

// Back from the words that only records hold; the words of configurations have their function in
// the header of the enumeration.
std::optional<ErrorKind> ErrorKindFrom(std::string_view name);
std::optional<HostGoal> HostGoalFrom(std::string_view name);
std::optional<RecommendationKind> RecommendationKindFrom(std::string_view name);
std::optional<SignalState> SignalStateFrom(std::string_view name);
std::optional<Verdict> VerdictFrom(std::string_view name);

}  // namespace spillway
