#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "policies/remote/synchronous_link.h"
#include "scaler/backtest/report.h"
#include "scaler/backtest/setting_range.h"
#include "scaler/backtest/tournament.h"
#include "scaler/cli/backtest_frontier.h"
#include "scaler/cli/backtest_view.h"
#include "scaler/cli/commands.h"
#include "scaler/cli/output.h"
#include "scaler/cli/recorded_trace.h"
#include "scaler/cli/stored_state.h"

namespace spillway {
namespace {

constexpr const char* kUsualPolicy = "hpa";
constexpr const char* kEveryReference = "references";

// A word that stands for all references.
std::vector<PolicySpec> Named(const std::string& texts) {
  std::vector<PolicySpec> policies;
  if (texts != kEveryReference) return PolicySpec::ReadList(texts);
  for (const ReferenceKind& known : References()) {
    policies.push_back(PolicySpec::Read(std::string(known.kind)));
  }
  return policies;
}

std::vector<PolicySpec> PoliciesOf(const BacktestOptions& options) {
  std::vector<PolicySpec> policies;
  for (const std::string& policy : options.policies) policies.push_back(PolicySpec::Read(policy));
  for (PolicySpec& policy : Named(options.compare)) policies.push_back(std::move(policy));
  if (policies.empty()) policies.push_back(PolicySpec::Read(kUsualPolicy));
  return policies;
}

// Where other processes serve policies; nothing when none of the plan's is remote.
std::unique_ptr<SynchronousLink> LinkFor(const TournamentPlan& plan, const std::string& address) {
  const bool is_needed = std::any_of(plan.policies.begin(), plan.policies.end(),
                                     [](const PolicySpec& policy) { return policy.IsRemote(); });
  if (!is_needed) return nullptr;
  auto link = std::make_unique<SynchronousLink>(std::vector<std::string>{address});
  fmt::print(stderr, "policies of other processes are asked at {}\n", link->addresses().front());
  return link;
}

std::vector<Trace> TracesOf(const BacktestOptions& options) {
  std::vector<Trace> traces;
  bool is_recorded = false;
  for (const std::string& path : options.traces) {
    if (IsRecording(path)) {
      is_recorded = true;
      traces.push_back(ReadRecordedTrace(path, options.cluster, options.signal));
      continue;
    }
    for (Trace& trace : ReadTraces({path})) traces.push_back(std::move(trace));
  }
  if (!is_recorded && !(options.cluster.empty() && options.signal.empty())) {
    throw CommandError(kUsage,
                       "--cluster and --signal say what to take of a recording; none of "
                       "the traces is one");
  }
  return traces;
}

TournamentPlan PlanOf(const BacktestOptions& options, const std::optional<SettingRange>& sweep) {
  TournamentPlan plan;
  plan.model = options.model;
  plan.is_tuned = options.is_tuned;
  plan.keeps_runs = !options.report.empty();
  plan.policies = PoliciesOf(options);
  if (sweep) plan.policies = Swept(plan.policies, *sweep);
  for (const Trace& trace : TracesOf(options)) {
    plan.courses.push_back(MakeCourse(trace, plan.model));
  }
  const auto cores = static_cast<int>(std::thread::hardware_concurrency());
  plan.jobs = options.jobs > 0 ? options.jobs : std::max(cores, 1);
  return plan;
}

// A bar on standard error.
void ShowProgress(std::size_t done, std::size_t all) {
  constexpr std::size_t kWidth = 40;
  const std::size_t filled = kWidth * done / all;
  fmt::print(stderr, "\r[{}{}] {}/{}{}", std::string(filled, '='),
             std::string(kWidth - filled, ' '), done, all, done == all ? "\r\033[K" : "");
  std::fflush(stderr);
}

Progress ProgressOnATerminal() {
  if (isatty(STDERR_FILENO) == 0) return [](std::size_t, std::size_t) {};
  return ShowProgress;
}

std::string JsonOf(std::span<const Bout> bouts) {
  std::string text;
  for (const Bout& bout : bouts) {
    nlohmann::json object = ToJson(bout.outcome);
    if (!bout.settings.empty()) object["settings"] = bout.settings;
    text += (text.empty() ? "[\n" : ",\n") + object.dump();
  }
  return text + "\n]";
}

std::string FrontierText(const TournamentPlan& plan, std::span<const Bout> bouts,
                         const SettingRange& sweep) {
  const std::size_t per_group = sweep.values.size();
  const TextStyle style = StyleOfStdout();
  std::string text =
      "\n" + DrawFrontier(FrontierOf(plan, bouts, per_group), plan.model.violation_budget, style);
  for (std::size_t i = 0; i < plan.policies.size(); i += per_group) {
    text += fmt::format("{}: {} with {} from {} to {}\n",
                        static_cast<char>('A' + static_cast<int>(i / per_group % 26)),
                        plan.policies[i].kind(), sweep.key, sweep.values.front().dump(),
                        sweep.values.back().dump());
  }
  return text;
}

void WriteReport(const std::string& path, const std::string& html) {
  std::ofstream out(path);
  out << html;
  out.close();
  if (!out) throw std::runtime_error(path + ": cannot write the report: " + std::strerror(errno));
}

int RunBacktest(const BacktestOptions& options) {
  const std::optional<SettingRange> sweep =
      options.sweep.empty() ? std::nullopt : std::optional(ParseSettingRange(options.sweep));
  TournamentPlan plan = PlanOf(options, sweep);
  const auto link = LinkFor(plan, options.policies_at);
  plan.link = link.get();
  const std::vector<Bout> bouts = RunTournament(plan, ProgressOnATerminal());
  if (options.output != OutputFormat::kText) {
    Print(InFormat(options.output, JsonOf(bouts)));
  } else {
    Print(BacktestText(plan, bouts, StyleOfStdout()) +
          (sweep ? FrontierText(plan, bouts, *sweep) : std::string()));
  }
  if (!options.report.empty()) WriteReport(options.report, ReportHtml(plan, bouts, sweep));
  return kOk;
}

}  // namespace

int Backtest(const BacktestOptions& options) {
  try {
    return RunBacktest(options);
  } catch (const PolicySpecError& error) {
    throw CommandError(kBadConfig, error.what());
  } catch (const SettingRangeError& error) {
    throw CommandError(kUsage, error.what());
  }
}

}  // namespace spillway
