#include "scaler/cli/line/groups.h"
#include "scaler/cli/line/options.h"

namespace spillway {

void DeclareDemo(CommandLine& line) {
  auto [demo, options] = line.Add<DemoOptions>(
      line.program(), "demo", "a day of bursting in about a minute, simulated", Demo);
  demo->add_option("--speed", options.speed, "how much faster than real time the day runs")
      ->check(CLI::Range(1.0, 7200.0))
      ->capture_default_str();
  demo->add_option("--trace", options.trace, "play this load instead: CSV timestamp_s,value");
  demo->add_option("--peak-hosts", options.peak_hosts, "hosts that the highest load needs")
      ->check(CLI::Range(1, 40))
      ->capture_default_str();
  demo->add_option("--seed", options.seed, "of the noise and the simulated clouds")
      ->capture_default_str();
}

}  // namespace spillway
