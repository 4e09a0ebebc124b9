#include "scaler/cli/line/groups.h"
#include "scaler/cli/line/options.h"

namespace spillway {
namespace {

constexpr const char* kExample =
    "Example: what would arrive of a line of InfluxDB's protocol, of one of StatsD, and of what\n"
    "Prometheus says now\n"
    "  echo 'cpu,host=node-1 usage_idle=7' | spillway adapters test telegraf -c spillway.yaml\n"
    "  echo 'logins:3|c|#page:home' | spillway adapters test statsd -c spillway.yaml\n"
    "  spillway adapters test prom -c spillway.yaml\n";

}  // namespace

void DeclareIngest(CommandLine& line) {
  CLI::App& adapters = line.AddGroup("adapters", "samples of other systems");
  CommandLine::AddExample(adapters, kExample);
  auto [test, options] = line.Add<TestAdapterOptions>(
      adapters, "test",
      "decode what a sender would send: which samples would arrive, and what not and why",
      TestAdapter);
  test->add_option("name", options.name, "the adapter's name in the configuration")->required();
  test->add_option("body", options.body, "the body, or datagram, in a file; - is standard input")
      ->capture_default_str();
  AddConfig(test, options.config);
  test->add_option("--path", options.path, "where it is sent, below the adapter's name");
  test->add_option("--query", options.query, "what stands behind the question mark");
  test->add_option("--header", options.headers, "a header of the request")
      ->option_text("NAME:VALUE")
      ->allow_extra_args(false);
  AddTime(test, "--now", options.now, "when it arrives, for what was kept for a while");
  AddOutput(test, options.output);
}

}  // namespace spillway
