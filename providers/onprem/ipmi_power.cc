#include "providers/onprem/ipmi_power.h"

#include <algorithm>
#include <utility>

#include "providers/effect.h"
#include "scaler/runtime/process.h"

namespace spillway {
namespace {

struct Row {
  std::string_view part;  // of what it wrote
  ErrorKind kind;
};

// The first that is found tells; the line that follows any failed login says nothing.
constexpr Row kFailures[] = {
    {"HMAC is invalid", ErrorKind::kDenied},  // the password
    {"unauthorized name", ErrorKind::kDenied},
    {"unauthorized role", ErrorKind::kDenied},
    {"nsufficient privilege", ErrorKind::kDenied},
    {"Privilege Level", ErrorKind::kDenied},
    {"Invalid user name", ErrorKind::kDenied},
    {"Password is longer", ErrorKind::kDenied},
    {"no matching cipher suite", ErrorKind::kInvalid},
    {"invalid authentication algorithm", ErrorKind::kInvalid},
    {"invalid integrity algorithm", ErrorKind::kInvalid},
    {"invalid confidentiality algorithm", ErrorKind::kInvalid},
    {"failed: Invalid command", ErrorKind::kInvalid},
    {"insufficient resources", ErrorKind::kThrottled},  // all its sessions are in use
};

// What -v adds to every call.
constexpr std::string_view kNoise[] = {"Loading IANA", "Running Get", "Discovered IPMB",
                                       "Invalid completion code received"};

// On one line, without the noise.
std::string Said(std::string_view text) {
  std::string said;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const bool is_noise =
        std::any_of(std::begin(kNoise), std::end(kNoise),
                    [line](std::string_view begin) { return line.starts_with(begin); });
    if (!is_noise && !line.empty()) said.append(said.empty() ? "" : "; ").append(line);
  }
  return said;
}

std::string Trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == text.npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(kSpace) - begin + 1));
}

}  // namespace

std::vector<std::string> IpmiArguments(const PowerConfig& config, std::string_view verb) {
  // Without -C it first asks the BMC for its suites, which costs ten seconds where no answer comes;
  // without -v it does not say why a login failed. A dead BMC is given up after six seconds.
  std::vector<std::string> arguments = {"-v", "-I", "lanplus", "-E", "-N", "1", "-R", "2"};
  arguments.insert(arguments.end(), {"-C", std::to_string(config.cipher_suite)});
  arguments.insert(arguments.end(), {"-H", config.host, "-p", std::to_string(config.port)});
  arguments.insert(arguments.end(), {"-U", config.user, "chassis", "power", std::string(verb)});
  return arguments;
}

PowerStatus ReadChassisPower(std::string_view said) {
  const std::string text = Trimmed(said);
  if (text == "Chassis Power is on") return {PowerState::kOn, "on"};
  if (text == "Chassis Power is off") return {PowerState::kOff, "off"};
  return {PowerState::kUnknown, text.empty() ? "not said" : text};
}

Error IpmiFailure(const std::string& where, std::string_view said) {
  const auto row = std::find_if(std::begin(kFailures), std::end(kFailures),
                                [said](const Row& r) { return said.find(r.part) != said.npos; });
  // All else is a BMC that does not answer, or not now.
  const ErrorKind kind = row == std::end(kFailures) ? ErrorKind::kTransient : row->kind;
  std::string text = Said(said);
  return {kind, where, "", text.empty() ? "ipmitool says no more" : text};
}

IpmiPower::IpmiPower(PowerConfig config, const Secret& password, Duration time_limit,
                     std::string program)
    : config_(std::move(config)),
      password_(password),
      time_limit_(time_limit),
      program_(std::move(program)) {}

Result<PowerStatus> IpmiPower::Look() {
  const Result<std::string> said = Run("status");
  if (!said) return said.error();
  return ReadChassisPower(*said);
}

// IPMI has no objection to a state that is there already.
Result<Done> IpmiPower::On() {
  const Result<std::string> said = Run("on");
  if (!said) return said.error();
  return Done{};
}

Result<Done> IpmiPower::Off(SwitchOff way) {
  const Result<std::string> said = Run(way == SwitchOff::kOrderly ? "soft" : "off");
  if (!said) return said.error();
  return Done{};
}

Result<std::string> IpmiPower::Run(std::string_view verb) const {
  const std::string where = "ipmi " + config_.host + " power " + std::string(verb);
  ProcessRequest request;
  request.argv = IpmiArguments(config_, verb);
  request.argv.insert(request.argv.begin(), program_);
  request.environment = {{"IPMI_PASSWORD", password_.Reveal()}};
  request.timeout = time_limit_;
  const Result<ProcessOutput> output = RunProcess(request);
  if (!output) {
    Error error = output.error();
    error.kind = Settled(error.kind, Effect::kRepeatable);
    error.where = where;
    error.text = program_ + " " + error.text;
    return error;
  }
  if (output->exit_code == 0) return output->out;
  Error error = IpmiFailure(where, output->err);
  error.text = Redact(error.text, password_);
  return error;
}

}  // namespace spillway
