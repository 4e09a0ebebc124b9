#include "scaler/runtime/line_program.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <iterator>
#include <system_error>
#include <utility>

#include "scaler/runtime/units.h"

namespace spillway {
namespace {

constexpr std::size_t kMostRemarks = 50;
constexpr std::size_t kLongestRemark = 2000;

struct Pipe {
  FileDescriptor read_end;
  FileDescriptor write_end;

  // False, with errno: there is none to be had.
  bool Open() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    read_end = FileDescriptor(ends[0]);
    write_end = FileDescriptor(ends[1]);
    return true;
  }
};

bool MakeNonBlocking(const FileDescriptor& end) {
  return fcntl(end.number(), F_SETFL, O_NONBLOCK) == 0;
}

// Writing to a program that has ended is an error of the write and not a signal, whatever the
// process has chosen.
class NoSigpipe {
 public:
  NoSigpipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoSigpipe() {
    if (sigismember(&before_, SIGPIPE) == 0) {
      const timespec at_once{};
      while (sigtimedwait(&pipe_, nullptr, &at_once) < 0 && errno == EINTR) continue;
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoSigpipe(const NoSigpipe&) = delete;
  NoSigpipe& operator=(const NoSigpipe&) = delete;

 private:
  sigset_t pipe_{};
  sigset_t before_{};
};

ssize_t WriteSome(int fd, std::string_view bytes) {
  const NoSigpipe guard;
  ssize_t n = 0;
  do {
    n = write(fd, bytes.data(), bytes.size());
  } while (n < 0 && errno == EINTR);
  return n;
}

// Appends what is there, at most a full pipe. False: the other side has closed.
bool ReadSome(const FileDescriptor& from, std::string& to) {
  std::array<char, 65536> bytes;
  for (int i = 0; i < 16; ++i) {
    const ssize_t n = read(from.number(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return true;
    if (n == 0) return false;
    to.append(bytes.data(), static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace

Result<std::unique_ptr<LineProgram>> LineProgram::Start(const LineProgramStart& start) {
  Pipe in;
  Pipe out;
  Pipe err;
  if (!in.Open() || !out.Open() || !err.Open() || !MakeNonBlocking(in.write_end) ||
      !MakeNonBlocking(out.read_end) || !MakeNonBlocking(err.read_end)) {
    return Error{ErrorKind::kTransient, "program", "cannot be started",
                 std::generic_category().message(errno)};
  }
  std::map<std::string, std::string> environment = start.environment;
  if (const char* path = std::getenv("PATH")) environment.try_emplace("PATH", path);
  Result<std::unique_ptr<Child>> child = Child::Start({.argv = start.argv,
                                                       .environment = std::move(environment),
                                                       .inherits_environment = false,
                                                       .in = in.read_end.number(),
                                                       .out = out.write_end.number(),
                                                       .err = err.write_end.number()});
  if (!child) return child.error();
  return std::unique_ptr<LineProgram>(new LineProgram(start, std::move(in.write_end),
                                                      std::move(out.read_end),
                                                      std::move(err.read_end), std::move(*child)));
}

LineProgram::LineProgram(const LineProgramStart& start, FileDescriptor in, FileDescriptor out,
                         FileDescriptor err, std::unique_ptr<Child> child)
    : name_(start.argv.front()),
      max_line_bytes_(start.max_line_bytes),
      farewell_(start.farewell),
      in_(std::move(in)),
      out_(std::move(out)),
      err_(std::move(err)),
      child_(std::move(child)) {}

LineProgram::~LineProgram() {
  if (has_failed_) return;  // the child's own end is that it is killed
  in_.Close();
  const Instant deadline = std::chrono::steady_clock::now() + farewell_;
  while (Wait(/*wants_to_write=*/false, deadline) == News::kSome) output_.clear();
}

Result<std::string> LineProgram::Ask(const std::string& question, Duration limit) {
  const Instant deadline = std::chrono::steady_clock::now() + limit;
  if (!IsReady()) {
    return Failure(ErrorKind::kTransient,
                   output_.empty() ? HowItEnded() : "it wrote to its output what nobody asked for");
  }
  const Result<Done> sent = Send(question + "\n", deadline, limit);
  if (!sent) return sent.error();

  while (true) {
    if (const std::size_t end = output_.find('\n'); end != std::string::npos) {
      std::string answer = output_.substr(0, end);
      output_.erase(0, end + 1);
      return answer;
    }
    if (output_.size() > max_line_bytes_) {
      return Failure(ErrorKind::kUnknownOutcome,
                     "its answer is longer than " + std::to_string(max_line_bytes_) + " bytes");
    }
    if (!out_.is_open()) return Failure(ErrorKind::kUnknownOutcome, HowItEnded());
    switch (Wait(/*wants_to_write=*/false, deadline)) {
      case News::kSome: continue;
      case News::kEnded: return Failure(ErrorKind::kUnknownOutcome, HowItEnded());
      case News::kTooLate:
        return Failure(ErrorKind::kUnknownOutcome,
                       "it did not answer within " + FormatDuration(limit));
    }
  }
}

Result<Done> LineProgram::Send(const std::string& question, Instant deadline, Duration limit) {
  std::size_t sent = 0;
  const auto kind = [&sent] {
    return sent == 0 ? ErrorKind::kTransient : ErrorKind::kUnknownOutcome;
  };
  while (sent < question.size()) {
    const ssize_t n = WriteSome(in_.number(), std::string_view(question).substr(sent));
    if (n > 0) {
      sent += static_cast<std::size_t>(n);
    } else if (n < 0 && errno != EAGAIN) {
      return Failure(kind(), HowItEnded());
    } else if (Wait(/*wants_to_write=*/true, deadline) == News::kTooLate) {
      return Failure(kind(), "it did not read the question within " + FormatDuration(limit));
    }
  }
  return Done{};
}

bool LineProgram::IsReady() {
  ReadRemarks();
  if (has_failed_) return false;
  pollfd ended{child_->end_signal(), POLLIN, 0};
  ReadOutput();
  return output_.empty() && out_.is_open() && poll(&ended, 1, 0) == 0;
}

LineProgram::News LineProgram::Wait(bool wants_to_write, Instant deadline) {
  const auto left = std::chrono::ceil<Duration>(deadline - std::chrono::steady_clock::now());
  if (left <= Duration(0)) return News::kTooLate;
  std::array news = {pollfd{child_->end_signal(), POLLIN, 0}, pollfd{out_.number(), POLLIN, 0},
                     pollfd{err_.number(), POLLIN, 0},
                     pollfd{wants_to_write ? in_.number() : -1, POLLOUT, 0}};
  constexpr Duration::rep kLongest = 60'000;  // poll counts in int
  poll(news.data(), news.size(), static_cast<int>(std::min(left.count(), kLongest)));
  // What an ended program has said is still there; what it started may go on saying things, and is
  // not waited for.
  const bool has_ended = (news[0].revents & POLLIN) != 0;
  const std::size_t before = output_.size();
  ReadOutput();
  ReadRemarks();
  return has_ended && output_.size() == before ? News::kEnded : News::kSome;
}

void LineProgram::ReadOutput() {
  if (out_.is_open() && output_.size() <= max_line_bytes_ && !ReadSome(out_, output_)) {
    out_.Close();
  }
}

void LineProgram::ReadRemarks() {
  if (!err_.is_open()) return;
  if (!ReadSome(err_, remark_)) err_.Close();
  if (!err_.is_open() && !remark_.empty()) remark_ += '\n';
  for (std::size_t end = 0; (end = remark_.find('\n')) != std::string::npos;) {
    if (end > 0) remarks_.push_back(remark_.substr(0, std::min(end, kLongestRemark)));
    remark_.erase(0, end + 1);
    if (remarks_.size() > kMostRemarks) remarks_.pop_front();
  }
  if (remark_.size() > kLongestRemark) remark_.resize(kLongestRemark);
}

std::vector<std::string> LineProgram::TakeRemarks() {
  ReadRemarks();
  std::vector<std::string> remarks(std::make_move_iterator(remarks_.begin()),
                                   std::make_move_iterator(remarks_.end()));
  remarks_.clear();
  return remarks;
}

// What cannot be asked any more is not left running.
Error LineProgram::Failure(ErrorKind kind, std::string text) {
  has_failed_ = true;
  child_->End();
  ReadRemarks();
  return {kind, "program " + name_, "", std::move(text)};
}

std::string LineProgram::HowItEnded() {
  // A program that ends closes its streams a moment before.
  constexpr int kMomentMs = 200;
  pollfd ended{child_->end_signal(), POLLIN, 0};
  if (poll(&ended, 1, kMomentMs) == 0) return "it closed its standard output";
  const int code = child_->End();
  return code > 128 ? "it was ended by signal " + std::to_string(code - 128)
                    : "it ended with exit code " + std::to_string(code);
}

}  // namespace spillway
