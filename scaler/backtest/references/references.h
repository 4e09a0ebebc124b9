// What others do, from their public descriptions, to compare with: policies for the backtest alone.
// The whole list stands in references.cc; a new one is a file and a line there. Each file names its
// source.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policies/policy.h"
#include "scaler/backtest/course.h"
#include "scaler/backtest/model.h"
#include "scaler/backtest/optimum.h"
#include "scaler/runtime/config_node.h"

namespace spillway {

class SynchronousLink;

// What a policy of a backtest is made for. Only the two that are meant to know the future
// (`static`, `clairvoyant`) look at more of the course than its capacity.
struct ReferenceContext {
  const Course& course;
  const BacktestModel& model;
  const Optimum& optimum;
  SynchronousLink* link = nullptr;  // to policies in other processes; null: there are none
};

struct ReferenceKind {
  std::string_view kind;
  std::string_view summary;  // for people: "Kubernetes' HorizontalPodAutoscaler"
  // Reads the settings, recording errors in `node`, and Finishes it. Never null.
  std::unique_ptr<Policy> (*parse)(const std::string& name, const ConfigNode& node,
                                   const ReferenceContext& context);
  // Settings that --tuned tries, each a YAML mapping; empty: there is nothing to tune.
  std::span<const char* const> grid;
};

std::span<const ReferenceKind> References();
const ReferenceKind* FindReference(std::string_view kind);

}  // namespace spillway
