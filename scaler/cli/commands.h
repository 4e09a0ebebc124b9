// The commands of `spillway`: each takes what was typed and returns the process's exit code.
#pragma once

#include <cstdint>
#include <string>

namespace spillway {

// The exit codes, as --help tells them.
enum ExitCode : int {
  kOk = 0,
  kFailed = 1,        // it was tried and did not work: the message says what and where
  kUsage = 2,         // the command line is wrong
  kBadConfig = 3,     // the configuration is wrong: every error was printed
  kNothingThere = 4,  // what was asked for does not exist: no store, no such decision or host
};

enum class OutputFormat { kText, kJson };

// Where the stored state is: `store` when given, else what the configuration names.
struct StoreOptions {
  std::string config;
  std::string store;
  OutputFormat output = OutputFormat::kText;
};

struct PlanOptions {
  std::string config;
  std::string samples;  // a file of samples as on the bus; empty: the signals last stored
  OutputFormat output = OutputFormat::kText;
};

struct DemoOptions {
  double speed = 1440;
  std::string trace;
  std::string config;
  std::int64_t peak_hosts = 30;
  std::uint64_t seed = 1;
};

int RunService(const std::string& config, bool verbose);
int CheckConfig(const std::string& config, OutputFormat output);
int ShowStatus(const StoreOptions& options);
// `host` empty: all of them.
int ShowHosts(const StoreOptions& options, const std::string& host, bool with_gone);
int Explain(const StoreOptions& options, const std::string& decision);
int ShowPlan(const PlanOptions& options);
int Demo(const DemoOptions& options);

}  // namespace spillway
