// Policies in other processes, through the real binary: the Python SDK's own example, and processes
// that are slow, broken, or lie.
#include <gmock/gmock.h>

#include <csignal>
#include <cstdlib>
#include <optional>

#include "tests/support/paths.h"
#include "tests/system/deployment.h"

namespace spillway::testing {
namespace {

using ::testing::HasSubstr;

// A Python that has pyzmq, or nothing.
std::optional<std::string> Python() {
  for (const std::string candidate : {"/usr/bin/python3", "/usr/local/bin/python3"}) {
    if (std::system((candidate + " -c 'import zmq' 2>/dev/null").c_str()) == 0) return candidate;
  }
  return std::nullopt;
}

// The fallback keeps one host. A host of the example takes 80.
DeploymentOptions AskingHeadroom() {
  DeploymentOptions options;
  options.follows_load = false;
  options.policies = {
      "{name: ahead, type: remote, worker: headroom, ask_every: 20ms, deadline: 400ms, "
      "valid_for: 1s, silence: 3s, fallback: {name: reserve, type: manual, hosts: 1}, "
      "signals: [{metric: load, function: last, window: 30s, max_age: 30s}]}"};
  return options;
}

class RemotePolicyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    python_ = Python();
    if (!python_) GTEST_SKIP() << "no python3 with pyzmq here (Debian: python3-zmq)";
    deployment_.emplace(AskingHeadroom());
    deployment_->Start();
    deployment_->SetLoad(240);
  }

  // Starts a policy of the SDK, where the service listens now.
  std::unique_ptr<Process> Serve(const std::string& script) const {
    return std::make_unique<Process>(
        ProcessOptions{{*python_, script},
                       {{"SPILLWAY_POLICIES", deployment_->policies_address()},
                        {"PYTHONPATH", SourcePath("bus/sdk/python/src")},
                        {"PYTHONDONTWRITEBYTECODE", "1"}},
                       {}});
  }
  std::unique_ptr<Process> ServeText(const std::string& text) const {
    return Serve(deployment_->scratch().Write("policy.py", text));
  }
  static std::string Example() { return SourcePath("bus/sdk/python/examples/headroom.py"); }

  void WaitForHosts(std::int64_t hosts) {
    deployment_->WaitFor(std::to_string(hosts) + " wanted hosts",
                         [&] { return deployment_->wanted_vcpus() == hosts * kHostVcpus; });
  }
  // Lives on a while, in which nothing but the fallback may be followed.
  void ExpectTheFallbackOnly(std::chrono::milliseconds time) {
    deployment_->always = [this] {
      EXPECT_EQ(deployment_->wanted_vcpus().value_or(kHostVcpus), kHostVcpus);
    };
    deployment_->Pass(time);
    deployment_->always = [] {};
  }
  double Refused(const std::string& reason) {
    return deployment_->Metric("spillway_policies_remote_refused_total",
                               "reason=\"" + reason + "\"");
  }
  std::string Explained() const {
    return deployment_->Command({"explain", "latest", "--store", deployment_->store_path()}).out;
  }

  std::optional<std::string> python_;
  std::optional<Deployment> deployment_;
};

TEST_F(RemotePolicyTest, TheExampleIsFollowedLeftAndTakenUpAgain) {
  WaitForHosts(1);
  deployment_->WaitFor("the decision that says why", [this] {
    return Explained().find("nobody serves headroom") != std::string::npos;
  });

  auto worker = Serve(Example());
  WaitForHosts(3);
  EXPECT_THAT(Explained(), HasSubstr("load is 240, 20% of each host stays free"));
  deployment_->WaitFor("three hosts", [&] { return deployment_->monitored() == 3; });

  worker->Send(SIGKILL);
  worker->WaitForEnd(std::chrono::seconds(10));
  WaitForHosts(1);
  EXPECT_THAT(Explained(), HasSubstr("reserve instead"));

  worker = Serve(Example());
  WaitForHosts(3);

  // The service starts anew, somewhere else.
  EXPECT_EQ(deployment_->Stop(), 0);
  deployment_->Start();
  worker = Serve(Example());
  WaitForHosts(3);
  EXPECT_EQ(deployment_->Stop(), 0);
}

