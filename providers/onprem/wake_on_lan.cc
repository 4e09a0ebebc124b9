#include "providers/onprem/wake_on_lan.h"

#include <utility>

#include "providers/effect.h"
#include "providers/ssh/ssh_probe.h"
#include "scaler/runtime/datagram.h"

namespace spillway {
namespace {

constexpr int kPackets = 3;

}  // namespace

std::string MagicPacket(const MacAddress& mac) {
  std::string packet(6, '\xFF');
  for (int i = 0; i < 16; ++i) packet.append(mac.begin(), mac.end());
  return packet;
}

WakeOnLan::WakeOnLan(InventoryMachine machine, const SshClient& ssh, Duration time_limit)
    : machine_(std::move(machine)), ssh_(ssh), time_limit_(time_limit) {}

Result<PowerStatus> WakeOnLan::Look() {
  const Result<Done> answer = ProbeSsh(machine_.address, machine_.ssh_port, time_limit_);
  if (answer) return PowerStatus{PowerState::kOn, "answers"};
  return PowerStatus{PowerState::kOff, "does not answer: " + answer.error().text};
}

Result<Done> WakeOnLan::On() {
  const std::string packet = MagicPacket(machine_.power.mac);
  for (int i = 0; i < kPackets; ++i) {
    const Result<Done> sent =
        SendDatagram(machine_.power.broadcast, machine_.power.wake_port, packet);
    if (!sent) return sent;
  }
  return Done{};
}

Result<Done> WakeOnLan::Off(SwitchOff way) {
  SshCommand command{.argv = {"systemctl", "poweroff"}, .as_root = true, .timeout = time_limit_};
  if (way == SwitchOff::kAtOnce) command.argv = {"systemctl", "poweroff", "--force", "--force"};
  const SshTarget target{machine_.address, machine_.ssh_port, machine_.ssh_user, ""};
  const Result<ProcessOutput> output = ssh_.Run(target, command);
  if (!output) {
    Error error = output.error();
    error.kind = Settled(error.kind, Effect::kRepeatable);
    return error;
  }
  if (output->exit_code == 0) return Done{};
  return Error{ErrorKind::kTransient, "power off " + machine_.address,
               "exit code " + std::to_string(output->exit_code), output->err};
}

}  // namespace spillway
