#include "scaler/cli/line/groups.h"
#include "scaler/cli/line/options.h"

namespace spillway {
namespace {

constexpr const char* kExample =
    "Example: what three policies would have cost on last month's load\n"
    "  spillway backtest month.csv --boot 90s --budget 0.5% \\\n"
    "    --compare 'hpa{target: 0.6},target_tracking,edge.yaml' --report month.html\n"
    "The same on what the service recorded\n"
    "  spillway backtest /var/lib/spillway/recording --cluster edge --signal demand\n";

// Of machines and money.
void AddModel(CLI::App* backtest, BacktestModel& model) {
  AddDuration(backtest, "--boot", model.boot, "from a launch until the host is ready (90s)");
  backtest
      ->add_option("--boot-sigma", model.boot_sigma,
                   "boot times vary: the standard deviation of their logarithm")
      ->check(CLI::Range(0.0, 3.0));
  AddShare(backtest, "--budget", model.violation_budget,
           "steps that may have too few hosts (0.5%)");
  auto* hosts =
      backtest->add_option("--hosts", model.hosts, "the 99.9 % quantile of the load takes so many")
          ->check(CLI::PositiveNumber)
          ->capture_default_str();
  backtest->add_option("--capacity", model.capacity, "the load that one host takes, instead")
      ->check(CLI::PositiveNumber)
      ->excludes(hosts);
  AddDuration(backtest, "--step", model.step, "of time (30s)");
  AddDuration(backtest, "--minimum", model.billing.minimum, "the least that is billed (60s)");
  AddDuration(backtest, "--billing-step", model.billing.step, "billed time is rounded up to (1s)");
  AddShare(backtest, "--start-failures", model.start_failures, "launches that never start");
  backtest->add_option("--seed", model.seed, "of all chance")->capture_default_str();
}

}  // namespace

void DeclareBacktest(CommandLine& line) {
  auto [backtest, options] = line.Add<BacktestOptions>(
      line.program(), "backtest",
      "what policies would have cost on a recorded load, against the optimum", Backtest);
  CommandLine::AddExample(*backtest, kExample);
  backtest
      ->add_option("trace", options.traces,
                   "CSV files timestamp_s,value, directories of them, or recordings")
      ->required();
  backtest->add_option("--cluster", options.cluster,
                       "of a recording: whose load; default: the only cluster in it");
  backtest->add_option("--signal", options.signal,
                       "of a recording: the load, by the name that a policy has for it; default: "
                       "the only load");
  backtest->add_option("--policy", options.policies, "a kind, KIND{key: value}, or a YAML file")
      ->option_text("POLICY")
      ->allow_extra_args(false);
  backtest
      ->add_option("--compare", options.compare,
                   "several policies side by side; \"references\": all there are to compare "
                   "with")
      ->option_text("A,B,...");
  backtest->add_option("--sweep", options.sweep, "a setting over a range: its cost and violations")
      ->option_text("KEY=FROM..TO[:N]");
  backtest->add_option("--report", options.report, "write a page with plots")
      ->option_text("FILE.html");
  backtest->add_flag("--tuned", options.is_tuned,
                     "references get their best settings for each trace, known afterwards");
  AddModel(backtest, options.model);
  backtest
      ->add_option("--policies-at", options.policies_at,
                   "where processes serve policies of type remote")
      ->option_text("ADDRESS")
      ->capture_default_str();
  backtest->add_option("--jobs", options.jobs, "threads; default: the cores there are")
      ->check(CLI::Range(1, 1024));
  AddOutput(backtest, options.output);
}

}  // namespace spillway
