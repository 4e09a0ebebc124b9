#include "scaler/cli/hosts_view.h"
#include "scaler/cli/output.h"
#include "scaler/cli/stored_state.h"
#include "scaler/runtime/clock.h"

namespace spillway {

namespace {

int ShowHost(const StoreOptions& options, const std::string& id) {
  for (const HostRecord& host : OpenStored(options)->Hosts(true)) {
    if (host.id != id) continue;
    Print(options.output != OutputFormat::kText
              ? InFormat(options.output, HostJson(host))
              : HostView(host, SystemClock().Now(), StyleOfStdout()));
    return kOk;
  }
  throw CommandError(kNothingThere,
                     "there is no host \"" + id + "\"; `spillway hosts --gone` names them all");
}

}  // namespace

int ShowHosts(const StoreOptions& options, const std::string& host, bool with_gone) {
  if (!host.empty()) return ShowHost(options, host);
  const std::vector<HostRecord> hosts = OpenStored(options)->Hosts(with_gone);
  Print(options.output != OutputFormat::kText
            ? InFormat(options.output, HostsJson(hosts))
            : HostsView(hosts, SystemClock().Now(), StyleOfStdout()));
  return kOk;
}

}  // namespace spillway
