#include "policies/manual/manual.h"

#include <fmt/core.h>

#include <utility>

#include "policies/text.h"
#include "scaler/model/rfc3339.h"

namespace spillway {

ManualPolicy::ManualPolicy(std::string name, ManualConfig config)
    : Policy(std::move(name)), config_(config) {}

Recommendation ManualPolicy::Evaluate(const PolicyInput& input) {
  Recommendation r;
  const bool has_end = config_.until < kDistantFuture;
  if (input.now >= config_.until) {
    r.reason = {"manual_over", "it was asked for until " + TimeText(config_.until), {}};
    return r;
  }
  r.kind = config_.stand.kind;
  r.wanted = config_.stand.amount;
  r.valid_until = config_.until;
  r.reason = {"manual",
              fmt::format("{} of {} by hand{}", Name(r.kind), CapacityText(r.wanted),
                          has_end ? " until " + TimeText(config_.until) : ""),
              {}};
  return r;
}

std::unique_ptr<Policy> ParseManual(const std::string& name, const ConfigNode& node,
                                    const PolicyContext& context) {
  ManualConfig config;
  config.stand = ParseStand(node, context.host_size, RecommendationKind::kTarget);
  if (const auto until = node.String("until").Optional()) {
    const std::optional<Time> time = ParseRfc3339(*until);
    if (!time) {
      node["until"].Fail("expected an RFC 3339 time such as 2026-03-02T18:00:00+01:00, got \"" +
                         *until + "\"");
    }
    config.until = time.value_or(kDistantFuture);
  }
  node.Finish();
  return std::make_unique<ManualPolicy>(name, config);
}

}  // namespace spillway
