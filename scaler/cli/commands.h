// The commands of `spillway`: each takes what was typed and returns the process's exit code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scaler/backtest/model.h"
#include "scaler/control/api_tokens.h"
#include "scaler/model/capacity.h"
#include "scaler/model/host.h"
#include "scaler/model/kinds.h"
#include "scaler/model/place.h"
#include "scaler/model/time.h"

namespace spillway {

// The exit codes, as --help tells them.
enum ExitCode : int {
  kOk = 0,
  kFailed = 1,        // it was tried and did not work: the message says what and where
  kUsage = 2,         // the command line is wrong
  kBadConfig = 3,     // the configuration is wrong: every error was printed
  kNothingThere = 4,  // what was asked for does not exist: no store, no such decision or host
};

// For people, or for scripts.
enum class OutputFormat { kText, kJson, kYaml };

// Where the service's API is, as typed. What is empty is found as api_settings.h says.
struct ApiOptions {
  std::string address;
  std::string token_file;
};

// Where the stored state is: `store` when given, else what the configuration names.
struct StoreOptions {
  std::string config;
  std::string store;
  OutputFormat output = OutputFormat::kText;
};

// Whether it names a store. Else the API is asked, by those who can.
inline bool IsStored(const StoreOptions& options) {
  return !options.store.empty() || !options.config.empty();
}

struct StatusOptions {
  StoreOptions store;
  ApiOptions api;
  bool is_watched = false;
};

// What is empty does not matter.
struct HostsOptions {
  StoreOptions store;
  ApiOptions api;
  std::string host;
  std::string cluster;
  std::string provider;
  std::optional<HostState> state;
  bool with_gone = false;
};

struct ExplainOptions {
  StoreOptions store;
  ApiOptions api;
  std::string subject = "latest";  // a decision, or a cluster
  std::optional<Time> at;          // of a cluster: what held then; nothing: now
};

// For commands that the API answers: about one cluster, or all of them.
struct ClusterOptions {
  ApiOptions api;
  std::string cluster;
  OutputFormat output = OutputFormat::kText;
};

struct DecisionsOptions {
  ClusterOptions of;
  std::optional<Time> since;
  std::optional<Time> before;
  std::int64_t limit = 20;
};

struct EventsOptions {
  ClusterOptions of;
  std::string after;  // the id of the last event that is known; empty: from now on
};

struct AuditOptions {
  ClusterOptions of;
  std::int64_t limit = 20;
};

// What all commands have that ask the service to do something.
struct ActionOptions {
  ApiOptions api;
  std::string reason;       // for those who read the audit log
  bool is_dry_run = false;  // only told what would follow
  bool is_sure = false;     // not asked again
  OutputFormat output = OutputFormat::kText;
};

struct ClusterActionOptions {
  ActionOptions action;
  std::string verb;  // as the API has it: "pause"
  std::string cluster;
  std::optional<Duration> how_long;  // nothing: until it is taken back
  std::optional<std::int64_t> hosts;
  std::optional<Capacity> capacity;
};

struct HostActionOptions {
  ActionOptions action;
  std::string verb;
  std::string host;
  bool is_now = false;  // guests are not waited for
};

struct PlanOptions {
  std::string config;
  std::string samples;  // a file of samples as on the bus; empty: the signals last stored
  OutputFormat output = OutputFormat::kText;
};

struct ProvidersOptions {
  ApiOptions api;
  std::string config;       // empty: those of the service, or the drivers alone
  bool of_program = false;  // the drivers alone
  std::string account;      // of `providers test`; empty: every one
  OutputFormat output = OutputFormat::kText;
};

// What is empty or nothing does not matter.
struct OffersOptions {
  ApiOptions api;
  std::string config;  // empty: those that the service knows
  std::string cluster;
  std::string provider;
  std::optional<Workload> workload;
  std::optional<ClusterType> cluster_type;
  std::optional<Hypervisor> hypervisor;
  std::vector<std::string> countries;
  std::optional<Coordinates> near;
  std::optional<Duration> max_latency;
  std::optional<double> max_price;
  bool with_others = false;  // those that do not fit, and why
  OutputFormat output = OutputFormat::kText;
};

struct PolicyTestOptions {
  std::vector<std::string> files;
  std::string junit;  // where the results go for CI systems; empty: nowhere
  OutputFormat output = OutputFormat::kText;
};

struct PolicyNewOptions {
  std::string name;
  std::string kind = "threshold";
  std::string folder = ".";
};

struct PolicyCheckOptions {
  std::string config;
  std::string cluster;  // empty: all
  OutputFormat output = OutputFormat::kText;
};

struct PolicyCompareOptions {
  StoreOptions store;
  ApiOptions api;
  std::string cluster;  // empty: all
};

struct PolicyPromoteOptions {
  ActionOptions action;
  std::string config;  // whose store takes it; empty: the service is asked
  std::string cluster;
  std::vector<std::string> policies;  // that act from now on
};

struct ReplayOptions {
  std::string recording;  // a segment, or a folder of them
  std::string config;     // another one; empty: that of the recording
  std::optional<Time> from;
  std::optional<Time> until;
  OutputFormat output = OutputFormat::kText;
};

struct DemoOptions {
  double speed = 1440;
  std::string trace;
  std::string config;
  std::int64_t peak_hosts = 30;
  std::uint64_t seed = 1;
};

struct BacktestOptions {
  std::vector<std::string> traces;    // files and directories, of CSV or recordings
  std::string cluster;                // of a recording; empty: the only one
  std::string signal;                 // of that cluster, its load; empty: the only one
  std::vector<std::string> policies;  // as backtest/policy_spec.h has them
  std::string compare;                // more of them, separated by commas; or "references": all
  BacktestModel model;
  bool is_tuned = false;
  std::string sweep;   // as backtest/setting_range.h has it; empty: none
  std::string report;  // an HTML file to write; empty: none
  // Where other processes serve policies of type remote.
  std::string policies_at = "tcp://127.0.0.1:5558";
  int jobs = 0;  // 0: as many as there are cores
  OutputFormat output = OutputFormat::kText;
};

struct NewKeyOptions {
  std::string file;     // where the key is written
  std::string clients;  // the list of who may come that is to have it; empty: none
  std::string name;     // there
};

struct AddTokenOptions {
  StoreOptions store;
  std::string name;  // whose it is
  Role role = Role::kViewer;
  std::vector<std::string> clusters;  // empty: all
};

struct TestAdapterOptions {
  std::string config;
  std::string name;
  std::string body = "-";  // a file; "-": standard input
  std::string path;        // below the adapter's name; empty: where its samples usually go
  std::string query;
  std::vector<std::string> headers;  // "Name: value"
  std::optional<Time> now;           // when it arrives; nothing: now
  OutputFormat output = OutputFormat::kText;
};

int RunService(const std::string& config, bool verbose);
int CheckConfig(const std::string& config, OutputFormat output);
int ShowStatus(const StatusOptions& options);
int ShowClusters(const ClusterOptions& options);
int ShowHosts(const HostsOptions& options);
int ShowDecisions(const DecisionsOptions& options);
int Explain(const ExplainOptions& options);
int ShowPolicies(const ClusterOptions& options);
int ShowConfig(const ClusterOptions& options);
int FollowEvents(const EventsOptions& options);
int ShowAudit(const AuditOptions& options);
int ActOnCluster(const ClusterActionOptions& options);
int ActOnHost(const HostActionOptions& options);
int ReloadConfig(const ActionOptions& options);
int ShowPlan(const PlanOptions& options);
int ShowProviders(const ProvidersOptions& options);
int TestProviders(const ProvidersOptions& options);
int ShowOffers(const OffersOptions& options);
int TestPolicies(const PolicyTestOptions& options);
// The words for PolicyNewOptions::kind.
std::vector<std::string> PolicyTemplates();
int NewPolicy(const PolicyNewOptions& options);
int CheckPolicies(const PolicyCheckOptions& options);
int ComparePolicies(const PolicyCompareOptions& options);
// In the store that its configuration names, or by the service.
int PromotePolicies(const PolicyPromoteOptions& options);
int PromoteByService(const PolicyPromoteOptions& options);
int ReplayRecording(const ReplayOptions& options);
int TestAdapter(const TestAdapterOptions& options);
int NewKey(const NewKeyOptions& options);
// The public part of the key in `file`.
int ShowKey(const std::string& file);
// Prints it: it is kept nowhere.
int AddToken(const AddTokenOptions& options);
int ListTokens(const StoreOptions& options);
int RevokeToken(const StoreOptions& options, const std::string& name);
int Demo(const DemoOptions& options);
int Backtest(const BacktestOptions& options);

}  // namespace spillway
