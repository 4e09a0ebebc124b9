// The real binary on simulated machines, fed with a load: for tests that need nobody at the other
// end of a provider.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bus/sample_sender.h"
#include "tests/support/process.h"

namespace spillway::testing {

class Lab {
 public:
  // `demand` gives the next value of the metric "demand" of the cluster "edge"; it is sent again
  // and again while we wait.
  explicit Lab(std::function<double()> demand) : demand_(std::move(demand)) {}

  // Starts the service on the file `config` and returns when its bus listens.
  void Start(const std::string& config, std::optional<std::uint64_t> largest_file = {});
  // SIGTERM; its exit code.
  int Stop();
  // kill -9.
  void Kill();
  void Send(int signal);
  // What this life has logged so far.
  const std::string& log() const;
  // Throws when `holds` does not within a minute, or the service ends.
  void WaitFor(const std::string& what, const std::function<bool()>& holds);
  // The same for a piece of this life's log.
  void WaitForLog(const std::string& text);

  // `spillway ARGUMENTS…` as an operator would type it.
  static Finished Command(std::vector<std::string> arguments);

 private:
  const std::function<double()> demand_;
  std::unique_ptr<Process> service_;
  std::unique_ptr<bus::SampleSender> sender_;
};

}  // namespace spillway::testing
