// YAML text <-> JSON tree. The door for yaml-cpp.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace spillway {

// Reads one document. Plain scalars become null, booleans, integers or floats as in YAML 1.2's
// core schema; quoted ones are strings. `lines` gets the line (from 1) of every value by its path
// (config_node.h), for a member the line of its key. Throws std::runtime_error with line and column
// for text that is not YAML or not UTF-8, for a key that stands twice, for what JSON cannot hold,
// for aliases, and for nesting deeper than 64 levels.
nlohmann::json ReadYaml(std::string_view text, std::map<std::string, int>& lines);

// Block style, members in the order of their names, every string double-quoted but keys of small
// letters. ReadYaml gives the tree back.
std::string WriteYaml(const nlohmann::json& tree);

}  // namespace spillway
