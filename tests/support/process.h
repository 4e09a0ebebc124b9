// A program as a child process of a test. What it says is kept; it never outlives the test.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace spillway::testing {

struct ProcessOptions {
  std::vector<std::string> arguments;  // the program's path first
  // The whole of it, but for the options of the sanitizers (TSAN_OPTIONS and its like): those of
  // the test hold for the program too, and what stands here is added to them.
  std::map<std::string, std::string> environment;
  // Files may grow to so many bytes (RLIMIT_FSIZE).
  std::optional<std::uint64_t> largest_file;
};

// One thread.
class Process {
 public:
  // Starts it; throws std::system_error.
  explicit Process(const ProcessOptions& options);
  // Kills it when it still runs.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Waits until it says something or ends, at most for so long.
  void WaitForNews(std::chrono::milliseconds at_most);
  // Its exit code, or 128 + the signal that ended it; nothing when it still runs after `at_most`.
  std::optional<int> WaitForEnd(std::chrono::milliseconds at_most);
  void Send(int signal) const;
  // Whatever it says on standard error from now on goes to a closed pipe.
  void StopReadingErr();

  bool has_ended() const { return exit_code_.has_value(); }
  pid_t pid() const { return pid_; }
  // What was read of its standard output and standard error.
  const std::string& out() const { return out_.text; }
  const std::string& err() const { return err_.text; }

 private:
  struct Stream {
    int fd = -1;  // -1: it was closed
    std::string text;
  };

  static void Read(Stream& stream);

  pid_t pid_ = -1;
  int pid_fd_ = -1;
  Stream out_;
  Stream err_;
  std::optional<int> exit_code_;
};

// Runs a program to its end; throws std::runtime_error when that takes more than a minute.
struct Finished {
  int exit_code = 0;
  std::string out;
  std::string err;
};
Finished RunToEnd(const ProcessOptions& options);

}  // namespace spillway::testing
