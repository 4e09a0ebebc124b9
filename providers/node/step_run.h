// How the steps are carried out on the machine, whoever starts them: each command through a small
// script that does nothing twice, stops after a failure and says what failed, and at the end a
// marker. Below NodeSteps::folder:
//
//   configured                the digest of the steps that were gone through: the marker
//   steps-DIGEST/step         the script
//   steps-DIGEST/done-NUMBER  a command that was carried out
//   steps-DIGEST/log-NUMBER   what it said
//   steps-DIGEST/failed       the one that failed, in words
#pragma once

#include <string>
#include <vector>

#include "providers/node/node_steps.h"

namespace spillway {

struct StepRun {
  std::string digest;
  std::string folder;           // steps-DIGEST, the whole path
  std::vector<NodeFile> files;  // to be written first, those of the steps among them
  std::vector<std::vector<std::string>> commands;  // to be run in this order, as root
};

StepRun RunOf(const NodeSteps& steps);

// Where the digest of finished steps lies.
std::string MarkerFile(const NodeSteps& steps);

}  // namespace spillway
