// An external provider in the configuration: a program that speaks the protocol of README.md.
//
//   providers:
//     mycloud:
//       type: external
//       command: [/usr/local/lib/spillway/mycloud, --quiet]
//       hosts: {metal: [kvm, lxc], virtual: [lxc]}  # what its machines are to be used for
//       environment:                                # with PATH all that the program has
//         MYCLOUD_TOKEN: {variable: MYCLOUD_TOKEN}  # of Spillway's own environment
//         MYCLOUD_KEY: {file: /etc/spillway/mycloud.key}  # its text, without the line end
//         MYCLOUD_URL: {text: "https://api.example.org"}  # no secret
//       settings: {region: north}  # said to the program at its start; its own business
//       start_time_limit: 10s
//       call_time_limit: 1m  # the most that a call may take, whatever the program says it needs
//       create_budget: {per_second: 1, burst: 5, in_flight: 20}
//       parallel_calls: 4  # of each lane; there are as many programs as calls at a time
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "providers/builtin.h"
#include "providers/credential_sighting.h"
#include "providers/provider.h"
#include "providers/surroundings.h"
#include "scaler/model/kinds.h"
#include "scaler/runtime/config_node.h"
#include "scaler/runtime/secret.h"

namespace spillway {

// Where the value of a variable of the program's environment comes from.
struct ExternalVariable {
  enum class Source { kVariable, kFile, kText };
  std::string name;
  Source source = Source::kText;
  std::string from;  // the name of the variable, the path of the file, or the text itself

  friend bool operator==(const ExternalVariable&, const ExternalVariable&) = default;
};

struct ExternalConfig {
  std::string name;  // of the account in the configuration
  std::vector<std::string> command;
  std::vector<MatrixRow> rows;
  std::vector<ExternalVariable> environment;
  std::map<std::string, std::string> settings;
  Duration start_time_limit = std::chrono::seconds(10);
  Duration call_time_limit = std::chrono::minutes(1);
  CreateBudget create_budget;
  int parallel_calls = 4;  // for each lane
};

// Reads and checks; errors are recorded in `node`, whose Finish() is the caller's business.
ExternalConfig ReadExternalConfig(const std::string& name, const ConfigNode& node);

// The value of `variable`; nothing when its variable is not set or its file cannot be read. What is
// not a plain text of the configuration counts as a secret.
std::optional<Secret> ValueOf(const ExternalVariable& variable, const Surroundings& surroundings);

// Whether everything that the environment refers to is there.
CredentialSighting SightEnvironment(const ExternalConfig& config, const Surroundings& surroundings);

// For the list in providers/builtin.cc.
ParsedProvider ParseExternalProvider(const std::string& name, const ConfigNode& node);

}  // namespace spillway
