// SshClient against a real OpenSSH server.
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "providers/ssh/ssh_client.h"
#include "providers/ssh/ssh_probe.h"
#include "tests/contract/ssh_server.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using ::testing::HasSubstr;
using testing::SshServer;

class SshContract : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = SshServer::WhyNot(); !why.empty()) GTEST_SKIP() << why;
    server_ = std::make_unique<SshServer>();
    settings_ = {.identity_file = server_->identity(),
                 .known_hosts = dir_.Write("known hosts 100%", server_->KnownHost())};
  }
  Result<ProcessOutput> Run(const SshCommand& command) const {
    return SshClient(settings_).Run(server_->Target(key_name_), command);
  }
  Error Refused() const {
    const Result<ProcessOutput> output = Run({.argv = {"true"}});
    EXPECT_FALSE(output);
    return output ? Error{} : output.error();
  }

  testing::ScratchDir dir_;
  std::unique_ptr<SshServer> server_;
  SshSettings settings_;
  std::string key_name_;
};

TEST_F(SshContract, TheCommandGetsItsArgumentsAndInputAsTheyAre) {
  const std::vector<std::string> words = {"a b", "it's", "$(exit 9)", "", "x\ny", "caf\xC3\xA9"};
  SshCommand command{.argv = {"printf", "[%s]"}};
  std::string expected;
  for (const std::string& word : words) {
    command.argv.push_back(word);
    expected += "[" + word + "]";
  }
  const Result<ProcessOutput> output = Run(command);
  ASSERT_TRUE(output) << Describe(output.error());
  EXPECT_EQ(output->out, expected);

  std::string text(200'000, 'x');
  text += "\0end\n"s;
  const Result<ProcessOutput> written = Run({.argv = {"tee", dir_.File("a file")}, .input = text});
  ASSERT_TRUE(written) << Describe(written.error());
  std::ifstream file(dir_.File("a file"));
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), text);
}

TEST_F(SshContract, GivesTheCommandsExitCodeAndItsErrors) {
  const Result<ProcessOutput> output = Run({.argv = {"sh", "-c", "echo oh >&2; exit 3"}});
  ASSERT_TRUE(output) << Describe(output.error());
  EXPECT_EQ(output->exit_code, 3);
  EXPECT_EQ(output->err, "oh\n");
}

TEST_F(SshContract, AStrangersKeyIsDenied) {
  settings_.identity_file = server_->stranger();
  EXPECT_EQ(Refused().kind, ErrorKind::kDenied);
  EXPECT_EQ(Refused().code, "login refused");
}

TEST_F(SshContract, AKeyThatIsNotPinnedIsRefused) {
  settings_.known_hosts = dir_.Write("empty", "");
  EXPECT_EQ(Refused().kind, ErrorKind::kDenied);
  EXPECT_EQ(Refused().code, "host key not known");
}

TEST_F(SshContract, APinnedKeyThatChangedIsRefused) {
  server_->Reinstall();
  EXPECT_EQ(Refused().kind, ErrorKind::kDenied);
  EXPECT_EQ(Refused().code, "host key changed");
  EXPECT_THAT(Refused().text, HasSubstr(settings_.known_hosts));
}

TEST_F(SshContract, TrustsAKeyOnceAndExpectsItFromThenOn) {
  settings_.host_keys = HostKeys::kTrustOnFirstUse;
  settings_.known_hosts = dir_.File("ours");
  for (const char* name : {"", "edge-1-a"}) {
    key_name_ = name;
    ASSERT_TRUE(Run({.argv = {"true"}}));
    ASSERT_TRUE(Run({.argv = {"true"}}));
    server_->Reinstall();
    EXPECT_EQ(Refused().code, "host key changed") << name;
  }
  // The same address, given to another machine.
  key_name_ = "edge-1-b";
  EXPECT_TRUE(Run({.argv = {"true"}}));
}

TEST_F(SshContract, NobodyListening) {
  const SshTarget target{.address = "127.0.0.1", .port = testing::FreePort(), .user = "root"};
  const Result<ProcessOutput> output = SshClient(settings_).Run(target, {.argv = {"true"}});
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().kind, ErrorKind::kTransient);
  EXPECT_EQ(output.error().code, "refused");
}

TEST_F(SshContract, ACommandThatDoesNotEndIsLeftAtTheTimeLimit) {
  const Result<ProcessOutput> output = Run({.argv = {"sleep", "5"}, .timeout = 300ms});
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().kind, ErrorKind::kUnknownOutcome);
}

TEST_F(SshContract, AConnectionThatBreaksLeavesTheOutcomeUnknown) {
  // The shell's parent is the server's process for this connection.
  const Result<ProcessOutput> output = Run({.argv = {"sh", "-c", "kill -9 $PPID; sleep 5"}});
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().kind, ErrorKind::kUnknownOutcome) << Describe(output.error());
}

TEST_F(SshContract, TheProbeSeesTheServer) {
  EXPECT_TRUE(ProbeSsh("127.0.0.1", server_->port(), 5s));
}

}  // namespace
}  // namespace spillway
