// Environment variables and files that stand in maps, for what looks for credentials.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "providers/surroundings.h"

namespace spillway::testing {

using Texts = std::map<std::string, std::string>;

inline Surroundings SurroundingsOf(Texts variables, Texts files = {}) {
  const auto look_up = [](Texts texts) {
    return [texts = std::move(texts)](const std::string& name) -> std::optional<std::string> {
      const auto found = texts.find(name);
      if (found == texts.end()) return std::nullopt;
      return found->second;
    };
  };
  return {.variable = look_up(std::move(variables)), .file = look_up(std::move(files))};
}

}  // namespace spillway::testing
