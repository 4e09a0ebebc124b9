#include <cmath>
#include <cstdio>

#include "scaler/cli/line/groups.h"
#include "scaler/cli/line/options.h"
#include "scaler/runtime/units.h"

namespace spillway {
namespace {

void DeclarePlan(CommandLine& line) {
  auto [plan, options] = line.Add<PlanOptions>(
      line.program(), "plan", "what it would do now, and why; touches nothing", ShowPlan);
  AddConfig(plan, options.config);
  plan->add_option("--samples", options.samples,
                   "samples as on the bus, one JSON object or array a line; default: the signals "
                   "that the service saw last");
  AddOutput(plan, options.output);
}

void DeclareProviders(CommandLine& line) {
  auto [all, options] = line.Add<ProvidersOptions>(
      line.program(), "providers",
      "accounts of the service or of a configuration, and the drivers there are", ShowProviders);
  all->require_subcommand(0, 1);
  CLI::Option* config = all->add_option(
      "--config,-c", options.config, "its accounts, and whether their credentials are found here");
  all->add_flag("--drivers", options.of_program,
                "the drivers of this program and what each can do; also where no service is known")
      ->excludes(config);
  AddApi(all, options.api);
  AddOutput(all, options.output);
  auto [test, tested] = line.Add<ProvidersOptions>(
      *all, "test", "list machines and offers of accounts, to see whether they can be used",
      TestProviders);
  test->add_option("account", tested.account, "its name in the configuration; none: all");
  AddConfig(test, tested.config);
  AddOutput(test, tested.output);
}

Coordinates ReadCoordinates(const std::string& text) {
  Coordinates at;
  int length = 0;
  const int read = std::sscanf(text.c_str(), "%lf,%lf%n", &at.latitude, &at.longitude, &length);
  const bool is_whole = read == 2 && static_cast<std::size_t>(length) == text.size();
  if (!is_whole || std::abs(at.latitude) > 90 || std::abs(at.longitude) > 180) {
    throw Expected("latitude and longitude such as 50.1,8.7", text);
  }
  return at;
}

// Where offers may be, and how far away.
void AddPlace(CLI::App* offers, OffersOptions& options) {
  offers->add_option("--country", options.countries, "countries (DE), or the groups EU and EEA")
      ->check([](const std::string& name) {
        return IsCountryOrGroup(name) ? "" : "expected two capital letters, EU or EEA, got " + name;
      });
  offers
      ->add_option_function<std::string>(
          "--near", [&options](const std::string& text) { options.near = ReadCoordinates(text); },
          "where round trips are estimated from; default: where the cluster is")
      ->option_text("LATITUDE,LONGITUDE");
  offers
      ->add_option_function<std::string>(
          "--max-latency",
          [&options](const std::string& text) {
            options.max_latency = ParseDuration(text);
            if (!options.max_latency) throw Expected("a duration such as 30ms", text);
          },
          "the longest round trip")
      ->option_text("DURATION");
}

void DeclareOffers(CommandLine& line) {
  auto [offers, options] = line.Add<OffersOptions>(
      line.program(), "offers", "what can be had now, cheapest first", ShowOffers);
  offers->add_option("--config,-c", options.config,
                     "ask the providers of this configuration; default: what the service knows");
  AddApi(offers, options.api);
  offers->add_option("--cluster", options.cluster, "what one of its pools would take");
  offers->add_option("--provider", options.provider, "of this account only");
  AddWord(offers, "--workload", options.workload, WorkloadFrom,
          "application_containers|virtual_servers|kubernetes", "what can run it");
  AddWord(offers, "--type", options.cluster_type, ClusterTypeFrom, "metal|virtual",
          "what the hosts are");
  AddWord(offers, "--hypervisor", options.hypervisor, HypervisorFrom, "kvm|firecracker|lxc",
          "what can be made into its host");
  AddPlace(offers, options);
  offers->add_option("--max-price", options.max_price, "the most that it may cost per hour")
      ->check(CLI::PositiveNumber);
  offers->add_flag("--all", options.with_others, "also those that do not fit, and why");
  AddOutput(offers, options.output);
}

}  // namespace

void DeclarePlanning(CommandLine& line) {
  DeclarePlan(line);
  DeclareProviders(line);
  DeclareOffers(line);
}

}  // namespace spillway
