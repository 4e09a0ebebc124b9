// Commands that ask the service to do something.
#include <unistd.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "scaler/cli/action_view.h"
#include "scaler/cli/actions.h"
#include "scaler/cli/api_client.h"
#include "scaler/cli/output.h"
#include "scaler/cli/record_text.h"
#include "scaler/runtime/clock.h"

namespace spillway {
namespace {

using nlohmann::json;

constexpr const char* kDryRun = "?dry_run=true";

std::string PreviewText(const ApiClient& client, const json& preview) {
  return Understood(client, [&] { return PreviewView(preview, StyleOfStdout()); });
}

// Shows what would be given back and asks; without a terminal whoever wrote the script is sure.
void AskBefore(ApiClient& client, const ActionRequest& request) {
  if (isatty(STDIN_FILENO) == 0 || isatty(STDERR_FILENO) == 0) return;
  const json preview = client.Post(request.path + kDryRun, request.body);
  if (!Understood(client, [&] { return GivesBack(preview); })) return;
  std::cerr << PreviewText(client, preview) << "Machines are given back. Go on? [y/N] ";
  std::string answer;
  std::getline(std::cin, answer);
  if (answer != "y" && answer != "yes") throw CommandError(kFailed, "nothing was done");
}

int Act(const ActionOptions& typed, const ActionRequest& request) {
  ApiClient client(ApiOf(typed.api));
  if (request.may_give_back && !typed.is_sure && !typed.is_dry_run) AskBefore(client, request);
  const json answer = client.Post(request.path + (typed.is_dry_run ? kDryRun : ""), request.body);
  if (typed.output != OutputFormat::kText) {
    Print(InFormat(typed.output, JsonText(answer)));
  } else if (typed.is_dry_run) {
    Print(PreviewText(client, answer));
  } else {
    Print(Understood(client,
                     [&] { return OutcomeView(answer, SystemClock().Now(), StyleOfStdout()); }));
  }
  return kOk;
}

}  // namespace

int ActOnCluster(const ClusterActionOptions& options) {
  return Act(options.action, ClusterRequest(options));
}

int ActOnHost(const HostActionOptions& options) {
  return Act(options.action, HostRequest(options));
}

int ReloadConfig(const ActionOptions& options) { return Act(options, ReloadRequest(options)); }

int PromoteByService(const PolicyPromoteOptions& options) {
  return Act(options.action, PromoteRequest(options));
}

}  // namespace spillway
