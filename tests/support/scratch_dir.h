// A directory of its own for a test, gone with it.
#pragma once

#include <string>

#include "scaler/runtime/temporary_directory.h"

namespace spillway::testing {

class ScratchDir {
 public:
  const std::string& path() const { return directory_.path(); }
  std::string File(const std::string& name) const { return directory_.File(name); }
  // Writes `text` to the file `name` and returns its path.
  std::string Write(const std::string& name, const std::string& text) const;

 private:
  TemporaryDirectory directory_{"spillway-test"};
};

}  // namespace spillway::testing
