#include <array>

#include "scaler/cli/line/groups.h"
#include "scaler/cli/line/options.h"
#include "scaler/runtime/units.h"

namespace spillway {
namespace {

// What has no options of its own.
struct PlainAction {
  const char* verb;
  const char* summary;
};

constexpr std::array kOfClusters = {
    PlainAction{"unscale", "let the policies of a cluster decide again, before its time is over"},
    PlainAction{"resume", "end the pause of a cluster"},
};

constexpr std::array kOfHosts = {
    PlainAction{"protect", "never give this host back, whatever is decided"},
    PlainAction{"unprotect", "let decisions give it back again"},
    PlainAction{"drain", "empty a host; it stays, paid, until it is undrained or retired"},
    PlainAction{"undrain", "let a drained host take guests again"},
    PlainAction{"retry", "try now what waits for a back-off, or has failed"},
};

constexpr const char* kScaleExample =
    "Example: five hosts for the evening, whatever the load; what that would do\n"
    "  spillway scale edge 5 --for 4h --reason 'the match' --dry-run\n";

Declared<ClusterActionOptions> AddClusterAction(CommandLine& line, const std::string& verb,
                                                const std::string& summary) {
  auto declared = line.Add<ClusterActionOptions>(line.program(), verb, summary, ActOnCluster);
  declared.options.verb = verb;
  declared.command->add_option("cluster", declared.options.cluster, "the cluster")->required();
  return declared;
}

Declared<HostActionOptions> AddHostAction(CommandLine& line, const std::string& verb,
                                          const std::string& summary) {
  auto declared = line.Add<HostActionOptions>(line.program(), verb, summary, ActOnHost);
  declared.options.verb = verb;
  declared.command->add_option("host", declared.options.host, "the host")->required();
  return declared;
}

CLI::Option* AddHowLong(CLI::App* command, std::optional<Duration>& how_long,
                        const std::string& help) {
  return command
      ->add_option_function<std::string>(
          "--for",
          [&how_long](const std::string& text) {
            how_long = ParseDuration(text);
            if (!how_long || *how_long < std::chrono::seconds(1)) {
              throw Expected("a duration such as 4h or 90m", text);
            }
          },
          help)
      ->option_text("DURATION");
}

// Both of its members, or neither.
void AddCapacity(CLI::App* scale, std::optional<Capacity>& capacity, CLI::Option* hosts) {
  const auto is_given = [&capacity]() -> Capacity& {
    return capacity ? *capacity : capacity.emplace();
  };
  CLI::Option* vcpu = scale
                          ->add_option_function<std::int64_t>(
                              "--vcpu", [is_given](std::int64_t n) { is_given().vcpu = n; },
                              "instead of hosts: processors, with --memory")
                          ->excludes(hosts);
  CLI::Option* memory = scale
                            ->add_option_function<std::string>(
                                "--memory",
                                [is_given](const std::string& text) {
                                  const auto mib = ParseMemoryMib(text);
                                  if (!mib) throw Expected("an amount such as 64GiB", text);
                                  is_given().memory_mib = *mib;
                                },
                                "instead of hosts: memory, with --vcpu")
                            ->option_text("SIZE")
                            ->excludes(hosts);
  vcpu->needs(memory);
  memory->needs(vcpu);
}

void DeclareScale(CommandLine& line) {
  auto [scale, options] =
      AddClusterAction(line, "scale",
                       "have a cluster be of exactly this size for a while, within its limits and "
                       "its money");
  CommandLine::AddExample(*scale, kScaleExample);
  CLI::Option* hosts =
      scale->add_option("hosts", options.hosts, "how many")->check(CLI::NonNegativeNumber);
  AddCapacity(scale, options.capacity, hosts);
  AddHowLong(scale, options.how_long, "how long it holds, from 60s to 30d")->required();
  AddAction(scale, options.action);
}

void DeclarePause(CommandLine& line) {
  auto [pause, options] = AddClusterAction(
      line, "pause", "buy nothing for a cluster and give nothing of it back, until it is resumed");
  AddHowLong(pause, options.how_long, "and no longer than that");
  AddAction(pause, options.action);
}

void DeclareRetire(CommandLine& line) {
  auto [retire, options] =
      AddHostAction(line, "retire", "give a host back, when its guests have left it");
  retire->add_flag("--now", options.is_now, "do not wait for its guests: they are lost with it");
  AddAction(retire, options.action);
}

}  // namespace

void DeclareActions(CommandLine& line) {
  DeclareScale(line);
  DeclarePause(line);
  for (const PlainAction& action : kOfClusters) {
    auto [command, options] = AddClusterAction(line, action.verb, action.summary);
    AddAction(command, options.action);
  }
  for (const PlainAction& action : kOfHosts) {
    auto [command, options] = AddHostAction(line, action.verb, action.summary);
    AddAction(command, options.action);
  }
  DeclareRetire(line);
}

}  // namespace spillway
