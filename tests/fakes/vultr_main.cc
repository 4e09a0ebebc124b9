// The fake Vultr as a program, for trying Spillway against it by hand and for system tests. Prints
// "listening on URL" and how to point Spillway at it, and serves until it is ended.

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "tests/fakes/vultr.h"

int main(int argc, char** argv) {
  spillway::fakes::VultrOptions options;
  options.real_time = true;
  options.pending_looks = 0;
  options.deleted_looks = 0;
  std::int64_t boot_ms = 2000;
  std::int64_t metal_boot_ms = 5000;
  int instances = 0;
  int bare_metals = 0;

  CLI::App app("A fake Vultr that forgets everything when it ends.", "fake_vultr");
  app.add_option("--listen", options.listen, "Address to listen on")->capture_default_str();
  app.add_option("--port", options.port, "Port; 0 takes a free one")->capture_default_str();
  app.add_option("--address", options.address, "Address of every machine")->capture_default_str();
  app.add_option("--boot-ms", boot_ms, "From pending to running")->capture_default_str();
  app.add_option("--metal-boot-ms", metal_boot_ms, "The same of bare metal")->capture_default_str();
  app.add_option("--hidden-looks", options.hidden_looks, "Looks that do not see a new machine");
  app.add_option("--api-key", options.api_key, "The only API key that is let in");
  app.add_option("--instances", instances, "The account's limit of instances; 0: none");
  app.add_option("--bare-metals", bare_metals, "The account's limit of bare metal; 0: none");
  app.add_option("--seed", options.chaos.seed, "Of the misfortunes below");
  app.add_option("--throttled", options.chaos.throttled, "Probability of a refusal for the rate");
  app.add_option("--lost", options.chaos.lost, "Probability of an answer that never comes");
  app.add_option("--never-came", options.chaos.never_came,
                 "Probability of a request that never comes");
  app.add_option("--page", options.chaos.page, "Probability of an HTML page");
  app.add_option("--no-capacity", options.chaos.no_capacity,
                 "Probability that a plan cannot be had");
  app.add_option("--locked", options.chaos.locked, "Probability of a machine that is locked");
  CLI11_PARSE(app, argc, argv);
  options.boot_time = spillway::Duration(boot_ms);
  options.metal_boot_time = spillway::Duration(metal_boot_ms);

  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before the server makes its threads

  spillway::fakes::FakeVultr vultr(options);
  if (instances > 0) vultr.SetMachineLimit(spillway::ClusterType::kVirtual, instances);
  if (bare_metals > 0) vultr.SetMachineLimit(spillway::ClusterType::kMetal, bare_metals);
  std::printf("listening on %s\n", vultr.url().c_str());
  std::printf(
      "for Spillway: {type: vultr, endpoint: \"%s\", regions: [fra, ams, ewr, nrt]}, with %s\n",
      vultr.url().c_str(),
      options.api_key.empty() ? "any VULTR_API_KEY" : "VULTR_API_KEY as given");
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  return 0;
}
