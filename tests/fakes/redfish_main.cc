// The fake rack as a program, for trying Spillway against it by hand and for system tests. Prints
// an inventory of its machines, then "listening on URL" for each BMC, and serves until it is ended.

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdint>
#include <cstdio>

#include "tests/fakes/redfish.h"
#include "tests/fakes/ssh_banner.h"

namespace {

void PrintInventory(const spillway::fakes::FakeRedfish& rack,
                    const spillway::fakes::RedfishOptions& options, int ssh_port) {
  std::printf(
      "# put this into a file, name it as the inventory of a provider of type onprem, and\n");
  std::printf("# start Spillway with RACK_PASSWORD=%s\n", options.password.c_str());
  std::printf("sites:\n  here: { country: DE, latitude: 50.1, longitude: 8.7 }\n");
  std::printf("classes:\n  big: { vcpu: 96, memory: 192GiB, price_per_hour: 0.40 }\n");
  std::printf("power: { type: redfish, user: %s, password_variable: RACK_PASSWORD }\n",
              options.user.c_str());
  std::printf("machines:\n");
  for (int i = 0; i < options.machines; ++i) {
    const std::string trust =
        options.uses_tls ? "pinned_key: \"" + rack.pinned_key(i) + "\"" : "unchecked: true";
    std::printf("  - name: m%d\n    site: here\n    class: big\n    address: 127.0.1.%d\n", i,
                i + 1);
    std::printf("    ssh_port: %d\n    power: { url: \"%s\", %s }\n", ssh_port, rack.url(i).c_str(),
                trust.c_str());
  }
}

}  // namespace

int main(int argc, char** argv) {
  spillway::fakes::RedfishOptions options;
  options.real_time = true;
  options.machines = 4;
  std::int64_t on_ms = 2000;
  std::int64_t off_ms = 500;
  std::int64_t shutdown_ms = 2000;
  bool has_no_sessions = false;

  CLI::App app("A rack of machines with fake BMCs and fake SSH servers.", "fake_redfish");
  app.add_option("--listen", options.listen, "Address to listen on")->capture_default_str();
  app.add_option("--port", options.port, "Port of the first BMC; 0 takes free ones")
      ->capture_default_str();
  app.add_option("--machines", options.machines, "How many")
      ->capture_default_str()
      ->check(CLI::Range(1, 200));
  app.add_option("--user", options.user, "Who is let in")->capture_default_str();
  app.add_option("--password", options.password, "and with what")->capture_default_str();
  app.add_option("--system", options.system, "The system's name in paths")->capture_default_str();
  app.add_option("--on-ms", on_ms, "From Off to On")->capture_default_str();
  app.add_option("--off-ms", off_ms, "From On to Off when the power is cut")->capture_default_str();
  app.add_option("--shutdown-ms", shutdown_ms, "From On to Off in order")->capture_default_str();
  app.add_flag("--tls", options.uses_tls, "With self-made certificates");
  app.add_flag("--no-sessions", has_no_sessions, "Only basic logins");
  CLI11_PARSE(app, argc, argv);
  options.on_time = spillway::Duration(on_ms);
  options.off_time = spillway::Duration(off_ms);
  options.shutdown_time = spillway::Duration(shutdown_ms);
  options.has_sessions = !has_no_sessions;

  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before the servers make their threads

  const spillway::fakes::FakeRedfish rack(options);
  const spillway::fakes::SshBanner ssh("SSH-2.0-Fake", "0.0.0.0");
  PrintInventory(rack, options, ssh.port());
  for (int i = 0; i < options.machines; ++i) {
    std::printf("listening on %s\n", rack.url(i).c_str());
  }
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  return 0;
}