TEST_F(RemotePolicyTest, OneThatIsSlowIsNotFollowed) {
  const auto worker = ServeText(R"(
import time
from spillway_policy import Policy, run
class Slow(Policy):
    name = "headroom"
    def evaluate(self, cluster):
        time.sleep(0.6)
        return 5
run(Slow())
)");
  deployment_->WaitFor("a late answer", [&] { return Refused("late") >= 2; });
  ExpectTheFallbackOnly(std::chrono::milliseconds(500));
  EXPECT_EQ(deployment_->Get("/healthz").status, 200);
}

TEST_F(RemotePolicyTest, OneThatRaisesIsNotFollowedAndItsErrorIsTold) {
  const auto worker = ServeText(R"(
from spillway_policy import Policy, run
class Broken(Policy):
    name = "headroom"
    def evaluate(self, cluster):
        return 5 / 0
run(Broken())
)");
  deployment_->WaitFor("an error", [&] { return Refused("failed") >= 2; });
  ExpectTheFallbackOnly(std::chrono::milliseconds(500));
  deployment_->WaitForLog("ZeroDivisionError: division by zero (policy.py:6)");
}

// Everything that may be said and must not be believed, by hand.
constexpr const char* kLiar = R"(
import json, os, zmq
socket = zmq.Context().socket(zmq.DEALER)
socket.connect(os.environ["SPILLWAY_POLICIES"])
def say(topic, payload):
    socket.send_multipart([b"spillway/1/policy/" + topic, payload])
say(b"hello", json.dumps({"policies": ["headroom"]}).encode())
asked = 0
while True:
    topic, payload = socket.recv_multipart()
    if not topic.endswith(b"/snapshot"):
        continue
    question = json.loads(payload)
    answer = {"epoch": question["epoch"], "policy": question["policy"],
              "cluster": question["cluster"]["name"], "seq": question["seq"], "advice": 5}
    lies = [
        {"advice": float("nan")}, {"advice": -5}, {"advice": 1e12}, {"advice": "5"},
        {"advice": {"hosts": 5, "price": 0}}, {"cluster": "core"}, {"epoch": "0"},
        {"policy": "other"}, {"seq": question["seq"] + 1}, {"seq": -1}, {"seq": "x"},
        {"error": "I do not want to"},
    ]
    lie = {**answer, **lies[asked % len(lies)]}
    say(b"answer", json.dumps(lie).encode())
    say(b"answer", b"\xff{{")
    say(b"nonsense", b"{}")
    asked += 1
)";

TEST_F(RemotePolicyTest, OneThatLiesIsNotFollowed) {
  const auto worker = ServeText(kLiar);
  for (const char* reason :
       {"bad_frame", "bad_answer", "not_yours", "not_asked", "failed", "unknown_topic"}) {
    deployment_->WaitFor(reason, [&] { return Refused(reason) >= 2; });
  }
  ExpectTheFallbackOnly(std::chrono::milliseconds(500));
  EXPECT_EQ(deployment_->Metric("spillway_policies_remote_answers_total"), 0);
  EXPECT_EQ(deployment_->Get("/healthz").status, 200);
  EXPECT_EQ(deployment_->Stop(), 0);
}

// The example of the SDK in Lua.
constexpr const char* kHeadroomInLua = R"(
function evaluate(cluster, signals, memory)
  return {hosts = signals.load.value / (100 * (1 - 0.2)), reason = "headroom"}
end
)";

// A day of half minutes, up and down.
std::string Trace() {
  std::string csv = "timestamp_s,value\n";
  for (int step = 0; step < 2880; ++step) {
    const int wave = step % 480 < 240 ? step % 240 : 240 - step % 240;
    csv += std::to_string(step * 30) + "," + std::to_string(200 + 3 * wave + step * 7 % 40) + "\n";
  }
  return csv;
}

