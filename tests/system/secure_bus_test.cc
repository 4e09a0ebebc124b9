// The bus over CURVE, as its README says: keys by `spillway keys`, the real binary, and clients of
// the Python SDK, one of which is not on the list.
#include <gmock/gmock.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>

#include "bus/curve.h"
#include "tests/support/paths.h"
#include "tests/support/process.h"
#include "tests/support/scratch_dir.h"

namespace spillway::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// Once it hears the heart beat, sends the load again and again, and prints what is wanted by each
// decision that it hears of.
constexpr const char* kAgent = R"(
import sys
from spillway_policy import Event, Events, Samples
with Samples(sys.argv[1]) as samples, Events(sys.argv[2], "spillway/1/decisions/") as events:
    while events.receive(0.1) is None:
        pass
    while True:
        samples.send("edge", "demand", 3)
        came = events.receive(0.1)
        if isinstance(came, Event) and "wanted" in came.body:
            print(came.body["wanted"]["vcpu"], flush=True)
)";

class SecureBusTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string has_curve = "/usr/bin/python3 -c 'import zmq; assert zmq.has(\"curve\")'";
    if (std::system((has_curve + " 2>/dev/null").c_str()) != 0) {
      GTEST_SKIP() << "no python3 with pyzmq and CURVE here (Debian: python3-zmq)";
    }
    server_key_ = Keys({"new", scratch_.File("bus.key")});
    Keys({"new", scratch_.File("agent.key"), "--clients", clients_, "--name", "agent"});
    service_.emplace(ProcessOptions{{BuiltPath("spillway"), "run", "--config", WriteConfig()},
                                    {{"HOME", scratch_.path()}},
                                    {}});
    inbound_ = Logged("bus.listening");
    outbound_ = Logged("bus.publishing");
  }

  // What `spillway keys` prints.
  static std::string Keys(std::vector<std::string> arguments) {
    std::vector<std::string> all = {BuiltPath("spillway"), "keys"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const Finished done = RunToEnd({all, {}, {}});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    return done.out.substr(0, done.out.find('\n'));
  }

  std::string WriteConfig() const {
    std::ifstream file(SourcePath("config/minimal.yaml"));
    std::stringstream text;
    for (std::string line; std::getline(file, line);) {
      if (!line.starts_with("bus:")) text << line << '\n';
    }
    text << "store: {type: memory}\nserve: {port: 0}\nbus:\n"
         << "  inbound: [{socket: pull, bind: \"tcp://127.0.0.1:*\"}]\n"
         << "  heartbeat: 100ms\n  outbound: {bind: [\"tcp://127.0.0.1:*\"]}\n"
         << "  security: {key_file: \"" << scratch_.File("bus.key") << "\", clients_file: \""
         << clients_ << "\"}\n";
    return scratch_.Write("spillway.yaml", text.str());
  }

  std::unique_ptr<Process> Agent(const std::string& key) const {
    return std::make_unique<Process>(ProcessOptions{
        {"/usr/bin/python3", scratch_.Write("agent.py", kAgent), inbound_, outbound_},
        {{"SPILLWAY_KEY_FILE", scratch_.File(key)},
         {"SPILLWAY_SERVER_KEY", server_key_},
         {"PYTHONPATH", SourcePath("bus/sdk/python/src")},
         {"PYTHONDONTWRITEBYTECODE", "1"}},
        {}});
  }

  // Waits until `process` has said so.
  static ::testing::AssertionResult Says(Process& process, const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (!condition()) {
      if (process.has_ended() || std::chrono::steady_clock::now() > deadline) {
        return ::testing::AssertionFailure() << process.out() << process.err();
      }
      process.WaitForNews(100ms);
    }
    return ::testing::AssertionSuccess();
  }

  std::string Logged(const std::string& event) {
    const std::string before = " " + event + " address=";
    EXPECT_TRUE(Says(*service_, [&] {
      const std::size_t at = service_->err().find(before);
      return at != std::string::npos && service_->err().find('\n', at) != std::string::npos;
    }));
    const std::string& log = service_->err();
    const std::size_t from = log.find(before) + before.size();
    return log.substr(from, log.find_first_of(" \n", from) - from);
  }

  ScratchDir scratch_;
  const std::string clients_ = scratch_.File("clients");
  std::string server_key_;
  std::string inbound_;
  std::string outbound_;
  std::optional<Process> service_;
};

TEST_F(SecureBusTest, WhoIsOnTheListSendsSamplesAndHearsDecisions) {
  const auto agent = Agent("agent.key");
  EXPECT_TRUE(Says(*agent, [&] { return agent->out().find("12\n") != std::string::npos; }));
}

TEST_F(SecureBusTest, AStrangerIsNotHeardAndToldOf) {
  const std::string key = Keys({"new", scratch_.File("stranger.key")});
  const auto stranger = Agent("stranger.key");
  EXPECT_TRUE(Says(*service_, [&] { return service_->err().find(key) != std::string::npos; }));
  EXPECT_THAT(service_->err(), HasSubstr("bus.refused"));
  EXPECT_EQ(stranger->out(), "");
  // The list is read at each connection: one that was added to it comes in.
  std::ofstream(clients_, std::ios::app) << "late " << key << '\n';
  const auto again = Agent("stranger.key");
  EXPECT_TRUE(Says(*again, [&] { return again->out().find("12\n") != std::string::npos; }));
  EXPECT_EQ(stranger->out(), "");
  service_->Send(SIGTERM);
  EXPECT_EQ(service_->WaitForEnd(20s), 0);
  const std::string secret = bus::ReadKeyFile(scratch_.File("bus.key")).secret_key.Reveal();
  EXPECT_EQ(service_->err().find(secret), std::string::npos);
}

}  // namespace
}  // namespace spillway::testing
