// The command line over the HTTP API: the real binary on both sides.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "scaler/runtime/yaml.h"
#include "tests/support/paths.h"
#include "tests/system/deployment.h"

namespace spillway::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// The last port that the service said it listens on.
std::string PortIn(const std::string& log) {
  const std::size_t event = log.rfind(" serve.listening ");
  const std::size_t port = log.find(" port=", event) + 6;
  return log.substr(port, log.find_first_not_of("0123456789", port) - port);
}

std::string Word(const std::string& text) {
  return text.substr(0, text.find_last_not_of('\n') + 1);
}

// A service with two ready hosts and a token for each role, which it knows.
class ApiCommandsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    deployment_.SetLoad(2);
    deployment_.Start();
    for (const char* role : {"viewer", "operator", "admin"}) {
      const Finished added = deployment_.Command(
          {"tokens", "add", role, "--role", role, "--store", deployment_.store_path()});
      ASSERT_EQ(added.exit_code, 0) << added.err;
      tokens_[role] = Word(added.out);
    }
    deployment_.WaitFor("two hosts", [this] { return deployment_.monitored() == 2; });
    // It takes tokens up in time; right away when it starts.
    deployment_.Stop();
    deployment_.Start();
    deployment_.WaitFor("readiness", [this] { return deployment_.Get("/readyz").status == 200; });
  }

  std::map<std::string, std::string> Environment(const std::string& role) const {
    std::map<std::string, std::string> environment = deployment_.environment();
    environment["SPILLWAY_API"] = "http://127.0.0.1:" + PortIn(deployment_.log());
    if (tokens_.contains(role)) environment["SPILLWAY_TOKEN"] = tokens_.at(role);
    return environment;
  }
  Finished As(const std::string& role, std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), BuiltPath("spillway"));
    return RunToEnd({arguments, Environment(role), std::nullopt});
  }
  json Json(const std::string& role, std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--output", "json"});
    const Finished run = As(role, arguments);
    EXPECT_EQ(run.exit_code, 0) << arguments[0] << ": " << run.err;
    return json::parse(run.out, nullptr, /*allow_exceptions=*/false);
  }

  Deployment deployment_;
  std::map<std::string, std::string> tokens_;
};

TEST_F(ApiCommandsTest, EveryReadingVerbTellsWhatTheServiceKnows) {
  const std::string host = Json("viewer", {"hosts"}).at(0).at("id");
  const json decisions = Json("viewer", {"decisions", "--cluster", "edge", "--limit", "1"});
  ASSERT_EQ(decisions.size(), 1U);
  const std::string decision = decisions.at(0).at("id");
  const struct {
    std::vector<std::string> arguments;
    std::string says;
  } kRows[] = {{{"status"}, "192 vCPU"},
               {{"clusters"}, "edge"},
               {{"clusters", "edge"}, "AT MOST"},
               {{"hosts"}, "2 hosts: 2 ready"},
               {{"hosts", "--state", "ready", "--cluster", "edge"}, host},
               {{"hosts", host}, "of cloud in "},
               {{"decisions"}, decision},
               {{"explain"}, "What the policies said"},
               {{"explain", decision}, "follow wants 192 vCPU"},
               {{"explain", "edge"}, "follow wants 192 vCPU"},
               {{"policies"}, "follow"},
               {{"providers"}, "cloud"},
               {{"offers", "--cluster", "edge", "--type", "metal"}, "c5.metal"},
               {{"config"}, "max_hosts: 5"}};
  for (const auto& row : kRows) {
    const Finished run = As("viewer", row.arguments);
    EXPECT_EQ(run.exit_code, 0) << row.arguments[0] << ": " << run.err;
    EXPECT_THAT(run.out, HasSubstr(row.says));
    EXPECT_THAT(run.out, Not(HasSubstr("\033"))) << "coloured, and no terminal is there";
    const json as_json = Json("viewer", row.arguments);
    EXPECT_TRUE(as_json.is_structured()) << row.arguments[0];
    std::vector<std::string> arguments = row.arguments;
    arguments.insert(arguments.end(), {"-o", "yaml"});
    std::map<std::string, int> lines;
    EXPECT_EQ(ReadYaml(As("viewer", arguments).out, lines).type(), as_json.type())
        << row.arguments[0];
  }
}

TEST_F(ApiCommandsTest, ErrorsSayWhatToDoNext) {
  const auto expect = [&](const std::string& role, const std::vector<std::string>& arguments,
                          int exit_code, const std::string& says) {
    const Finished run = As(role, arguments);
    EXPECT_EQ(run.exit_code, exit_code) << run.err;
    EXPECT_THAT(run.err, HasSubstr(says));
    for (const auto& [name, token] : tokens_) EXPECT_THAT(run.err, Not(HasSubstr(token)));
  };
  expect("nobody", {"status"}, 1, "spillway tokens add NAME");
  expect("viewer", {"clusters", "moon"}, 4, "there is no cluster moon");
  expect("viewer", {"hosts", "moon"}, 4, "spillway hosts --gone");
  expect("viewer", {"explain", "moon"}, 4, "neither a decision nor a cluster");
  expect("viewer", {"explain", "edge", "--at", "2001-01-01T00:00:00Z"}, 4, "by then");
  expect("viewer", {"status", "--api", "nowhere"}, 2, "expected an address");
  expect("viewer", {"status", "--api", "http://x", "--store", "y"}, 2, "excludes");
  expect("viewer", {"status", "--api", "http://127.0.0.1:1"}, 1, "cannot be reached");
  tokens_["wrong"] = "spw_wrong";
  expect("wrong", {"status"}, 1, "is not known");
  tokens_.erase("wrong");
}

