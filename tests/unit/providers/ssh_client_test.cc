#include "providers/ssh/ssh_client.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "providers/ssh/ssh_config.h"
#include "providers/ssh/ssh_errors.h"
#include "scaler/runtime/yaml.h"
#include "tests/support/scratch_dir.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// In the place of the program ssh there is a script of the test.
class SshClientTest : public ::testing::Test {
 protected:
  Result<ProcessOutput> Run(const std::string& script, const SshCommand& command) {
    settings_.program = dir_.Write("ssh", "#!/bin/sh\n" + script + "\n");
    chmod(settings_.program.c_str(), 0700);
    return SshClient(settings_).Run(target_, command);
  }
  // The arguments that the program gets.
  std::vector<std::string> Arguments(const SshCommand& command) {
    const Result<ProcessOutput> output = Run(R"(printf '%s\n' "$@")", command);
    EXPECT_TRUE(output) << Describe(output.error());
    std::vector<std::string> arguments;
    std::istringstream lines(output ? output->out : "");
    for (std::string line; std::getline(lines, line);) arguments.push_back(line);
    return arguments;
  }

  testing::ScratchDir dir_;
  SshSettings settings_{.identity_file = dir_.Write("id", "key"),
                        .known_hosts = dir_.Write("known_hosts", "")};
  SshTarget target_{.address = "10.0.0.5", .port = 2222, .user = "admin", .key_name = "edge-1-a"};
};

TEST_F(SshClientTest, ComparesPinnedHostKeysWithTheOperatorsFile) {
  const std::vector<std::string> arguments = Arguments({.argv = {"true"}});
  EXPECT_THAT(arguments, Contains("StrictHostKeyChecking=yes"));
  EXPECT_THAT(arguments, Contains("UserKnownHostsFile=\"" + settings_.known_hosts + "\""));
  EXPECT_THAT(arguments, Not(Contains(HasSubstr("HostKeyAlias"))));
}

TEST_F(SshClientTest, KeepsKeysThatItTrustsUnderANameThatIsNeverReused) {
  settings_.host_keys = HostKeys::kTrustOnFirstUse;
  settings_.known_hosts = dir_.File("new_file");
  const std::vector<std::string> arguments = Arguments({.argv = {"true"}});
  EXPECT_THAT(arguments, Contains("StrictHostKeyChecking=accept-new"));
  EXPECT_THAT(arguments, Contains("HostKeyAlias=edge-1-a"));
  EXPECT_TRUE(std::ifstream(settings_.known_hosts).good()) << "the file was made";
}

TEST_F(SshClientTest, SendsOneQuotedTextAndTheInput) {
  const SshCommand command{.argv = {"tee", "a file's name"}, .input = "text\n"};
  const std::vector<std::string> arguments = Arguments(command);
  ASSERT_GE(arguments.size(), 3u);
  EXPECT_THAT(
      std::vector(arguments.end() - 7, arguments.end()),
      ElementsAre("-l", "admin", "-p", "2222", "--", "10.0.0.5", R"('tee' 'a file'\''s name')"));
  EXPECT_EQ(Run("cat; exit 4", command)->out, "text\n");
  EXPECT_EQ(Run("cat; exit 4", command)->exit_code, 4);
}

TEST_F(SshClientTest, BecomesRootWhereItIsNot) {
  EXPECT_EQ(Arguments({.argv = {"id"}, .as_root = true}).back(), "'sudo' '-n' '--' 'id'");
  target_.user = "root";
  EXPECT_EQ(Arguments({.argv = {"id"}, .as_root = true}).back(), "'id'");
}

TEST_F(SshClientTest, SaysWhenSudoWantsAPassword) {
  const Result<ProcessOutput> refused =
      Run("echo 'sudo: a password is required' >&2; exit 1", {.argv = {"id"}, .as_root = true});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kDenied);
  EXPECT_EQ(refused.error().text,
            "expected that admin may use sudo without a password: sudo: a password is required");
}

TEST_F(SshClientTest, AKeyThatCouldNotBeKeptIsAnErrorThoughTheCommandRan) {
  const Result<ProcessOutput> output =
      Run("echo 'Failed to add the host to the list of known hosts (/x).' >&2", {.argv = {"id"}});
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(output.error().text, HasSubstr(settings_.known_hosts));
}

TEST_F(SshClientTest, EndsAtTheTimeLimit) {
  const Result<ProcessOutput> output = Run("sleep 1000", {.argv = {"id"}, .timeout = 20ms});
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(output.error().where, "ssh admin@10.0.0.5:2222");
}

TEST_F(SshClientTest, IsNotMadeWithoutItsFiles) {
  const SshSettings good = settings_;
  for (std::string SshSettings::*file : {&SshSettings::identity_file, &SshSettings::known_hosts}) {
    settings_ = good;
    settings_.*file = dir_.File("nowhere/file");
    for (const HostKeys keys : {HostKeys::kPinned, HostKeys::kTrustOnFirstUse}) {
      settings_.host_keys = keys;
      try {
        const SshClient client(settings_);
        ADD_FAILURE() << settings_.*file << " was accepted";
      } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), HasSubstr("nowhere/file"));
        EXPECT_THAT(error.what(), HasSubstr("expected"));
      }
    }
  }
}