class RemoteBacktestTest : public ::testing::Test {
 protected:
  // What `spillway backtest` says of `policy`, without what differs from run to run. Serves it by
  // `script`, when there is one.
  nlohmann::json Backtest(const std::string& policy, const std::string& script) {
    Process backtest(
        {{BuiltPath("spillway"), "backtest", scratch_.Write("trace.csv", Trace()), "--policy",
          policy, "--capacity", "100", "--policies-at", "tcp://127.0.0.1:*", "--output", "json"},
         {},
         {}});
    std::optional<Process> worker;
    if (!script.empty()) {
      while (backtest.err().find('\n') == std::string::npos && !backtest.has_ended()) {
        backtest.WaitForNews(std::chrono::seconds(30));
      }
      const std::size_t at = backtest.err().find("tcp://");
      if (at == std::string::npos) throw std::runtime_error("no address: " + backtest.err());
      const std::string address = backtest.err().substr(at, backtest.err().find('\n', at) - at);
      worker.emplace(ProcessOptions{{*Python(), script},
                                    {{"SPILLWAY_POLICIES", address},
                                     {"PYTHONPATH", SourcePath("bus/sdk/python/src")},
                                     {"PYTHONDONTWRITEBYTECODE", "1"}},
                                    {}});
    }
    EXPECT_EQ(backtest.WaitForEnd(std::chrono::seconds(60)), 0) << backtest.err();
    nlohmann::json outcome = nlohmann::json::parse(backtest.out()).at(0);
    outcome.erase("decision_us");
    outcome.erase("policy");
    return outcome;
  }

  ScratchDir scratch_;
};

TEST_F(RemoteBacktestTest, TheExampleRunsUnchangedAndDecidesAsTheSameInLua) {
  if (!Python()) GTEST_SKIP() << "no python3 with pyzmq here (Debian: python3-zmq)";
  const std::string example = SourcePath("bus/sdk/python/examples/headroom.py");
  const std::string lua = scratch_.Write("headroom.lua", kHeadroomInLua);
  // An answer that holds longer than a step: else it is asked, and decided, in between as well.
  const std::string remote = "remote{worker: headroom, valid_for: 2m}";
  const nlohmann::json by_python = Backtest(remote, example);
  EXPECT_GT(by_python.at("cost"), 0);
  EXPECT_EQ(by_python, Backtest(remote, example));
  EXPECT_EQ(by_python, Backtest("script{file: " + lua + "}", ""));
  EXPECT_NE(by_python, Backtest("target_tracking", ""));
}

TEST(ScriptPolicy, IsFollowedReloadedAndKeptWhenANewOneIsBroken) {
  const ScratchDir scratch;
  const auto write = [&scratch](const std::string& body) {
    const std::string next = scratch.Write(
        "next.lua", "function evaluate(cluster, signals, memory)\n" + body + "\nend\n");
    ASSERT_EQ(std::rename(next.c_str(), scratch.File("policy.lua").c_str()), 0);
  };
  write("return {hosts = signals.load.value, reason = 'as many as the load'}");
  DeploymentOptions options;
  options.follows_load = false;
  options.policies = {"{name: scripted, type: script, file: \"" + scratch.File("policy.lua") +
                      "\", signals: [{metric: load, function: last, window: 30s, max_age: 30s}]}"};
  Deployment deployment(options);
  deployment.Start();
  const auto wait_for_hosts = [&](std::int64_t hosts) {
    deployment.WaitFor(std::to_string(hosts) + " wanted hosts",
                       [&] { return deployment.wanted_vcpus() == hosts * kHostVcpus; });
  };
  deployment.SetLoad(2);
  wait_for_hosts(2);
  write("return {hosts = signals.load.value + 1}");
  wait_for_hosts(3);
  write("return {hosts = ");
  deployment.WaitForLog("policies.script_broken");
  deployment.WaitForLog("policy.lua:3: ");
  deployment.SetLoad(1);
  wait_for_hosts(2);
  const Finished explained =
      deployment.Command({"explain", "latest", "--store", deployment.store_path()});
  EXPECT_THAT(explained.out, HasSubstr("the newest policy.lua is not taken up"));
  const Finished checked = deployment.Command({"check-config", deployment.config_path()});
  EXPECT_EQ(checked.exit_code, 3);
  EXPECT_THAT(checked.err, HasSubstr("policies[0]: policy.lua:3: "));
  write("return 1");
  wait_for_hosts(1);
  EXPECT_EQ(deployment.Command({"check-config", deployment.config_path()}).exit_code, 0);
  EXPECT_EQ(deployment.Stop(), 0);
}

}  // namespace
}  // namespace spillway::testing
