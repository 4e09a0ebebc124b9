// Programs of others that contract tests run.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace spillway::testing {

// Runs to its end; what it wrote to its standard output. Nothing when it failed.
std::optional<std::string> RunProgram(const std::vector<std::string>& command,
                                      const std::string& input = "");

// Runs until the object goes, or this process, and whatever it started ends with it.
class BackgroundProgram {
 public:
  // `variables` are set besides those of this process.
  BackgroundProgram(const std::vector<std::string>& command,
                    const std::map<std::string, std::string>& variables = {});
  ~BackgroundProgram();
  BackgroundProgram(const BackgroundProgram&) = delete;
  BackgroundProgram& operator=(const BackgroundProgram&) = delete;

  bool HasEnded();
  // The first line of its standard output that contains `part`, as soon as it is there; nothing
  // when the program closes its output before or a minute passes.
  std::optional<std::string> WaitForLine(const std::string& part);

 private:
  void ReadOutput(int fd);

  pid_t pid_ = -1;
  std::mutex mutex_;  // guards what follows but the thread
  std::condition_variable changed_;
  std::string output_;
  bool is_silent_ = false;  // there will be no more output
  std::thread reader_;
};

// A port of 127.0.0.1 that nobody listens on now.
int FreePort();
// Waits until something accepts connections on `port`; false when `program` ends before or a
// minute passes.
bool WaitForPort(int port, BackgroundProgram& program);

}  // namespace spillway::testing
