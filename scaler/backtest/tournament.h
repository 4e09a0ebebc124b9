// Every policy on every course, on several cores.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "scaler/backtest/course.h"
#include "scaler/backtest/model.h"
#include "scaler/backtest/outcome.h"
#include "scaler/backtest/policy_spec.h"
#include "scaler/backtest/run.h"

namespace spillway {

struct TournamentPlan {
  std::vector<Course> courses;
  std::vector<PolicySpec> policies;
  BacktestModel model;
  // References get, for each course, the cheapest settings of their grid that keep the budget, in
  // hindsight; where none keeps it, the best static fleet stands in.
  bool is_tuned = false;
  bool keeps_runs = false;  // for a report; else they are dropped, because they are large
  int jobs = 1;
  SynchronousLink* link = nullptr;  // for policies that are served by other processes
};

// One policy on one course.
struct Bout {
  std::size_t course = 0;  // index in the plan
  std::size_t policy = 0;
  Outcome outcome;
  std::string settings;  // that tuning found; empty: as named
  FleetHistory run;      // empty unless kept
};

// Called with how many are done, and of how many; on any thread, never twice at once.
using Progress = std::function<void(std::size_t done, std::size_t all)>;

// Course by course, in the order of the plan. Throws PolicySpecError before anything is run.
std::vector<Bout> RunTournament(const TournamentPlan& plan, const Progress& progress);

}  // namespace spillway
