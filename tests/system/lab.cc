#include "tests/system/lab.h"

#include <chrono>
#include <csignal>
#include <stdexcept>

#include "tests/support/paths.h"

namespace spillway::testing {

using namespace std::chrono_literals;

void Lab::Start(const std::string& config, std::optional<std::uint64_t> largest_file) {
  sender_.reset();
  service_ = std::make_unique<Process>(
      ProcessOptions{{BuiltPath("spillway"), "run", "--config", config}, {}, largest_file});
  const std::string mark = "bus.listening address=";
  WaitForLog(mark);
  const std::string& log = service_->err();
  const std::size_t at = log.find(mark) + mark.size();
  sender_ = std::make_unique<bus::SampleSender>(log.substr(at, log.find_first_of(" \n", at) - at));
}

int Lab::Stop() {
  service_->Send(SIGTERM);
  const std::optional<int> code = service_->WaitForEnd(20s);
  if (!code) throw std::runtime_error("SIGTERM does not end the service\n" + service_->err());
  return *code;
}

void Lab::Kill() {
  service_->Send(SIGKILL);
  service_->WaitForEnd(10s);
}

void Lab::Send(int signal) { service_->Send(signal); }

const std::string& Lab::log() const { return service_->err(); }

void Lab::WaitFor(const std::string& what, const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + 60s;
  while (!holds()) {
    if (service_->has_ended() || std::chrono::steady_clock::now() >= end) {
      throw std::runtime_error("waited in vain for " + what + "\n" + service_->err());
    }
    if (sender_) sender_->Send({"edge", "demand", {}}, demand_());
    service_->WaitForNews(20ms);
  }
}

void Lab::WaitForLog(const std::string& text) {
  WaitFor("\"" + text + "\" in the log",
          [&] { return service_->err().find(text) != std::string::npos; });
}

Finished Lab::Command(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), BuiltPath("spillway"));
  return RunToEnd({arguments, {}, std::nullopt});
}

}  // namespace spillway::testing
