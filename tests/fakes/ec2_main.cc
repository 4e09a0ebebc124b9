// The fake EC2 as a program, for trying Spillway against it by hand and for system tests.
// Prints "listening on URL" and serves until it is ended; EC2 and the metadata service have the
// same address.

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "tests/fakes/ec2.h"

int main(int argc, char** argv) {
  spillway::fakes::Ec2Options options;
  options.real_time = true;
  options.pending_looks = 0;
  options.stopping_looks = 0;
  std::int64_t boot_ms = 2000;
  int vcpu_limit = 0;

  CLI::App app("A fake EC2 that forgets everything when it ends.", "fake_ec2");
  app.add_option("--listen", options.listen, "Address to listen on")->capture_default_str();
  app.add_option("--port", options.port, "Port; 0 takes a free one")->capture_default_str();
  app.add_option("--address", options.address, "Address of every instance")->capture_default_str();
  app.add_option("--boot-ms", boot_ms, "From pending to running")->capture_default_str();
  app.add_option("--hidden-looks", options.hidden_looks, "Looks that do not see a new instance");
  app.add_option("--key-id", options.key_id, "The only access key that is let in");
  app.add_option("--vcpu-limit", vcpu_limit, "vCPU quota of each region; 0: none");
  app.add_option("--seed", options.chaos.seed, "Of the misfortunes below");
  app.add_option("--throttled", options.chaos.throttled, "Probability of RequestLimitExceeded");
  app.add_option("--lost", options.chaos.lost, "Probability of an answer that never comes");
  app.add_option("--never-came", options.chaos.never_came,
                 "Probability of a request that never comes");
  app.add_option("--page", options.chaos.page, "Probability of an HTML page");
  app.add_option("--no-capacity", options.chaos.no_capacity,
                 "Probability of InsufficientInstanceCapacity");
  app.add_option("--start-failed", options.chaos.start_failed,
                 "Probability of an instance that does not start");
  CLI11_PARSE(app, argc, argv);
  options.boot_time = spillway::Duration(boot_ms);

  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before the server makes its threads

  spillway::fakes::FakeEc2 ec2(options);
  if (vcpu_limit > 0) ec2.SetVcpuLimit(vcpu_limit);
  std::printf("listening on %s\n", ec2.url().c_str());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  return 0;
}
