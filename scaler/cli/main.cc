// The command line. The door for CLI11: what was typed becomes a plain options struct.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <exception>
#include <fstream>
#include <functional>
#include <map>

#include "scaler/cli/command_tree.h"
#include "scaler/cli/commands.h"
#include "scaler/cli/completion.h"
#include "scaler/cli/man_pages.h"
#include "scaler/cli/stored_state.h"
#include "scaler/model/rfc3339.h"
#include "scaler/runtime/units.h"

namespace spillway {
namespace {

constexpr const char* kFooter =
    "Exit codes: 0 done; 1 it was tried and did not work; 2 the command line is wrong;\n"
    "3 the configuration is wrong; 4 what was asked for is not there.\n";

void AddOutput(CLI::App* command, OutputFormat& output) {
  static const std::map<std::string, OutputFormat> kFormats = {
      {"text", OutputFormat::kText}, {"table", OutputFormat::kText}, {"json", OutputFormat::kJson}};
  command->add_option("--output,-o", output, "text (for people) or json (for scripts)")
      ->transform(CLI::CheckedTransformer(kFormats, CLI::ignore_case))
      ->default_str("text")
      ->option_text("text|json");
}

void AddStore(CLI::App* command, StoreOptions& options) {
  auto* config = command->add_option("--config,-c", options.config,
                                     "the service's configuration, which names the store");
  command->add_option("--store", options.store, "the store's file")->excludes(config);
  AddOutput(command, options.output);
}

void AddConfig(CLI::App* command, std::string& config) {
  command->add_option("--config,-c", config, "the configuration file")->required();
}

using Chosen = std::function<int()>;

void AddProviders(CLI::App& app, ProvidersOptions& options, Chosen& chosen) {
  CLI::App* all = app.add_subcommand(
      "providers", "drivers and what each can do; accounts and whether credentials were found");
  all->require_subcommand(0, 1);
  all->add_option("--config,-c", options.config, "whose accounts; none: the drivers alone");
  AddOutput(all, options.output);
  CLI::App* test = all->add_subcommand(
      "test", "list machines and offers of accounts, to see whether they can be used");
  test->add_option("account", options.account, "its name in the configuration; none: all");
  AddConfig(test, options.config);
  AddOutput(test, options.output);
  all->callback([&options, &chosen, test] {
    chosen = [&options, is_test = test->parsed()] {
      return is_test ? TestProviders(options) : ShowProviders(options);
    };
  });
}

CLI::ValidationError Expected(const std::string& what, const std::string& got) {
  return CLI::ValidationError("expected " + what + ", got \"" + got + "\"");
}

// An option whose words `from` knows.
template <class E>
void AddWord(CLI::App* command, const std::string& name, std::optional<E>& to,
             std::optional<E> (*from)(std::string_view), const std::string& words,
             const std::string& help) {
  command
      ->add_option_function<std::string>(
          name,
          [&to, from, words](const std::string& word) {
            to = from(word);
            if (!to) throw Expected("one of " + words, word);
          },
          help)
      ->option_text(words);
}

Coordinates ReadCoordinates(const std::string& text) {
  Coordinates at;
  int length = 0;
  const int read = std::sscanf(text.c_str(), "%lf,%lf%n", &at.latitude, &at.longitude, &length);
  const bool is_whole = read == 2 && static_cast<std::size_t>(length) == text.size();
  if (!is_whole || std::abs(at.latitude) > 90 || std::abs(at.longitude) > 180) {
    throw Expected("latitude and longitude such as 50.1,8.7", text);
  }
  return at;
}

void AddOffers(CLI::App& app, OffersOptions& options, Chosen& chosen) {
  CLI::App* offers = app.add_subcommand("offers", "what can be had now, cheapest first");
  AddConfig(offers, options.config);
  offers->add_option("--cluster", options.cluster, "what one of its pools would take");
  offers->add_option("--provider", options.provider, "of this account only");
  AddWord(offers, "--workload", options.workload, WorkloadFrom,
          "application_containers|virtual_servers|kubernetes", "what can run it");
  AddWord(offers, "--type", options.cluster_type, ClusterTypeFrom, "metal|virtual",
          "what the hosts are");
  AddWord(offers, "--hypervisor", options.hypervisor, HypervisorFrom, "kvm|firecracker|lxc",
          "what can be made into its host");
  offers->add_option("--country", options.countries, "countries (DE), or the groups EU and EEA")
      ->check([](const std::string& name) {
        return IsCountryOrGroup(name) ? "" : "expected two capital letters, EU or EEA, got " + name;
      });
  offers
      ->add_option_function<std::string>(
          "--near", [&options](const std::string& text) { options.near = ReadCoordinates(text); },
          "where round trips are estimated from; default: where the cluster is")
      ->option_text("LATITUDE,LONGITUDE");
  offers
      ->add_option_function<std::string>(
          "--max-latency",
          [&options](const std::string& text) {
            options.max_latency = ParseDuration(text);
            if (!options.max_latency) throw Expected("a duration such as 30ms", text);
          },
          "the longest round trip")
      ->option_text("DURATION");
  offers->add_option("--max-price", options.max_price, "the most that it may cost per hour")
      ->check(CLI::PositiveNumber);
  offers->add_flag("--all", options.with_others, "also those that do not fit, and why");
  AddOutput(offers, options.output);
  offers->callback([&options, &chosen] { chosen = [&options] { return ShowOffers(options); }; });
}

// What authors of policies need before they trust one.
struct PolicyOptions {
  PolicyTestOptions test;
  PolicyNewOptions fresh;
  PolicyCheckOptions check;
  StoreOptions compare;
  std::string compared;
  PolicyPromoteOptions promote;
};

void AddPolicy(CLI::App& app, PolicyOptions& options, Chosen& chosen) {
  CLI::App* policy = app.add_subcommand("policy", "try policies before they are trusted");
  policy->require_subcommand(1);

  CLI::App* test = policy->add_subcommand("test", "play scenario files in virtual time");
  test->add_option("files", options.test.files, "scenario files")->required();
  test->add_option("--junit", options.test.junit, "write the results here, as JUnit's XML");
  AddOutput(test, options.test.output);
  test->callback(
      [&options, &chosen] { chosen = [&options] { return TestPolicies(options.test); }; });

  CLI::App* check = policy->add_subcommand(
      "check", "drive the policies of clusters with steady loads, to see whether they flap");
  check->add_option("cluster", options.check.cluster, "one of them; none: all");
  AddConfig(check, options.check.config);
  AddOutput(check, options.check.output);
  check->callback(
      [&options, &chosen] { chosen = [&options] { return CheckPolicies(options.check); }; });

  CLI::App* compare = policy->add_subcommand(
      "compare", "what shadows would have cost and how they would have served, beside what acts");
  compare->add_option("cluster", options.compared, "one of them; none: all");
  AddStore(compare, options.compare);
  compare->callback([&options, &chosen] {
    chosen = [&options] { return ComparePolicies(options.compare, options.compared); };
  });

  CLI::App* promote = policy->add_subcommand(
      "promote", "let these policies of a cluster act, and those that act now be shadows");
  promote->add_option("cluster", options.promote.cluster, "the cluster")->required();
  promote->add_option("policies", options.promote.policies, "policies that measure")->required();
  AddConfig(promote, options.promote.config);
  promote->callback(
      [&options, &chosen] { chosen = [&options] { return PromotePolicies(options.promote); }; });

  CLI::App* fresh = policy->add_subcommand(
      "new", "begin a policy: a small configuration with it, and a scenario that passes");
  fresh->add_option("name", options.fresh.name, "what it is called, and its files")->required();
  fresh->add_option("--kind", options.fresh.kind, "what to begin with")
      ->check(CLI::IsMember(PolicyTemplates()))
      ->capture_default_str();
  fresh->add_option("--in", options.fresh.folder, "the folder")->capture_default_str();
  fresh->callback(
      [&options, &chosen] { chosen = [&options] { return NewPolicy(options.fresh); }; });
}

void AddDuration(CLI::App* command, const std::string& name, Duration& to,
                 const std::string& help) {
  command
      ->add_option_function<std::string>(
          name,
          [&to](const std::string& text) {
            const auto read = ParseDuration(text);
            if (!read || *read <= Duration(0)) throw Expected("a duration such as 90s", text);
            to = *read;
          },
          help)
      ->option_text("DURATION");
}

double ReadShare(const std::string& text) {
  char* end = nullptr;
  double share = std::strtod(text.c_str(), &end);
  const std::string unit = end;
  if (unit == "%") share /= 100;
  const bool is_read = end != text.c_str() && (unit.empty() || unit == "%");
  if (!is_read || !(share >= 0 && share < 1)) throw Expected("a share such as 0.5% or 0.005", text);
  return share;
}

void AddShare(CLI::App* command, const std::string& name, double& to, const std::string& help) {
  command
      ->add_option_function<std::string>(
          name, [&to](const std::string& text) { to = ReadShare(text); }, help)
      ->option_text("SHARE");
}

constexpr const char* kBacktestExample =
    "Example: what three policies would have cost on last month's load\n"
    "  spillway backtest month.csv --boot 90s --budget 0.5% \\\n"
    "    --compare 'hpa{target: 0.6},target_tracking,edge.yaml' --report month.html\n"
    "The same on what the service recorded\n"
    "  spillway backtest /var/lib/spillway/recording --cluster edge --signal demand\n";

void AddBacktest(CLI::App& app, BacktestOptions& options, Chosen& chosen) {
  BacktestModel& model = options.model;
  CLI::App* backtest = app.add_subcommand(
      "backtest", "what policies would have cost on a recorded load, against the optimum");
  backtest->footer(std::string(kBacktestExample) + kFooter);
  backtest
      ->add_option("trace", options.traces,
                   "CSV files timestamp_s,value, directories of them, or recordings")
      ->required();
  backtest->add_option("--cluster", options.cluster,
                       "of a recording: whose load; default: the only cluster in it");
  backtest->add_option("--signal", options.signal,
                       "of a recording: the load, by the name that a policy has for it; default: "
                       "the only load");
  backtest->add_option("--policy", options.policies, "a kind, KIND{key: value}, or a YAML file")
      ->option_text("POLICY")
      ->allow_extra_args(false);
  backtest
      ->add_option("--compare", options.compare,
                   "several policies side by side; \"references\": all there are to compare "
                   "with")
      ->option_text("A,B,...");
  backtest->add_option("--sweep", options.sweep, "a setting over a range: its cost and violations")
      ->option_text("KEY=FROM..TO[:N]");
  backtest->add_option("--report", options.report, "write a page with plots")
      ->option_text("FILE.html");
  backtest->add_flag("--tuned", options.is_tuned,
                     "references get their best settings for each trace, known afterwards");
  AddDuration(backtest, "--boot", model.boot, "from a launch until the host is ready (90s)");
  backtest
      ->add_option("--boot-sigma", model.boot_sigma,
                   "boot times vary: the standard deviation of their logarithm")
      ->check(CLI::Range(0.0, 3.0));
  AddShare(backtest, "--budget", model.violation_budget,
           "steps that may have too few hosts (0.5%)");
  auto* hosts =
      backtest->add_option("--hosts", model.hosts, "the 99.9 % quantile of the load takes so many")
          ->check(CLI::PositiveNumber)
          ->capture_default_str();
  backtest->add_option("--capacity", model.capacity, "the load that one host takes, instead")
      ->check(CLI::PositiveNumber)
      ->excludes(hosts);
  AddDuration(backtest, "--step", model.step, "of time (30s)");
  AddDuration(backtest, "--minimum", model.billing.minimum, "the least that is billed (60s)");
  AddDuration(backtest, "--billing-step", model.billing.step, "billed time is rounded up to (1s)");
  AddShare(backtest, "--start-failures", model.start_failures, "launches that never start");
  backtest->add_option("--seed", model.seed, "of all chance")->capture_default_str();
  backtest
      ->add_option("--policies-at", options.policies_at,
                   "where processes serve policies of type remote")
      ->option_text("ADDRESS")
      ->capture_default_str();
  backtest->add_option("--jobs", options.jobs, "threads; default: the cores there are")
      ->check(CLI::Range(1, 1024));
  AddOutput(backtest, options.output);
  backtest->callback([&options, &chosen] { chosen = [&options] { return Backtest(options); }; });
}

// An option whose text is a time of RFC 3339.
void AddTime(CLI::App* command, const std::string& name, std::optional<Time>& to,
             const std::string& help) {
  command
      ->add_option_function<std::string>(
          name,
          [&to](const std::string& text) {
            to = ParseRfc3339(text);
            if (!to) throw Expected("a time such as 2026-03-02T18:00:00Z", text);
          },
          help)
      ->option_text("TIME");
}

void AddReplay(CLI::App& app, ReplayOptions& options, Chosen& chosen) {
  CLI::App* replay = app.add_subcommand(
      "replay", "run a recording again: the same decisions, or what another configuration does");
  replay->add_option("recording", options.recording, "a segment, or a folder of them")->required();
  replay->add_option("--config,-c", options.config, "another configuration than the recorded one");
  AddTime(replay, "--from", options.from, "tell only what was from here on");
  AddTime(replay, "--until", options.until, "tell only what was before");
  AddOutput(replay, options.output);
  replay->callback(
      [&options, &chosen] { chosen = [&options] { return ReplayRecording(options); }; });
}

constexpr const char* kAdaptersExample =
    "Example: what of a line of InfluxDB's protocol would arrive\n"
    "  echo 'cpu,host=node-1 usage_idle=7' | spillway adapters test telegraf -c spillway.yaml\n";

void AddAdapters(CLI::App& app, TestAdapterOptions& options, Chosen& chosen) {
  CLI::App* adapters = app.add_subcommand("adapters", "samples of other systems");
  adapters->require_subcommand(1);
  adapters->footer(std::string(kAdaptersExample) + kFooter);
  CLI::App* test = adapters->add_subcommand(
      "test", "decode what a sender would send: which samples would arrive, and what not and why");
  test->add_option("name", options.name, "the adapter's name in the configuration")->required();
  test->add_option("body", options.body, "the body in a file; - is standard input")
      ->capture_default_str();
  AddConfig(test, options.config);
  test->add_option("--path", options.path, "where it is sent, below the adapter's name");
  test->add_option("--query", options.query, "what stands behind the question mark");
  test->add_option("--header", options.headers, "a header of the request")
      ->option_text("NAME:VALUE")
      ->allow_extra_args(false);
  AddTime(test, "--now", options.now, "when it arrives, for what was kept for a while");
  AddOutput(test, options.output);
  test->callback([&options, &chosen] { chosen = [&options] { return TestAdapter(options); }; });
}

constexpr const char* kKeysExample =
    "Example: a key for the service, and one for an agent that may send samples\n"
    "  spillway keys new /etc/spillway/bus.key\n"
    "  spillway keys new agent.key --clients /etc/spillway/bus.clients --name agent\n";

struct KeyOptions {
  NewKeyOptions fresh;
  std::string shown;
};

void AddKeys(CLI::App& app, KeyOptions& options, Chosen& chosen) {
  CLI::App* keys = app.add_subcommand("keys", "keys of the bus: who may send and listen");
  keys->require_subcommand(1);
  keys->footer(std::string(kKeysExample) + kFooter);
  CLI::App* fresh = keys->add_subcommand("new", "make a key; prints its public part");
  fresh->add_option("file", options.fresh.file, "where to write it")->required();
  CLI::Option* name = fresh->add_option("--name", options.fresh.name, "whose it is, in the list");
  fresh
      ->add_option("--clients", options.fresh.clients,
                   "the list of who may come, to which it is added")
      ->needs(name);
  fresh->callback([&options, &chosen] { chosen = [&options] { return NewKey(options.fresh); }; });
  CLI::App* show = keys->add_subcommand("show", "the public part of a key");
  show->add_option("file", options.shown, "the key's file")->required();
  show->callback([&options, &chosen] { chosen = [&options] { return ShowKey(options.shown); }; });
}

constexpr const char* kTokensExample =
    "Example: a token for a page that may pause and scale the cluster edge\n"
    "  spillway tokens add page --role operator --cluster edge --config spillway.yaml\n";

struct TokenOptions {
  AddTokenOptions fresh;
  StoreOptions listed;
  StoreOptions revoking;
  std::string revoked;
};

void AddTokens(CLI::App& app, TokenOptions& options, Chosen& chosen) {
  static const std::map<std::string, Role> kRoles = {
      {"viewer", Role::kViewer}, {"operator", Role::kOperator}, {"admin", Role::kAdmin}};
  CLI::App* tokens =
      app.add_subcommand("tokens", "tokens of the HTTP API: who may see and do what");
  tokens->require_subcommand(1);
  tokens->footer(std::string(kTokensExample) + kFooter);
  CLI::App* fresh = tokens->add_subcommand("add", "make a token; prints it, this once");
  fresh->add_option("name", options.fresh.name, "whose it is")->required();
  fresh->add_option("--role", options.fresh.role, "viewer (default), operator or admin")
      ->transform(CLI::CheckedTransformer(kRoles))
      ->option_text("viewer|operator|admin");
  fresh->add_option("--cluster", options.fresh.clusters, "that it is for; none: all")
      ->allow_extra_args(false);
  AddStore(fresh, options.fresh.store);
  fresh->callback([&options, &chosen] { chosen = [&options] { return AddToken(options.fresh); }; });
  CLI::App* list = tokens->add_subcommand("list", "the tokens there are");
  AddStore(list, options.listed);
  list->callback(
      [&options, &chosen] { chosen = [&options] { return ListTokens(options.listed); }; });
  CLI::App* revoke = tokens->add_subcommand("revoke", "take a token back");
  revoke->add_option("name", options.revoked, "whose it is")->required();
  AddStore(revoke, options.revoking);
  revoke->callback([&options, &chosen] {
    chosen = [&options] { return RevokeToken(options.revoking, options.revoked); };
  });
}

int WriteManPages(const Command& program, const std::string& folder) {
  for (const ManPage& page : ManPagesOf(program, SPILLWAY_VERSION)) {
    std::ofstream file(folder + "/" + page.file);
    file << page.text;
    file.close();
    if (!file) throw CommandError(kFailed, folder + "/" + page.file + " cannot be written");
  }
  return kOk;
}

// What is made of the command line itself.
void AddSelfDescription(CLI::App& app, std::string& word, Chosen& chosen) {
  CLI::App* completion = app.add_subcommand(
      "completion", "a script by which a shell completes this program's command line");
  completion->add_option("shell", word, "the shell")
      ->required()
      ->option_text("bash|zsh|fish")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion->callback([&] {
    chosen = [&] {
      fmt::print("{}", CompletionFor(*ShellFrom(word), TreeOf(app)));
      return static_cast<int>(kOk);
    };
  });
  CLI::App* man = app.add_subcommand("man", "write the manual pages, for packages")->group("");
  man->add_option("folder", word, "where")->required();
  man->callback([&] { chosen = [&] { return WriteManPages(TreeOf(app), word); }; });
}

int Main(int argc, char** argv) {
  CLI::App app{"Spillway bursts edge clusters onto clouds when they run over, and shrinks them."};
  app.name("spillway");
  app.footer(kFooter);
  app.require_subcommand(1);
  Chosen chosen;
  std::string config;
  bool verbose = false;
  OutputFormat output = OutputFormat::kText;
  StoreOptions store;
  PlanOptions plan;
  ProvidersOptions providers;
  OffersOptions offers;
  PolicyOptions policy;
  ReplayOptions replay;
  KeyOptions keys;
  TokenOptions tokens;
  TestAdapterOptions adapter;
  DemoOptions demo;
  BacktestOptions backtest;
  std::string host;
  bool with_gone = false;
  std::string decision = "latest";

  CLI::App* run = app.add_subcommand("run", "run the service");
  run->add_option("--config,-c", config, "the configuration file")->required();
  run->add_flag("--verbose,-v", verbose, "log what is only of interest when looking for a fault");
  run->callback([&] { chosen = [&] { return RunService(config, verbose); }; });

  CLI::App* check = app.add_subcommand("check-config", "check a configuration: all errors at once");
  check->add_option("file", config, "the configuration file")->required();
  AddOutput(check, output);
  check->callback([&] { chosen = [&] { return CheckConfig(config, output); }; });

  CLI::App* status = app.add_subcommand("status", "what the clusters have and want");
  AddStore(status, store);
  status->callback([&] { chosen = [&] { return ShowStatus(store); }; });

  CLI::App* hosts = app.add_subcommand("hosts", "every host, where it stands and why");
  AddStore(hosts, store);
  hosts->add_option("host", host, "one of them, with what was looked at to know it ready");
  hosts->add_flag("--gone", with_gone, "also those that are gone");
  hosts->callback([&] { chosen = [&] { return ShowHosts(store, host, with_gone); }; });

  CLI::App* explain = app.add_subcommand("explain", "a decision with everything it was made of");
  explain->add_option("decision", decision, "its id, or \"latest\"")->capture_default_str();
  AddStore(explain, store);
  explain->callback([&] { chosen = [&] { return Explain(store, decision); }; });

  CLI::App* dry = app.add_subcommand("plan", "what it would do now, and why; touches nothing");
  dry->add_option("--config,-c", plan.config, "the configuration file")->required();
  dry->add_option("--samples", plan.samples,
                  "samples as on the bus, one JSON object or array a line; default: the signals "
                  "that the service saw last");
  AddOutput(dry, plan.output);
  dry->callback([&] { chosen = [&] { return ShowPlan(plan); }; });

  AddProviders(app, providers, chosen);
  AddOffers(app, offers, chosen);
  AddPolicy(app, policy, chosen);
  AddReplay(app, replay, chosen);
  AddAdapters(app, adapter, chosen);
  AddKeys(app, keys, chosen);
  AddTokens(app, tokens, chosen);

  CLI::App* play = app.add_subcommand("demo", "a day of bursting in about a minute, simulated");
  play->add_option("--speed", demo.speed, "how much faster than real time the day runs")
      ->check(CLI::Range(1.0, 7200.0))
      ->capture_default_str();
  play->add_option("--trace", demo.trace, "play this load instead: CSV timestamp_s,value");
  play->add_option("--peak-hosts", demo.peak_hosts, "hosts that the highest load needs")
      ->check(CLI::Range(1, 40))
      ->capture_default_str();
  play->add_option("--seed", demo.seed, "of the noise and the simulated clouds")
      ->capture_default_str();
  play->callback([&] { chosen = [&] { return Demo(demo); }; });

  AddBacktest(app, backtest, chosen);
  std::string word;
  AddSelfDescription(app, word, chosen);

  CLI::App* version = app.add_subcommand("version", "the version of this program");
  AddOutput(version, output);
  version->callback([&] {
    chosen = [&] {
      const bool is_json = output == OutputFormat::kJson;
      fmt::print("{}{}{}\n", is_json ? "{\"version\": \"" : "spillway ", SPILLWAY_VERSION,
                 is_json ? "\"}" : "");
      return static_cast<int>(kOk);
    };
  });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kUsage;
  }
  try {
    return chosen();
  } catch (const CommandError& error) {
    fmt::print(stderr, "spillway: {}\n", error.what());
    return error.code();
  } catch (const std::exception& error) {
    fmt::print(stderr, "spillway: {}\n", error.what());
    return kFailed;
  }
}

}  // namespace
}  // namespace spillway

int main(int argc, char** argv) { return spillway::Main(argc, argv); }
