// A program that runs on beside us and is asked in lines: a question is a line to its standard
// input, the answer to it a line of its standard output. For plugins in other languages. Blocking:
// for workers only.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "scaler/model/result.h"
#include "scaler/model/time.h"
#include "scaler/runtime/child.h"
#include "scaler/runtime/file_descriptor.h"

namespace spillway {

struct LineProgramStart {
  // The program and its arguments. A program without a slash is looked for in our PATH.
  std::vector<std::string> argv;
  // All that it has, beside our PATH.
  std::map<std::string, std::string> environment = {};
  std::size_t max_line_bytes = 4 << 20;
  // From the end of its input until it is killed.
  Duration farewell = std::chrono::seconds(1);
};

// One thread at a time; different objects are independent.
class LineProgram {
 public:
  // Errors as of Child::Start.
  static Result<std::unique_ptr<LineProgram>> Start(const LineProgramStart& start);
  // Ends its input and waits the farewell; then kills what still runs of it.
  ~LineProgram();
  LineProgram(const LineProgram&) = delete;
  LineProgram& operator=(const LineProgram&) = delete;

  // The answer without its line end. `question` has none. Errors, after which the program is of no
  // more use: kTransient when nothing was sent; kUnknownOutcome when it may have read the question
  // and no whole answer came within `limit`. The text says why.
  Result<std::string> Ask(const std::string& question, Duration limit);

  // Whether a question got no answer.
  bool has_failed() const { return has_failed_; }

  // Whether it can be asked. Else it has ended, or has said what nobody asked for.
  bool IsReady();

  // What it has written to standard error since the last time, in lines: the last of them, when it
  // was much.
  std::vector<std::string> TakeRemarks();

 private:
  using Instant = std::chrono::steady_clock::time_point;
  enum class News { kSome, kEnded, kTooLate };

  LineProgram(const LineProgramStart& start, FileDescriptor in, FileDescriptor out,
              FileDescriptor err, std::unique_ptr<Child> child);

  // Waits until the program can be written to (if so wished), has said something, or has ended;
  // takes what it has said.
  News Wait(bool wants_to_write, Instant deadline);
  Result<Done> Send(const std::string& question, Instant deadline, Duration limit);
  void ReadOutput();
  void ReadRemarks();
  Error Failure(ErrorKind kind, std::string text);
  std::string HowItEnded();

  const std::string name_;
  const std::size_t max_line_bytes_;
  const Duration farewell_;
  FileDescriptor in_;
  FileDescriptor out_;
  FileDescriptor err_;
  std::unique_ptr<Child> child_;
  bool has_failed_ = false;
  std::string output_;  // read, and not yet taken
  std::string remark_;  // the line that is not over yet
  std::deque<std::string> remarks_;
};

}  // namespace spillway
