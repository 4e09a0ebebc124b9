#include "tests/contract/program.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <thread>

#include "tests/support/scratch_dir.h"

namespace spillway::testing {
namespace {

// Starts `command` with these descriptors as standard input and output; messages go to ours. It
// leads a process group of its own, because some programs are scripts that start the real one.
pid_t Start(const std::vector<std::string>& command, int input, int output,
            const std::map<std::string, std::string>& variables) {
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const pid_t pid = fork();
  if (pid != 0) {
    setpgid(pid, pid);
    return pid;
  }
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  for (const auto& [name, value] : variables) setenv(name.c_str(), value.c_str(), 1);
  execvp(words[0], words.data());
  _exit(127);
}

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

bool Accepts(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(port);
  const bool accepts =
      connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return accepts;
}

}  // namespace

std::optional<std::string> RunProgram(const std::vector<std::string>& command,
                                      const std::string& input) {
  const ScratchDir directory;
  const int in = open(directory.Write("input", input).c_str(), O_RDONLY | O_CLOEXEC);
  int out[2];
  if (in < 0 || pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("no descriptors");
  const pid_t pid = Start(command, in, out[1], {});
  close(in);
  close(out[1]);
  std::string output;
  char bytes[4096];
  for (ssize_t n = 0; (n = read(out[0], bytes, sizeof bytes)) > 0;) {
    output.append(bytes, static_cast<std::size_t>(n));
  }
  close(out[0]);
  int status = 0;
  waitpid(pid, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
  return output;
}

BackgroundProgram::BackgroundProgram(const std::vector<std::string>& command,
                                     const std::map<std::string, std::string>& variables) {
  const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  int out[2];
  if (null < 0 || pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("no descriptors");
  pid_ = Start(command, null, out[1], variables);
  close(null);
  close(out[1]);
  reader_ = std::thread([this, fd = out[0]] { ReadOutput(fd); });
}

BackgroundProgram::~BackgroundProgram() {
  if (!HasEnded()) {
    kill(-pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
  }
  reader_.join();
}

bool BackgroundProgram::HasEnded() {
  if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
  return pid_ <= 0;
}

std::optional<std::string> BackgroundProgram::WaitForLine(const std::string& part) {
  std::optional<std::string> line;
  const auto look = [&] {
    const std::size_t at = output_.find(part);
    const std::size_t end = at == std::string::npos ? at : output_.find('\n', at);
    if (end == std::string::npos) return is_silent_;
    const std::size_t start = output_.rfind('\n', at) + 1;  // 0 when it is the first line
    line = output_.substr(start, end - start);
    return true;
  };
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::minutes(1), look);
  return line;
}

// Read to its end even when nobody waits for a line: a full pipe would stop the program.
void BackgroundProgram::ReadOutput(int fd) {
  char bytes[4096];
  for (ssize_t n = 0; (n = read(fd, bytes, sizeof bytes)) > 0;) {
    const std::lock_guard lock(mutex_);
    output_.append(bytes, static_cast<std::size_t>(n));
    changed_.notify_all();
  }
  close(fd);
  const std::lock_guard lock(mutex_);
  is_silent_ = true;
  changed_.notify_all();
}

int FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof address;
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no free port");
  }
  close(fd);
  return ntohs(address.sin_port);
}

bool WaitForPort(int port, BackgroundProgram& program) {
  // A program of others does not say when it is ready.
  for (int i = 0; i < 600 && !program.HasEnded(); ++i) {
    if (Accepts(port)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return false;
}

}  // namespace spillway::testing
