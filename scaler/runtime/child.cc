#include "scaler/runtime/child.h"

#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <system_error>
#include <utility>

namespace spillway {
namespace {

Error Failure(const ChildStart& start, int code) {
  const bool lacks_room =
      code == EAGAIN || code == ENOMEM || code == EMFILE || code == ENFILE || code == ENOSPC;
  return {lacks_room ? ErrorKind::kTransient : ErrorKind::kInvalid,
          "program " + (start.argv.empty() ? std::string() : start.argv.front()),
          "cannot be started", std::generic_category().message(code)};
}

std::vector<std::string> EnvironmentOf(const ChildStart& start) {
  std::vector<std::string> lines;
  for (char** entry = environ; start.inherits_environment && entry != nullptr && *entry != nullptr;
       ++entry) {
    const std::string_view line = *entry;
    const std::string name(line.substr(0, line.find('=')));
    if (!start.environment.contains(name)) lines.emplace_back(line);
  }
  for (const auto& [name, value] : start.environment) lines.push_back(name + "=" + value);
  return lines;
}

bool HasZeroByte(const std::vector<std::string>& texts) {
  return std::any_of(texts.begin(), texts.end(),
                     [](const std::string& text) { return text.find('\0') != std::string::npos; });
}

// For exec; the strings outlive it.
std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& text : strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// posix_spawn, not fork: it is safe in a process of many threads.
class Spawning {
 public:
  Spawning() {
    posix_spawn_file_actions_init(&files_);
    posix_spawnattr_init(&attributes_);
  }
  ~Spawning() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }
  Spawning(const Spawning&) = delete;
  Spawning& operator=(const Spawning&) = delete;

  // The error code, or 0.
  int Run(const ChildStart& start, char** argv, char** environment, pid_t& pid) {
    const std::array streams = {start.in, start.out, start.err};
    for (int i = 0; i < 3; ++i) {
      posix_spawn_file_actions_adddup2(&files_, streams[static_cast<std::size_t>(i)], i);
    }
    posix_spawn_file_actions_addclosefrom_np(&files_, 3);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    return posix_spawnp(&pid, argv[0], &files_, &attributes_, argv, environment);
  }

 private:
  posix_spawn_file_actions_t files_;
  posix_spawnattr_t attributes_;
};

}  // namespace

Result<std::unique_ptr<Child>> Child::Start(const ChildStart& start) {
  std::vector<std::string> arguments = start.argv;
  std::vector<std::string> environment = EnvironmentOf(start);
  if (arguments.empty() || HasZeroByte(arguments) || HasZeroByte(environment)) {
    return Failure(start, EINVAL);
  }
  pid_t pid = 0;
  const int failure =
      Spawning().Run(start, Pointers(arguments).data(), Pointers(environment).data(), pid);
  if (failure != 0) return Failure(start, failure);
  // The number cannot be another's: the child is not waited for yet. (The C library's pidfd_open
  // is declared for C only.)
  const auto end_signal = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  const int code = errno;
  std::unique_ptr<Child> child(new Child(pid, end_signal));
  if (end_signal < 0) return Failure(start, code);
  return child;
}

Child::~Child() { End(); }

int Child::End() {
  if (pid_ == 0) return exit_code_;
  kill(-pid_, SIGKILL);
  int status = 0;
  pid_t waited = 0;
  do {
    waited = waitpid(pid_, &status, 0);
  } while (waited < 0 && errno == EINTR);
  pid_ = 0;
  // Without a status it must not look like a success.
  if (waited > 0) exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return exit_code_;
}

}  // namespace spillway
