// The fake Google as a program, for trying Spillway against it by hand and for system tests.
// Prints "listening on URL" and serves until it is ended; the API, the token endpoint and the
// metadata server have the same address.

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <fstream>

#include "tests/fakes/google.h"

int main(int argc, char** argv) {
  spillway::fakes::GoogleOptions options;
  options.real_time = true;
  options.starting_looks = 0;
  options.stopping_looks = 0;
  std::int64_t boot_ms = 2000;
  double cpus = 0;
  std::string key_file;

  CLI::App app("A fake Google Compute Engine that forgets everything when it ends.", "fake_google");
  app.add_option("--listen", options.listen, "Address to listen on")->capture_default_str();
  app.add_option("--port", options.port, "Port; 0 takes a free one")->capture_default_str();
  app.add_option("--project", options.project, "Its project")->capture_default_str();
  app.add_option("--key-file", key_file, "Where to write a service account's key that is let in");
  app.add_option("--address", options.address, "Address of every instance")->capture_default_str();
  app.add_flag("--own-addresses", options.own_addresses,
               "Each instance has an address of its own in 127.1.0.0/16");
  app.add_option("--boot-ms", boot_ms, "From PROVISIONING to RUNNING")->capture_default_str();
  app.add_option("--hidden-looks", options.hidden_looks, "Lists that do not show a new instance");
  app.add_option("--cpus", cpus, "Quota CPUS of each region; 0: as usual");
  app.add_option("--seed", options.chaos.seed, "Of the misfortunes below");
  app.add_option("--throttled", options.chaos.throttled, "Probability of rateLimitExceeded");
  app.add_option("--lost", options.chaos.lost, "Probability of an answer that never comes");
  app.add_option("--never-came", options.chaos.never_came,
                 "Probability of a request that never comes");
  app.add_option("--page", options.chaos.page, "Probability of an HTML page");
  app.add_option("--no-capacity", options.chaos.no_capacity,
                 "Probability of an insert that is refused for want of capacity");
  app.add_option("--start-failed", options.chaos.start_failed,
                 "Probability of ZONE_RESOURCE_POOL_EXHAUSTED in an operation");
  CLI11_PARSE(app, argc, argv);
  options.boot_time = spillway::Duration(boot_ms);

  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before the server makes its threads

  spillway::fakes::FakeGoogle google(options);
  if (cpus > 0) google.SetQuota("CPUS", cpus);
  if (!key_file.empty()) {
    std::ofstream file(key_file);
    if (!(file << google.ServiceAccountFile() << std::flush)) {
      std::fprintf(stderr, "fake_google: %s cannot be written\n", key_file.c_str());
      return 1;
    }
    std::printf("export GOOGLE_APPLICATION_CREDENTIALS=%s\n", key_file.c_str());
  }
  std::printf("export GCE_METADATA_HOST=%s\n", google.host().c_str());
  std::printf("export CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE=%s/compute/v1/\n",
              google.url().c_str());
  std::printf("zones such as europe-west3-a, machine types such as e2-standard-4\n");
  std::printf("listening on %s\n", google.url().c_str());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  return 0;
}
