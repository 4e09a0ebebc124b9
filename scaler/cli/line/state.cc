#include "scaler/cli/line/groups.h"
#include "scaler/cli/line/options.h"

namespace spillway {
namespace {

struct HostsOptions {
  StoreOptions store;
  std::string host;
  bool with_gone = false;
};

struct ExplainOptions {
  StoreOptions store;
  std::string decision = "latest";
};

void DeclareStatus(CommandLine& line) {
  auto [status, options] = line.Add<StoreOptions>(line.program(), "status",
                                                  "what the clusters have and want", ShowStatus);
  AddStore(status, options);
}

void DeclareHosts(CommandLine& line) {
  auto [hosts, options] =
      line.Add<HostsOptions>(line.program(), "hosts", "every host, where it stands and why",
                             [](const HostsOptions& typed) {
                               return ShowHosts(typed.store, typed.host, typed.with_gone);
                             });
  AddStore(hosts, options.store);
  hosts->add_option("host", options.host, "one of them, with what was looked at to know it ready");
  hosts->add_flag("--gone", options.with_gone, "also those that are gone");
}

void DeclareExplain(CommandLine& line) {
  auto [explain, options] = line.Add<ExplainOptions>(
      line.program(), "explain", "a decision with everything it was made of",
      [](const ExplainOptions& typed) { return Explain(typed.store, typed.decision); });
  explain->add_option("decision", options.decision, "its id, or \"latest\"")->capture_default_str();
  AddStore(explain, options.store);
}

}  // namespace

void DeclareState(CommandLine& line) {
  DeclareStatus(line);
  DeclareHosts(line);
  DeclareExplain(line);
}

}  // namespace spillway
