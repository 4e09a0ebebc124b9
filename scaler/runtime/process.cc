#include "scaler/runtime/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "scaler/runtime/child.h"
#include "scaler/runtime/units.h"

namespace spillway {
namespace {

using Instant = std::chrono::steady_clock::time_point;

Error NoRoom(const std::string& where) {
  return {ErrorKind::kTransient, where, "cannot be started",
          std::generic_category().message(errno)};
}

// A file without a name that holds `text`: unlike a pipe it is never full, and nobody is hurt when
// the program does not read it.
std::optional<FileDescriptor> InputFile(const std::string& text) {
  FileDescriptor file(memfd_create("input", MFD_CLOEXEC));
  if (!file.is_open()) return std::nullopt;
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t n = write(file.number(), text.data() + at, text.size() - at);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return std::nullopt;
    at += static_cast<std::size_t>(n);
  }
  lseek(file.number(), 0, SEEK_SET);
  return file;
}

// One of the program's output streams. The program never waits for us: what is too much is read
// and dropped.
class Stream {
 public:
  explicit Stream(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // False, with errno: there is no pipe to be had.
  bool Open() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    read_end_ = FileDescriptor(ends[0]);
    write_end_ = FileDescriptor(ends[1]);
    return fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
  }
  int write_end() const { return write_end_.number(); }
  void CloseWriteEnd() { write_end_.Close(); }
  pollfd Entry() const { return {read_end_.number(), POLLIN, 0}; }

  // Takes what is there, at most what a pipe can hold, so that it ends whatever the other side
  // does.
  void Read() {
    std::array<char, 65536> bytes;
    for (std::size_t taken = 0; read_end_.is_open() && taken < kFullPipe;) {
      const ssize_t n = read(read_end_.number(), bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return;  // nothing is there
      if (n == 0) return read_end_.Close();
      const auto size = static_cast<std::size_t>(n);
      text_.append(bytes.data(), std::min(size, max_bytes_ - text_.size()));
      taken += size;
    }
  }
  std::string TakeText() { return std::move(text_); }

 private:
  static constexpr std::size_t kFullPipe = 1 << 20;

  const std::size_t max_bytes_;
  FileDescriptor read_end_;
  FileDescriptor write_end_;
  std::string text_;
};

// False: the deadline is past.
bool WaitForNews(const Child& child, const Stream& out, const Stream& err, Instant deadline,
                 bool& has_ended) {
  const auto left = std::chrono::ceil<Duration>(deadline - std::chrono::steady_clock::now());
  if (left <= Duration(0)) return false;
  std::array news = {pollfd{child.end_signal(), POLLIN, 0}, out.Entry(), err.Entry()};
  constexpr Duration::rep kLongest = 60'000;  // poll counts in int
  poll(news.data(), news.size(), static_cast<int>(std::min(left.count(), kLongest)));
  has_ended = (news[0].revents & POLLIN) != 0;
  return true;
}

}  // namespace

Result<ProcessOutput> RunProcess(const ProcessRequest& request) {
  const Instant deadline = std::chrono::steady_clock::now() + request.timeout;
  const std::string where =
      "program " + (request.argv.empty() ? std::string() : request.argv.front());
  const std::optional<FileDescriptor> input = InputFile(request.input);
  Stream out(request.max_output_bytes);
  Stream err(request.max_output_bytes);
  if (!input || !out.Open() || !err.Open()) return NoRoom(where);

  const Result<std::unique_ptr<Child>> child = Child::Start({.argv = request.argv,
                                                             .environment = request.environment,
                                                             .in = input->number(),
                                                             .out = out.write_end(),
                                                             .err = err.write_end()});
  if (!child) return child.error();
  out.CloseWriteEnd();
  err.CloseWriteEnd();

  for (bool has_ended = false; !has_ended;) {
    if (!WaitForNews(**child, out, err, deadline, has_ended)) {
      return Error{ErrorKind::kUnknownOutcome, where, "time limit",
                   "did not end within " + FormatDuration(request.timeout) + " and was killed"};
    }
    if (has_ended) (*child)->End();  // first, so that nobody writes any more
    out.Read();
    err.Read();
  }
  return ProcessOutput{(*child)->End(), out.TakeText(), err.TakeText()};
}

}  // namespace spillway
