// A directory of its own among the system's temporary files, gone with it and all that is in it.
#pragma once

#include <string>

namespace spillway {

class TemporaryDirectory {
 public:
  // Its name begins with `prefix`. Throws std::runtime_error when it cannot be made.
  explicit TemporaryDirectory(const std::string& prefix);
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::string& path() const { return path_; }
  // The path of the file `name` in it, whether there is one or not.
  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace spillway
