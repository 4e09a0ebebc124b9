// Results of tests for CI systems, in the XML that JUnit made common. The door for its writer.
#pragma once

#include <string>
#include <vector>

namespace spillway {

struct JunitCase {
  std::string suite;
  std::string name;
  std::string failure;  // empty: it passed
  std::string error;    // it could not be run
};

// Writes `cases`; throws std::runtime_error when the file cannot be written.
void WriteJunit(const std::string& path, const std::string& suite,
                const std::vector<JunitCase>& cases);

}  // namespace spillway
