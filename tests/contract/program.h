// Programs of others that contract tests run.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace spillway::testing {

// Runs to its end; what it wrote to its standard output. Nothing when it failed.
std::optional<std::string> RunProgram(const std::vector<std::string>& command,
                                      const std::string& input = "");

// Runs until the object goes.
class BackgroundProgram {
 public:
  // `variables` are set besides those of this process.
  BackgroundProgram(const std::vector<std::string>& command,
                    const std::map<std::string, std::string>& variables = {});
  ~BackgroundProgram();
  BackgroundProgram(const BackgroundProgram&) = delete;
  BackgroundProgram& operator=(const BackgroundProgram&) = delete;

  bool HasEnded();

 private:
  pid_t pid_ = -1;
};

// A port of 127.0.0.1 that nobody listens on now.
int FreePort();
// Waits until something accepts connections on `port`; false when `program` ends before or a
// minute passes.
bool WaitForPort(int port, BackgroundProgram& program);

}  // namespace spillway::testing
