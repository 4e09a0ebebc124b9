// The fake DigitalOcean as a program, for trying Spillway against it by hand and for system tests.
// Prints "listening on URL" and serves until it is ended.

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "tests/fakes/digitalocean.h"

int main(int argc, char** argv) {
  spillway::fakes::DigitalOceanOptions options;
  options.real_time = true;
  options.new_looks = 0;
  options.deleted_looks = 0;
  std::int64_t boot_ms = 2000;

  CLI::App app("A fake DigitalOcean that forgets everything when it ends.", "fake_digitalocean");
  app.add_option("--listen", options.listen, "Address to listen on")->capture_default_str();
  app.add_option("--port", options.port, "Port; 0 takes a free one")->capture_default_str();
  app.add_option("--address", options.address, "Address of every Droplet")->capture_default_str();
  app.add_option("--boot-ms", boot_ms, "From new to active")->capture_default_str();
  app.add_option("--hidden-looks", options.hidden_looks, "Looks that do not see a new Droplet");
  app.add_option("--deleted-looks", options.deleted_looks, "Looks that still see a deleted one");
  app.add_option("--token", options.token, "The only token that is let in");
  app.add_option("--droplet-limit", options.droplet_limit, "The most Droplets of the account")
      ->capture_default_str();
  app.add_option("--seed", options.chaos.seed, "Of the misfortunes below");
  app.add_option("--throttled", options.chaos.throttled, "Probability of too_many_requests");
  app.add_option("--lost", options.chaos.lost, "Probability of an answer that never comes");
  app.add_option("--never-came", options.chaos.never_came,
                 "Probability of a request that never comes");
  app.add_option("--page", options.chaos.page, "Probability of an HTML page");
  app.add_option("--no-capacity", options.chaos.no_capacity,
                 "Probability of a size that is not available");
  app.add_option("--creation-failed", options.chaos.creation_failed,
                 "Probability of a Droplet that vanishes while it is made");
  CLI11_PARSE(app, argc, argv);
  options.boot_time = spillway::Duration(boot_ms);

  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before the server makes its threads

  const spillway::fakes::FakeDigitalOcean digitalocean(options);
  const std::string url = digitalocean.url();
  std::printf("listening on %s\n", url.c_str());
  std::printf("for Spillway: export DIGITALOCEAN_API_URL=%s DIGITALOCEAN_TOKEN=%s\n", url.c_str(),
              options.token.empty() ? "any" : options.token.c_str());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  return 0;
}
