#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "scaler/app/flap_check.h"
#include "scaler/cli/commands.h"
#include "scaler/cli/config_errors.h"
#include "scaler/cli/flap_view.h"
#include "scaler/cli/output.h"
#include "scaler/cli/record_text.h"
#include "scaler/cli/stored_state.h"

namespace spillway {
namespace {

ConfigError ErrorOf(const FlapFinding& finding) {
  return {finding.path, finding.line, SentenceOf(finding)};
}

std::string Line(const FlapFinding& finding, const TextStyle& style) {
  const std::string who =
      finding.cluster + (finding.shadow.empty() ? "" : ", were " + finding.shadow + " to act");
  const FlapProof& proof = finding.proof;
  if (!proof.cycle) {
    return Painted(style, Ink::kGood, "calm  ") +
           fmt::format(" {}: came to rest in each of {} runs ({} evaluations)\n", who, proof.runs,
                       proof.evaluations);
  }
  return Painted(style, finding.is_allowed ? Ink::kBusy : Ink::kBad,
                 finding.is_allowed ? "allowed" : "FLAPS ") +
         " " + Describe(ErrorOf(finding)) + "\n" + CycleView(finding, style);
}

}  // namespace

std::vector<ConfigError> PrintFlapping(const AppConfig& config, bool is_silent) {
  std::vector<ConfigError> errors;
  for (const FlapFinding& finding : CheckFlapping(config, "", /*is_thorough=*/false)) {
    if (!finding.is_refused()) continue;
    errors.push_back(ErrorOf(finding));
    if (is_silent) continue;
    fmt::print(stderr, "{}\n{}", Describe(errors.back()), CycleView(finding, StyleOfStdout()));
  }
  return errors;
}

int CheckPolicies(const PolicyCheckOptions& options) {
  const ReadConfigResult read = ReadConfigFile(options.config);
  if (!read.config) {
    PrintConfigErrors(options.config, read.errors);
    return kBadConfig;
  }
  if (!options.cluster.empty() && !ClusterNames(*read.config).contains(options.cluster)) {
    throw CommandError(kNothingThere,
                       "there is no cluster " + options.cluster + " in " + options.config);
  }
  const std::vector<FlapFinding> findings =
      CheckFlapping(*read.config, options.cluster, /*is_thorough=*/true);
  nlohmann::json list = nlohmann::json::array();
  for (const FlapFinding& finding : findings) {
    if (options.output == OutputFormat::kText) {
      Print(Line(finding, StyleOfStdout()));
    } else {
      list.push_back(FlapJson(finding));
    }
  }
  if (options.output != OutputFormat::kText) Print(InFormat(options.output, JsonText(list)));
  const bool is_refused = std::any_of(findings.begin(), findings.end(),
                                      [](const FlapFinding& f) { return f.is_refused(); });
  return is_refused ? kBadConfig : kOk;
}

}  // namespace spillway
