#include "scaler/cli/line/groups.h"
#include "scaler/cli/line/options.h"

namespace spillway {
namespace {

void DeclareTest(CommandLine& line, CLI::App& policy) {
  auto [test, options] = line.Add<PolicyTestOptions>(
      policy, "test", "play scenario files in virtual time", TestPolicies);
  test->add_option("files", options.files, "scenario files")->required();
  test->add_option("--junit", options.junit, "write the results here, as JUnit's XML");
  AddOutput(test, options.output);
}

void DeclareCheck(CommandLine& line, CLI::App& policy) {
  auto [check, options] = line.Add<PolicyCheckOptions>(
      policy, "check", "drive the policies of clusters with steady loads, to see whether they flap",
      CheckPolicies);
  check->add_option("cluster", options.cluster, "one of them; none: all");
  AddConfig(check, options.config);
  AddOutput(check, options.output);
}

void DeclareCompare(CommandLine& line, CLI::App& policy) {
  auto [compare, options] = line.Add<PolicyCompareOptions>(
      policy, "compare",
      "what shadows would have cost and how they would have served, beside what acts",
      ComparePolicies);
  compare->add_option("cluster", options.cluster, "one of them; none: all");
  AddStoreOrApi(compare, options.store, options.api);
}

void DeclarePromote(CommandLine& line, CLI::App& policy) {
  auto [promote, options] = line.Add<PolicyPromoteOptions>(
      policy, "promote", "let these policies of a cluster act, and those that act now be shadows",
      PromotePolicies);
  promote->add_option("cluster", options.cluster, "the cluster")->required();
  promote->add_option("policies", options.policies, "policies that measure")->required();
  promote->add_option("--config,-c", options.config,
                      "put it down in the store that this configuration names; default: ask the "
                      "service");
  AddAction(promote, options.action);
}

void DeclareNew(CommandLine& line, CLI::App& policy) {
  auto [fresh, options] = line.Add<PolicyNewOptions>(
      policy, "new", "begin a policy: a small configuration with it, and a scenario that passes",
      NewPolicy);
  fresh->add_option("name", options.name, "what it is called, and its files")->required();
  fresh->add_option("--kind", options.kind, "what to begin with")
      ->check(CLI::IsMember(PolicyTemplates()))
      ->capture_default_str();
  fresh->add_option("--in", options.folder, "the folder")->capture_default_str();
}

}  // namespace

// What authors of policies need before they trust one.
void DeclarePolicy(CommandLine& line) {
  CLI::App& policy = line.AddGroup("policy", "try policies before they are trusted");
  DeclareTest(line, policy);
  DeclareCheck(line, policy);
  DeclareCompare(line, policy);
  DeclarePromote(line, policy);
  DeclareNew(line, policy);
}

}  // namespace spillway