// As OpenSSH 9.2 says it.
TEST(SshErrors, AreToldApartByWhatTheClientSays) {
  struct Row {
    const char* said;
    ErrorKind kind;
    const char* code;
  };
  const Row rows[] = {
      {"ssh: connect to host 10.0.0.5 port 22: Connection refused\r\n", ErrorKind::kTransient,
       "refused"},
      {"ssh: connect to host 10.0.0.5 port 22: Connection timed out\r\n", ErrorKind::kTransient,
       "no answer"},
      {"Connection timed out during banner exchange\r\n", ErrorKind::kTransient, "no answer"},
      {"ssh: connect to host 10.0.0.5 port 22: No route to host\r\n", ErrorKind::kTransient,
       "no route"},
      {"ssh: Could not resolve hostname x.invalid: Name or service not known\r\n",
       ErrorKind::kTransient, "name not resolved"},
      {"kex_exchange_identification: read: Connection reset by peer\r\n", ErrorKind::kTransient,
       "closed before the login"},
      {"Connection closed by 10.0.0.5 port 22\r\n", ErrorKind::kTransient,
       "closed before the login"},
      {"admin@10.0.0.5: Permission denied (publickey,password).\r\n", ErrorKind::kDenied,
       "login refused"},
      {"No ED25519 host key is known for 10.0.0.5 and you have requested strict checking.\r\n"
       "Host key verification failed.\r\n",
       ErrorKind::kDenied, "host key not known"},
      {"@@@@@@@@@@@@@@@@@\r\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r\n"
       "Host key verification failed.\r\n",
       ErrorKind::kDenied, "host key changed"},
      {"Unable to negotiate with 10.0.0.5 port 22: no matching host key type found.\r\n",
       ErrorKind::kInvalid, "no common algorithm"},
      {"Connection to 10.0.0.5 closed by remote host.\r\n", ErrorKind::kUnknownOutcome,
       "connection lost"},
      {"client_loop: send disconnect: Broken pipe\r\n", ErrorKind::kUnknownOutcome,
       "connection lost"},
      {"", ErrorKind::kUnknownOutcome, "connection lost"},
  };
  for (const Row& row : rows) {
    const Error error = SshFailure("ssh admin@10.0.0.5:22", row.said, "/etc/known");
    EXPECT_EQ(error.kind, row.kind) << row.said;
    EXPECT_EQ(error.code, row.code) << row.said;
    EXPECT_THAT(error.text, Not(HasSubstr("\n"))) << row.said;
    EXPECT_THAT(error.text, Not(HasSubstr("@@"))) << row.said;
  }
}

TEST(SshErrors, SayWhereHostKeysAreKeptAndWhatSshSaid) {
  const Error error = SshFailure("ssh a@b:22", "Host key verification failed.\r\n", "/etc/known");
  EXPECT_THAT(error.text, HasSubstr("/etc/known"));
  EXPECT_THAT(error.text, HasSubstr("ssh says: Host key verification failed."));
}

struct Parsed {
  SshAccess access;
  std::vector<std::string> errors;
};

Parsed Parse(const std::string& yaml) {
  std::map<std::string, int> lines;
  ConfigDocument document(ReadYaml(yaml, lines), lines);
  Parsed parsed{ParseSsh(document.Root()), {}};
  for (const ConfigError& error : document.Errors()) parsed.errors.push_back(Describe(error));
  return parsed;
}

TEST(SshConfig, TakesEveryKeyAndPinsHostKeysByItself) {
  const Parsed least = Parse("identity_file: /id\nknown_hosts: /known\n");
  EXPECT_THAT(least.errors, ElementsAre());
  EXPECT_EQ(least.access, (SshAccess{{.identity_file = "/id", .known_hosts = "/known"}}));
  EXPECT_EQ(least.access.settings.host_keys, HostKeys::kPinned);

  const Parsed all = Parse(
      "user: ubuntu\nidentity_file: /id\nport: 2222\nhost_keys: trust_on_first_use\n"
      "known_hosts: /known\nconnect_timeout: 3s\n");
  EXPECT_THAT(all.errors, ElementsAre());
  EXPECT_EQ(all.access, (SshAccess{{.identity_file = "/id",
                                    .host_keys = HostKeys::kTrustOnFirstUse,
                                    .known_hosts = "/known",
                                    .connect_timeout = 3s},
                                   "ubuntu",
                                   2222}));
}

TEST(SshConfig, ReportsEveryWrongValue) {
  const std::pair<const char*, const char*> cases[] = {
      {"known_hosts: /known", "identity_file: is required"},
      {"identity_file: /id", "known_hosts: is required"},
      {"host_keys: none", "host_keys: expected one of pinned, trust_on_first_use"},
      {"port: 0", "port: expected an integer"},
      {"user: -oProxyCommand=x", "user: expected the name of a user"},
      {"password: x", "password: unknown key"},
  };
  for (const auto& [yaml, error] : cases) {
    EXPECT_THAT(Parse(yaml).errors, Contains(HasSubstr(error))) << yaml;
  }
}

}  // namespace
}  // namespace spillway
