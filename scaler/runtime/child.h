// Another program as a child of ours: started without a shell, ended with all that it started,
// never left behind. What stands at its standard streams is the starter's business: process.h runs
// a program to its end with texts; line_program.h talks to one line by line.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "scaler/model/result.h"
#include "scaler/runtime/file_descriptor.h"

namespace spillway {

struct ChildStart {
  // The program and its arguments. A program without a slash is looked for in our PATH.
  std::vector<std::string> argv;
  // Added to our own environment, where a variable of the same name is replaced; or all that it
  // has.
  std::map<std::string, std::string> environment;
  bool inherits_environment = true;
  // Our descriptors that become its standard streams. It gets no others, and keeps no signal
  // blocked or ignored that we block or ignore.
  int in = -1;
  int out = -1;
  int err = -1;
};

// One thread at a time; different objects are independent.
class Child {
 public:
  // kInvalid: the program cannot be started (not there, not executable, a text with a zero byte).
  // kTransient: the system has no room for another process now.
  static Result<std::unique_ptr<Child>> Start(const ChildStart& start);
  // Kills what still runs of it.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Becomes readable for poll() when the program has ended.
  int end_signal() const { return end_signal_.number(); }
  // Kills its process group and waits for its end: its exit code, or 128 + the signal that ended
  // it; -1 when the system does not tell, because somebody ignores SIGCHLD. A program that has
  // ended by itself keeps its code; what it left running is killed.
  int End();

 private:
  explicit Child(int pid, int end_signal) : pid_(pid), end_signal_(end_signal) {}

  int pid_;  // 0 after End
  FileDescriptor end_signal_;
  int exit_code_ = -1;
};

}  // namespace spillway
