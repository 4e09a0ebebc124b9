#include "policies/remote/synchronous_link.h"

#include <gmock/gmock.h>

#include <atomic>
#include <functional>
#include <nlohmann/json.hpp>
#include <thread>
#include <zmq.hpp>

#include "policies/remote/remote.h"
#include "tests/unit/policies/policy_case.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using Json = nlohmann::json;

// A process that serves `forecaster`, as a thread. Its answers are made by the test, each as often
// as the test gives it.
class Forecaster {
 public:
  using Advise = std::function<std::vector<Json>(const Json& question)>;

  Forecaster(const std::string& address, Advise advise) : advise_(std::move(advise)) {
    socket_.set(zmq::sockopt::linger, 0);
    socket_.set(zmq::sockopt::rcvtimeo, 5);
    socket_.connect(address);
    thread_ = std::thread([this] { Run(); });
  }
  ~Forecaster() {
    is_over_ = true;
    thread_.join();
  }

 private:
  void Run() {
    Send(kHelloTopic, {{"policies", {"forecaster"}}});
    zmq::message_t topic;
    zmq::message_t payload;
    while (!is_over_) {
      if (!socket_.recv(topic) || !socket_.recv(payload)) continue;
      if (topic.to_string_view() != kSnapshotTopic) continue;
      const Json question = Json::parse(payload.to_string());
      for (const Json& advice : advise_(question)) {
        Send(kAnswerTopic, {{"epoch", question["epoch"]},
                            {"cluster", question["cluster"]["name"]},
                            {"policy", question["policy"]},
                            {"seq", question["seq"]},
                            {"advice", advice}});
      }
    }
  }
  void Send(std::string_view topic, const Json& body) {
    socket_.send(zmq::buffer(topic), zmq::send_flags::sndmore);
    socket_.send(zmq::buffer(body.dump()), zmq::send_flags::none);
  }

  const Advise advise_;
  zmq::context_t context_;
  zmq::socket_t socket_{context_, zmq::socket_type::dealer};
  std::atomic<bool> is_over_ = false;
  std::thread thread_;
};

struct Backtest {
  explicit Backtest(SynchronousLink& link) {
    ConfigText text(
        "{worker: forecaster, signals: [{metric: cpu}],"
        " fallback: {name: reserve, type: manual, hosts: 7}}");
    Conversations conversations;
    policy = ParseRemote("remote", text.document.Root(),
                         {"edge", kHostSize, Hypervisor::kKvm, &conversations});
    link.Serve(*conversations.at(0));
  }
  Recommendation Ask(double value, Duration at) {
    return Evaluate(*policy, AView(1), {ASignal(value)}, At(at));
  }
  std::unique_ptr<Policy> policy;
};

const std::vector<std::string> kAnywhere = {"tcp://127.0.0.1:*"};

TEST(SynchronousLink, AnswersEachQuestionBeforeItIsOver) {
  SynchronousLink link(kAnywhere);
  Backtest run(link);
  const Forecaster forecaster(link.addresses()[0], [](const Json& question) {
    return std::vector<Json>{question["signals"]["cpu"]["value"]};
  });
  for (int step = 0; step < 200; ++step) {
    ASSERT_EQ(run.Ask(step, step * 30s).wanted, kHostSize * step);
  }
}

TEST(SynchronousLink, WhatIsWrongOrSaidTwiceDoesNotGetOutOfStep) {
  SynchronousLink link(kAnywhere);
  Backtest run(link);
  const Forecaster forecaster(link.addresses()[0], [](const Json& question) {
    const double value = question["signals"]["cpu"]["value"];
    return std::vector<Json>{static_cast<int>(value) % 3 == 1 ? -1.0 : value, value + 1};
  });
  for (int step = 0; step < 60; ++step) {
    const auto r = run.Ask(step, step * 30s);
    ASSERT_EQ(r.wanted, kHostSize * (step % 3 == 1 ? 7 : step)) << r.reason.text;
  }
}

TEST(SynchronousLink, RunsAtTheSameTimeWaitForEachOther) {
  SynchronousLink link(kAnywhere);
  const Forecaster forecaster(link.addresses()[0], [](const Json& question) {
    return std::vector<Json>{question["signals"]["cpu"]["value"]};
  });
  std::vector<std::thread> runs;
  std::atomic<int> wrong = 0;
  for (int i = 0; i < 4; ++i) {
    runs.emplace_back([&link, &wrong, i] {
      Backtest run(link);
      for (int step = 0; step < 50; ++step) {
        if (run.Ask(step + i, step * 30s).wanted != kHostSize * (step + i)) ++wrong;
      }
    });
  }
  for (std::thread& run : runs) run.join();
  EXPECT_EQ(wrong, 0);
}

TEST(SynchronousLink, EndsTheRunWhenNobodyAnswers) {
  SynchronousLink link(kAnywhere, std::chrono::milliseconds(20));
  Backtest run(link);
  try {
    run.Ask(1, 0s);
    FAIL() << "it went on";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("for a process that serves forecaster"));
    EXPECT_THAT(error.what(), HasSubstr(link.addresses()[0]));
  }
}

}  // namespace
}  // namespace spillway
