// The fake Metal API as a program, for trying Spillway against it by hand and for system tests.
// Prints "listening on URL" and how to point Spillway at it, and serves until it is ended.

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "tests/fakes/equinix.h"

int main(int argc, char** argv) {
  spillway::fakes::EquinixOptions options;
  options.real_time = true;
  options.starting_looks = 0;
  options.removing_looks = 0;
  std::int64_t boot_ms = 2000;
  int device_limit = 0;

  CLI::App app("A fake Metal API of Equinix that forgets everything when it ends.", "fake_equinix");
  app.add_option("--listen", options.listen, "Address to listen on")->capture_default_str();
  app.add_option("--port", options.port, "Port; 0 takes a free one")->capture_default_str();
  app.add_option("--address", options.address, "Public address of every device")
      ->capture_default_str();
  app.add_option("--boot-ms", boot_ms, "From queued to active")->capture_default_str();
  app.add_option("--hidden-looks", options.hidden_looks, "Looks that do not see a new device");
  app.add_option("--key", options.key, "The only key that is let in");
  app.add_option("--project", options.project, "Id of the project")->capture_default_str();
  app.add_option("--device-limit", device_limit, "Quota of the project; 0: none");
  app.add_option("--seed", options.chaos.seed, "Of the misfortunes below");
  app.add_option("--throttled", options.chaos.throttled, "Probability of 429");
  app.add_option("--lost", options.chaos.lost, "Probability of an answer that never comes");
  app.add_option("--never-came", options.chaos.never_came,
                 "Probability of a request that never comes");
  app.add_option("--page", options.chaos.page, "Probability of an HTML page");
  app.add_option("--no-capacity", options.chaos.no_capacity, "Probability of no available servers");
  app.add_option("--start-failed", options.chaos.start_failed,
                 "Probability of a device that does not start");
  CLI11_PARSE(app, argc, argv);
  options.boot_time = spillway::Duration(boot_ms);

  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before the server makes its threads

  spillway::fakes::FakeEquinix equinix(options);
  if (device_limit > 0) equinix.SetDeviceLimit(device_limit);
  std::printf("listening on %s\n", equinix.url().c_str());
  std::printf("providers: {metal: {type: equinix, endpoint: \"%s\", project: %s, metros: [fr]}}\n",
              equinix.url().c_str(), options.project.c_str());
  std::printf("METAL_AUTH_TOKEN=%s\n", options.key.empty() ? "anything" : options.key.c_str());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  return 0;
}
