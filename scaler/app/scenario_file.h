// Scenario files (YAML), the language of `spillway policy test` and of tests/scenarios.
// docs/policies-authors.md describes it.
#pragma once

#include <stdexcept>
#include <string>

#include "scaler/rehearsal/scenario.h"

namespace spillway {

// The file cannot be played: every error in it, one a line, with path, line and expectation.
class ScenarioError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Reads the file, what it is laid over (`base`), and the configuration whose cluster it plays
// (`config`). Throws ScenarioError.
Scenario ReadScenarioFile(const std::string& path);

}  // namespace spillway
