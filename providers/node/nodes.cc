#include "providers/node/nodes.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "providers/node/ssh_setup.h"
#include "providers/ssh/ssh_probe.h"

namespace spillway {
namespace {

constexpr Duration kLookLimit = std::chrono::seconds(60);
constexpr const char* kSetUp = "set-up";

ProbeAnswer NotLookedAt(const HostTarget& target, bool needs_setup) {
  if (needs_setup && !target.login.runs_cloud_init) {
    return {kSetUp, false,
            "the machine runs no cloud-init, and without a section ssh: at the registrar nobody "
            "sets it up"};
  }
  return {"node", true,
          "login, cloud-init and hypervisor were not looked at: the registrar has no section ssh:"};
}

// Something else than our script answered, such as the notice that another user is to log in.
ProbeAnswer NoAnswer(const ProcessOutput& output) {
  const std::string& said = output.out.empty() ? output.err : output.out;
  return {"ssh login", false,
          "the look ended with exit code " + std::to_string(output.exit_code) + ": " +
              said.substr(0, said.find('\n'))};
}

}  // namespace

Nodes::Nodes(NodeSettings settings)
    : settings_(std::move(settings)),
      user_data_(settings_.setup),
      client_(settings_.ssh ? std::make_unique<const SshClient>(settings_.ssh->settings)
                            : nullptr) {}

Readiness Nodes::Look(const HostTarget& target) const {
  Readiness readiness;
  const Result<Done> port = LookAtPort(target);
  readiness.answers.push_back({"ssh port", port.ok(), port ? "answers" : Describe(port.error())});
  if (!port) return readiness;
  if (client_) {
    LookInside(target, readiness);
  } else {
    readiness.answers.push_back(NotLookedAt(target, settings_.setup.has_value()));
  }
  return readiness;
}

Result<Done> Nodes::LookAtPort(const HostTarget& target) const {
  return ProbeSsh(target.address, PortOf(target), settings_.port_timeout);
}

void Nodes::LookInside(const HostTarget& target, Readiness& readiness) const {
  const SshTarget machine{
      .address = target.address,
      .port = PortOf(target),
      .user = target.login.user.empty() ? settings_.ssh->user : target.login.user,
      .key_name = target.host};
  const NodeQuestion question = QuestionFor(target, machine.user);
  SshCommand command{.argv = {"sh", "-s", "--"},
                     .input = std::string(LookScript()),
                     .as_root = true,
                     .timeout = kLookLimit};
  const std::vector<std::string> arguments = LookArguments(question);
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());

  const Result<ProcessOutput> output = client_->Run(machine, command);
  if (!output) {
    readiness.answers.push_back({"ssh login", false, Describe(output.error())});
    return;
  }
  const std::optional<NodeLook> look = ReadLook(output->out);
  if (!look) {
    readiness.answers.push_back(NoAnswer(*output));
    return;
  }
  readiness.answers.push_back({"ssh login", true, "works as " + machine.user});
  readiness.answers.insert(readiness.answers.end(), look->answers.begin(), look->answers.end());
  readiness.has_failed = look->has_failed;
  const bool is_to_be_started =
      look->setup == SetupState::kNone || look->setup == SetupState::kFailed;
  if (is_to_be_started && !question.runs_cloud_init) SetUp(machine, *question.steps, readiness);
}

void Nodes::SetUp(const SshTarget& target, const NodeSteps& steps, Readiness& readiness) const {
  const Result<Done> started = StartSetup(*client_, target, steps);
  const auto answer = std::find_if(readiness.answers.begin(), readiness.answers.end(),
                                   [](const ProbeAnswer& a) { return a.name == kSetUp; });
  if (answer == readiness.answers.end()) return;
  answer->text += started ? "; started" : "; cannot be started: " + Describe(started.error());
}

NodeQuestion Nodes::QuestionFor(const HostTarget& target, const std::string& user) const {
  NodeQuestion question;
  question.hypervisor = target.hypervisor;
  question.runs_cloud_init = target.login.runs_cloud_init;
  if (!settings_.setup) return question;
  const NodeSteps steps = StepsFor(*settings_.setup, target.hypervisor);
  question.steps = question.runs_cloud_init ? steps : WithoutCloudInit(steps, user);
  return question;
}

int Nodes::PortOf(const HostTarget& target) const {
  if (target.login.port != 0) return target.login.port;
  return settings_.ssh ? settings_.ssh->port : settings_.ssh_port;
}

}  // namespace spillway
