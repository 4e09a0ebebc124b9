// Manual pages of a program, in groff's man macros: one for itself and one for each command.
#pragma once

#include <string>
#include <vector>

#include "scaler/cli/command_tree.h"

namespace spillway {

struct ManPage {
  std::string file;  // "spillway-policy-test.1"
  std::string text;
};

// `version`: of the program, for the foot of each page.
std::vector<ManPage> ManPagesOf(const Command& program, const std::string& version);

}  // namespace spillway
