#include "scaler/cli/line/groups.h"
#include "scaler/cli/line/options.h"

namespace spillway {
namespace {

constexpr std::int64_t kMostDecisions = 10'000;
constexpr std::int64_t kMostAudited = 200;

void AddCluster(CLI::App* command, std::string& cluster) {
  command->add_option("--cluster", cluster, "of this one only");
}

void DeclareStatus(CommandLine& line) {
  auto [status, options] = line.Add<StatusOptions>(line.program(), "status",
                                                   "what the clusters have and want", ShowStatus);
  AddStoreOrApi(status, options.store, options.api);
  status->add_flag("--watch,-w", options.is_watched,
                   "go on showing it as it changes, until Ctrl-C");
}

void DeclareClusters(CommandLine& line) {
  auto [clusters, options] = line.Add<ClusterOptions>(
      line.program(), "clusters", "a row for each cluster; or one of them, with its ladder",
      ShowClusters);
  clusters->add_option("cluster", options.cluster, "one of them");
  AddApi(clusters, options.api);
  AddOutput(clusters, options.output);
}

void DeclareHosts(CommandLine& line) {
  auto [hosts, options] = line.Add<HostsOptions>(line.program(), "hosts",
                                                 "every host, where it stands and why", ShowHosts);
  hosts->add_option("host", options.host, "one of them, with what was looked at to know it ready");
  AddCluster(hosts, options.cluster);
  hosts->add_option("--provider", options.provider, "of this account only");
  AddWord(hosts, "--state", options.state, HostStateFrom,
          "requested|creating|booting|configuring|enrolling|ready|cordoned|draining|removing|gone|"
          "failed",
          "in this state only");
  hosts->add_flag("--gone", options.with_gone, "also those that are gone");
  AddStoreOrApi(hosts, options.store, options.api);
}

void DeclareDecisions(CommandLine& line) {
  auto [decisions, options] = line.Add<DecisionsOptions>(
      line.program(), "decisions", "what was decided, newest first", ShowDecisions);
  AddCluster(decisions, options.of.cluster);
  AddTime(decisions, "--since", options.since, "not before it");
  AddTime(decisions, "--before", options.before, "before it");
  decisions->add_option("--limit", options.limit, "so many at most")
      ->check(CLI::Range(std::int64_t{1}, kMostDecisions))
      ->capture_default_str();
  AddApi(decisions, options.of.api);
  AddOutput(decisions, options.of.output);
}

constexpr const char* kExplainExample =
    "Example: the last decision; why the cluster edge had no more hosts last evening\n"
    "  spillway explain\n"
    "  spillway explain edge --at 2026-03-02T18:00:00Z\n";

void DeclareExplain(CommandLine& line) {
  auto [explain, options] = line.Add<ExplainOptions>(
      line.program(), "explain",
      "a decision with everything it was made of; or why a cluster had no more, less or other "
      "hosts",
      Explain);
  CommandLine::AddExample(*explain, kExplainExample);
  explain
      ->add_option("subject", options.subject,
                   "the id of a decision, or \"latest\", or the name of a cluster")
      ->capture_default_str();
  AddTime(explain, "--at", options.at, "of a cluster: what held then; default: now");
  AddStoreOrApi(explain, options.store, options.api);
}

void DeclarePolicies(CommandLine& line) {
  auto [policies, options] = line.Add<ClusterOptions>(
      line.program(), "policies",
      "what acts in each cluster and what is only asked, and what it says", ShowPolicies);
  AddCluster(policies, options.cluster);
  AddApi(policies, options.api);
  AddOutput(policies, options.output);
}

constexpr const char* kEventsExample =
    "Example: every event as an object of JSON on a line, after one that is known\n"
    "  spillway events --output json --after 5f0c-1234\n";

void DeclareEvents(CommandLine& line) {
  auto [events, options] = line.Add<EventsOptions>(
      line.program(), "events", "what happens, as it happens, until Ctrl-C", FollowEvents);
  CommandLine::AddExample(*events, kEventsExample);
  AddCluster(events, options.of.cluster);
  events
      ->add_option("--after", options.after,
                   "the id of the last event that is known; default: begin with the next")
      ->option_text("ID");
  AddApi(events, options.of.api);
  AddOutput(events, options.of.output);
}

void DeclareAudit(CommandLine& line) {
  auto [audit, options] = line.Add<AuditOptions>(
      line.program(), "audit", "who asked the service for what, newest first", ShowAudit);
  audit->add_option("--limit", options.limit, "so many at most")
      ->check(CLI::Range(std::int64_t{1}, kMostAudited))
      ->capture_default_str();
  AddApi(audit, options.of.api);
  AddOutput(audit, options.of.output);
}

}  // namespace

void DeclareState(CommandLine& line) {
  DeclareStatus(line);
  DeclareClusters(line);
  DeclareHosts(line);
  DeclareDecisions(line);
  DeclareExplain(line);
  DeclarePolicies(line);
  DeclareEvents(line);
  DeclareAudit(line);
}

}  // namespace spillway
