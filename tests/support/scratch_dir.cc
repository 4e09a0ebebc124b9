#include "tests/support/scratch_dir.h"

#include <fstream>

namespace spillway::testing {

std::string ScratchDir::Write(const std::string& name, const std::string& text) const {
  const std::string path = File(name);
  std::ofstream(path) << text;
  return path;
}

}  // namespace spillway::testing
