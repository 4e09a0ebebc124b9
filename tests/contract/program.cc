#include "tests/contract/program.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <thread>

#include "tests/support/scratch_dir.h"

namespace spillway::testing {
namespace {

// Starts `command` with these descriptors as standard input and output; messages go to ours.
pid_t Start(const std::vector<std::string>& command, int input, int output,
            const std::map<std::string, std::string>& variables) {
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const pid_t pid = fork();
  if (pid != 0) return pid;
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
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  pid_ = Start(command, null, null, variables);
  close(null);
}

BackgroundProgram::~BackgroundProgram() {
  if (HasEnded()) return;
  kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
}

bool BackgroundProgram::HasEnded() {
  if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
  return pid_ <= 0;
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
