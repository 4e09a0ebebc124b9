#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "scaler/app/app_config.h"
#include "scaler/cli/commands.h"
#include "scaler/cli/config_errors.h"
#include "scaler/cli/output.h"
#include "scaler/cli/stored_state.h"
#include "scaler/control/roles.h"
#include "scaler/runtime/clock.h"

namespace spillway {
namespace {

std::size_t FindCluster(const AppConfig& config, const PolicyPromoteOptions& options) {
  for (std::size_t i = 0; i < config.clusters.size(); ++i) {
    if (config.clusters[i].name == options.cluster) return i;
  }
  throw CommandError(kNothingThere,
                     "there is no cluster " + options.cluster + " in " + options.config);
}

}  // namespace

int PromotePolicies(const PolicyPromoteOptions& options) {
  if (options.config.empty()) return PromoteByService(options);
  const ReadConfigResult read = ReadConfigFile(options.config);
  if (!read.config) {
    PrintConfigErrors(options.config, read.errors);
    return kBadConfig;
  }
  const std::size_t cluster = FindCluster(*read.config, options);
  const std::vector<std::string> configured = NamesThatMeasure(read.config->policies[cluster]);
  std::vector<std::string> known = NamesThatMeasure(read.config->shadows[cluster]);
  known.insert(known.end(), configured.begin(), configured.end());
  for (const std::string& policy : options.policies) {
    if (std::count(known.begin(), known.end(), policy) > 0) continue;
    throw CommandError(kNothingThere,
                       fmt::format("{} has no policy {} that measures anything; it has {}",
                                   options.cluster, policy, fmt::join(known, ", ")));
  }
  Changes changes;
  changes.notes.push_back(
      NoteOf({options.cluster, options.policies, configured, SystemClock().Now()}));
  OpenStoredForNotes({options.config, "", OutputFormat::kText})->Commit(changes);
  Print(fmt::format(
      "{}: {} act{} from now on; a service that is running takes it up within a few "
      "seconds, and it holds until the configuration says otherwise\n",
      options.cluster, fmt::join(options.policies, ", "), options.policies.size() == 1 ? "s" : ""));
  return kOk;
}

}  // namespace spillway
