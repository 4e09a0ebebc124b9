#include "scaler/trace/journeys.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include "scaler/model/names.h"

namespace spillway {
namespace {

constexpr std::string_view kReceive = "receive";
constexpr std::string_view kDecide = "decide";
constexpr std::string_view kPlan = "plan";
constexpr std::string_view kHost = "host";

constexpr std::array kSteps = {
    std::pair{HostState::kCreating, std::string_view("create")},
    std::pair{HostState::kBooting, std::string_view("boot")},
    std::pair{HostState::kConfiguring, std::string_view("configure")},
    std::pair{HostState::kEnrolling, std::string_view("enrol")},
};

Span SpanOf(const std::string& trace, std::string_view name, std::string_view parent,
            SpanTime start, SpanTime end) {
  Span span;
  span.trace = trace;
  span.id = SpanIdOf(trace, name);
  if (!parent.empty()) span.parent = SpanIdOf(trace, parent);
  span.name = name;
  span.start = start;
  span.end = end;
  return span;
}

std::vector<std::pair<std::string, SpanValue>> AttributesOf(const HostRecord& host) {
  return {{"spillway.cluster", host.cluster},
          {"spillway.decision", host.decision},
          {"spillway.host", host.id},
          {"spillway.pool", host.pool},
          {"spillway.provider", host.provider},
          {"cloud.region", host.location},
          {"host.type", host.plan},
          {"host.id", host.machine}};
}

std::int64_t HostsTaken(const Plan& plan) {
  std::int64_t count = 0;
  for (const Take& take : plan.take) count += take.count;
  return count;
}

// While it stayed in a state on its way up. The record's time in `creating` begins anew where the
// outcome of the call was not known; what is paid is from the call on.
Span StepOf(const std::string& trace, std::string_view name, const HostRecord& before,
            const HostRecord& after) {
  const bool is_create = before.state == HostState::kCreating;
  const Time start = is_create ? before.paid_from.value_or(before.state_since) : before.state_since;
  Span span = SpanOf(trace, name, {}, SpanTimeOf(start), SpanTimeOf(after.state_since));
  span.id = SpanIdOf(trace, name, after.id);
  span.parent = SpanIdOf(trace, kHost, after.id);
  span.attributes = AttributesOf(after);
  if (after.state == HostState::kFailed) span.error = after.failure;
  return span;
}

// From the decision for it until it is ready, or will not be.
Span JourneyOf(const std::string& trace, const HostRecord& after) {
  Span span =
      SpanOf(trace, kHost, kPlan, SpanTimeOf(after.created_at), SpanTimeOf(after.state_since));
  span.id = SpanIdOf(trace, kHost, after.id);
  span.attributes = AttributesOf(after);
  if (after.state == HostState::kFailed) {
    span.error = after.failure;
  } else if (after.state != HostState::kReady) {
    span.error = "given back before it was ready";
  }
  return span;
}

}  // namespace

Journeys::Journeys(std::string deployment, double share, OnSpan on_span, Stopwatch stopwatch)
    : deployment_(std::move(deployment)),
      share_(share),
      on_span_(std::move(on_span)),
      stopwatch_(std::move(stopwatch)) {}

SpanTime Journeys::RealTime() { return std::chrono::steady_clock::now().time_since_epoch(); }

std::optional<std::string> Journeys::TraceFor(const std::string& decision) const {
  std::string trace = TraceOf(deployment_, decision);
  return IsSampled(trace, share_) ? std::optional(std::move(trace)) : std::nullopt;
}

void Journeys::OnStage(EvaluationStage stage) {
  (stage == EvaluationStage::kDecide ? decide_began_ : plan_began_) = stopwatch_();
  if (stage == EvaluationStage::kDecide) plan_began_ = SpanTime(0);
}

void Journeys::OnEvaluation(const SeenEvaluation& seen) {
  ended_ = stopwatch_();
  touched_ = seen.touched;
}

// The loop's time stands during an evaluation, and its hosts begin at that time: its stages are put
// before it, as long as they took, so that nothing comes before what brought it about.
void Journeys::OnDecision(const DecisionRecord& record) {
  const std::optional<std::string> trace = TraceFor(record.decision.id);
  if (!trace) return;
  const Decision& decision = record.decision;
  const bool has_plan = plan_began_ != SpanTime(0);
  const SpanTime ended = SpanTimeOf(decision.time);
  const SpanTime began = ended - (ended_ - decide_began_);
  const SpanTime decided = has_plan ? ended - (ended_ - plan_began_) : ended;
  const std::pair<std::string, SpanValue> cluster{"spillway.cluster", decision.cluster};
  const std::pair<std::string, SpanValue> id{"spillway.decision", decision.id};
  if (touched_) {
    const SpanTime received = std::min(SpanTimeOf(*touched_), began);
    Span receive = SpanOf(*trace, kReceive, {}, received, began);
    receive.attributes = {cluster};
    on_span_(std::move(receive));
  }
  Span decide = SpanOf(*trace, kDecide, touched_ ? kReceive : "", began, decided);
  decide.attributes = {cluster,
                       id,
                       {"spillway.verdict", std::string(Name(decision.verdict))},
                       {"spillway.wanted_vcpus", decision.wanted.vcpu},
                       {"spillway.acted", record.acted}};
  on_span_(std::move(decide));
  if (!has_plan) return;
  Span plan = SpanOf(*trace, kPlan, kDecide, decided, ended);
  plan.attributes = {cluster,
                     id,
                     {"spillway.hosts_taken", HostsTaken(record.plan)},
                     {"spillway.hosts_given_back", std::ssize(record.plan.give_back)},
                     {"spillway.hosts_reclaimed", std::ssize(record.plan.reclaim)},
                     {"spillway.missing_vcpus", record.plan.shortfall.vcpu}};
  on_span_(std::move(plan));
}

// A host that was ready before has made its journey.
void Journeys::OnHost(const HostRecord* before, const HostRecord& after) {
  if (before == nullptr || before->state == after.state || before->ready_at) return;
  const std::optional<std::string> trace = TraceFor(after.decision);
  if (!trace) return;
  for (const auto& [state, name] : kSteps) {
    if (before->state == state) on_span_(StepOf(*trace, name, *before, after));
  }
  const bool was_coming = before->state <= HostState::kEnrolling;
  if (was_coming && after.state > HostState::kEnrolling) on_span_(JourneyOf(*trace, after));
}

}  // namespace spillway
