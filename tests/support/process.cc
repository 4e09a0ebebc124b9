#include "tests/support/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

namespace spillway::testing {
namespace {

using Clock = std::chrono::steady_clock;

// So much is kept for a test that does not look; then the program waits for it.
constexpr int kPipeBytes = 1 << 20;

struct Pipe {
  int read_end = -1;
  int write_end = -1;
};

std::system_error Failure(const char* doing) { return {errno, std::generic_category(), doing}; }

Pipe OpenPipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw Failure("pipe");
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  fcntl(ends[0], F_SETPIPE_SZ, kPipeBytes);
  return {ends[0], ends[1]};
}

// "NAME=value" each.
std::vector<std::string> EnvironmentOf(const ProcessOptions& options) {
  std::map<std::string, std::string> variables = options.environment;
  for (const char* name : {"ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"}) {
    const char* ours = std::getenv(name);
    if (ours == nullptr) continue;
    std::string& all = variables[name];
    all = ours + (all.empty() ? "" : ":" + all);  // the last one wins
  }
  std::vector<std::string> environment;
  for (const auto& [name, value] : variables) environment.push_back(name + "=" + value);
  return environment;
}

// For execve; the strings outlive it.
std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& text : strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Runs in the child, where only calls that are safe in signal handlers may be made.
[[noreturn]] void Become(char* const* arguments, char* const* environment, const Pipe& out,
                         const Pipe& err, const std::optional<std::uint64_t>& largest_file) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(out.write_end, STDOUT_FILENO);
  dup2(err.write_end, STDERR_FILENO);
  if (largest_file) {
    const rlimit limit{*largest_file, *largest_file};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  execve(arguments[0], arguments, environment);
  _exit(127);
}

int CodeOf(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

}  // namespace

Process::Process(const ProcessOptions& options) {
  std::vector<std::string> arguments = options.arguments;
  std::vector<std::string> environment = EnvironmentOf(options);
  const std::vector<char*> argv = Pointers(arguments);
  const std::vector<char*> envp = Pointers(environment);
  const Pipe out = OpenPipe();
  const Pipe err = OpenPipe();
  pid_ = fork();
  if (pid_ == 0) Become(argv.data(), envp.data(), out, err, options.largest_file);
  close(out.write_end);
  close(err.write_end);
  out_.fd = out.read_end;
  err_.fd = err.read_end;
  if (pid_ < 0) throw Failure("fork");
  // The C library's pidfd_open is declared for C only.
  pid_fd_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  if (pid_fd_ < 0) throw Failure("pidfd_open");
}

Process::~Process() {
  if (!has_ended()) {
    Send(SIGKILL);
    WaitForEnd(std::chrono::minutes(1));
  }
  for (const int fd : {pid_fd_, out_.fd, err_.fd}) {
    if (fd >= 0) close(fd);
  }
}

void Process::Read(Stream& stream) {
  std::array<char, 65536> bytes;
  while (stream.fd >= 0) {
    const ssize_t n = read(stream.fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return;  // nothing there
    if (n == 0) {
      close(stream.fd);
      stream.fd = -1;
      return;
    }
    stream.text.append(bytes.data(), static_cast<std::size_t>(n));
  }
}

void Process::WaitForNews(std::chrono::milliseconds at_most) {
  std::array<pollfd, 3> news = {pollfd{has_ended() ? -1 : pid_fd_, POLLIN, 0},
                                pollfd{out_.fd, POLLIN, 0}, pollfd{err_.fd, POLLIN, 0}};
  poll(news.data(), news.size(), static_cast<int>(at_most.count()));
  int status = 0;
  const bool ends_now = !has_ended() && waitpid(pid_, &status, WNOHANG) == pid_;
  Read(out_);
  Read(err_);
  if (ends_now) exit_code_ = CodeOf(status);
}

std::optional<int> Process::WaitForEnd(std::chrono::milliseconds at_most) {
  const auto deadline = Clock::now() + at_most;
  while (!has_ended() && Clock::now() < deadline) WaitForNews(std::chrono::milliseconds(100));
  return exit_code_;
}

void Process::StopReadingErr() {
  if (err_.fd >= 0) close(err_.fd);
  err_.fd = -1;
}

void Process::Send(int signal) const { kill(pid_, signal); }

Finished RunToEnd(const ProcessOptions& options) {
  Process process(options);
  const std::optional<int> code = process.WaitForEnd(std::chrono::minutes(1));
  if (!code) throw std::runtime_error(options.arguments[0] + " does not end");
  return {*code, process.out(), process.err()};
}

}  // namespace spillway::testing
