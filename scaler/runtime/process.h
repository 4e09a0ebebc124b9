// Runs another program to its end: the one door for programs such as `ssh` and `ipmitool`.
// Blocking: for workers only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "scaler/model/result.h"
#include "scaler/model/time.h"

namespace spillway {

struct ProcessRequest {
  // The program and its arguments; no shell reads them. A program without a slash is looked for in
  // PATH.
  std::vector<std::string> argv;
  std::string input = "";  // all that its standard input has
  // Added to our own environment; where secrets go, which the list of arguments shows to everybody.
  std::map<std::string, std::string> environment = {};
  Duration timeout = std::chrono::seconds(30);
  std::size_t max_output_bytes = 1 << 20;  // of each stream; what is beyond is dropped
};

struct ProcessOutput {
  int exit_code = 0;  // or 128 + the signal that ended it
  std::string out;
  std::string err;

  friend bool operator==(const ProcessOutput&, const ProcessOutput&) = default;
};

// Thread-safe. Returns when the program has ended; what it started and left running in its process
// group is killed, also at the time limit. Errors: kUnknownOutcome when the time limit ended it;
// kInvalid when it cannot be started; kTransient when the system has no room for it now. No error
// tells arguments, input or environment.
Result<ProcessOutput> RunProcess(const ProcessRequest& request);

}  // namespace spillway
