#include "scaler/cli/hosts_view.h"
#include "scaler/cli/output.h"
#include "scaler/cli/stored_state.h"
#include "scaler/runtime/clock.h"

namespace spillway {

int ShowHosts(const StoreOptions& options, bool with_gone) {
  const std::vector<HostRecord> hosts = OpenStored(options)->Hosts(with_gone);
  Print(options.output == OutputFormat::kJson
            ? HostsJson(hosts)
            : HostsView(hosts, SystemClock().Now(), StyleOfStdout()));
  return kOk;
}

}  // namespace spillway