std::string TextOf(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_F(ApiCommandsTest, AReloadIsForAdminsTellsWhatChangesAndTakesAllOrNothing) {
  const auto reload = [&](const std::string& role, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"config", "reload"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return As(role, arguments);
  };
  std::string config = TextOf(deployment_.config_path());
  const std::string before = "look_interval: 150ms";
  ASSERT_NE(config.find(before), std::string::npos);
  deployment_.scratch().Write(
      "spillway.yaml", config.replace(config.find(before), before.size(), "look_interval: 200ms"));
  const Finished refused = reload("operator");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("spillway tokens add NAME --role admin"));
  const std::string change = "provision.look_interval: \"150ms\" -> \"200ms\"";
  EXPECT_THAT(reload("admin", {"--dry-run"}).out, HasSubstr(change));
  EXPECT_THAT(reload("admin", {"--reason", "slower"}).out, HasSubstr(change));
  EXPECT_EQ(reload("admin").out, "the configuration is as it was\n");
  EXPECT_THAT(As("viewer", {"config"}).out, HasSubstr("look_interval: \"200ms\""));

  deployment_.scratch().Write("spillway.yaml", config + "colour: red\n");
  const Finished wrong = reload("admin");
  EXPECT_EQ(wrong.exit_code, 3) << wrong.err;
  EXPECT_THAT(wrong.err, HasSubstr("colour"));
}

// `spillway ARGUMENTS…` on a terminal of its own.
class OnATerminal {
 public:
  OnATerminal(const std::vector<std::string>& arguments,
              const std::map<std::string, std::string>& environment, unsigned short columns) {
    winsize size{24, columns, 0, 0};
    pid_ = forkpty(&terminal_, nullptr, nullptr, &size);
    if (pid_ != 0) return;
    clearenv();
    for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
    setenv("TERM", "xterm", 1);
    std::string program = BuiltPath("spillway");
    std::vector<std::string> words = arguments;
    std::vector<char*> argv = {program.data()};
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    execv(program.c_str(), argv.data());
    _exit(127);
  }
  ~OnATerminal() {
    if (!has_ended_) kill(pid_, SIGKILL);
    if (!has_ended_) waitpid(pid_, nullptr, 0);
    close(terminal_);
  }
  OnATerminal(const OnATerminal&) = delete;
  OnATerminal& operator=(const OnATerminal&) = delete;

  void Type(const std::string& text) {
    ASSERT_EQ(write(terminal_, text.data(), text.size()), std::ssize(text));
  }
  // Reads until `text` was seen; false when it ends before or says nothing for half a minute.
  bool Sees(const std::string& text) {
    while (seen_.find(text) == std::string::npos) {
      if (!Read()) return false;
    }
    return true;
  }
  int ExitCode() {
    while (Read()) {
    }
    int status = 0;
    waitpid(pid_, &status, 0);
    has_ended_ = true;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  const std::string& seen() const { return seen_; }

 private:
  bool Read() {
    pollfd news{terminal_, POLLIN, 0};
    char buffer[4096];
    if (poll(&news, 1, 30'000) <= 0) return false;
    const ssize_t n = read(terminal_, buffer, sizeof buffer);
    if (n <= 0) return false;
    seen_.append(buffer, static_cast<std::size_t>(n));
    return true;
  }

  int terminal_ = -1;
  pid_t pid_ = -1;
  std::string seen_;
  bool has_ended_ = false;
};

TEST_F(ApiCommandsTest, AWatchFollowsTheServiceAndLeavesTheTerminalAsItWas) {
  OnATerminal watch({"status", "--watch"}, Environment("viewer"), 60);
  ASSERT_TRUE(watch.Sees("192 vCPU, 384 GiB on 2 hosts")) << watch.seen();
  deployment_.SetLoad(3);
  deployment_.WaitFor("three hosts", [this] { return deployment_.monitored() == 3; });
  EXPECT_TRUE(watch.Sees("288 vCPU, 576 GiB on 3 hosts")) << watch.seen();
  watch.Type("\x03");  // Ctrl-C
  EXPECT_EQ(watch.ExitCode(), 0) << watch.seen();
  EXPECT_THAT(watch.seen(), HasSubstr("\033[?1049h\033[?25l"));
  EXPECT_TRUE(watch.seen().ends_with("\033[?25h\033[?1049l")) << watch.seen();
}

}  // namespace
}  // namespace spillway::testing
