// The examples of bus/README.md, run as they stand there but for their addresses.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "bus/publisher.h"
#include "bus/subscriber.h"
#include "scaler/runtime/clock.h"
#include "tests/support/paths.h"
#include "tests/support/scratch_dir.h"
#include "tests/unit/bus/pumped_loop.h"

namespace spillway::bus {
namespace {

using spillway::testing::PumpedLoop;
using spillway::testing::ScratchDir;
using spillway::testing::SourcePath;

// The text of the first block of `language` in bus/README.md that has `mark` in it.
std::string Example(const std::string& language, const std::string& mark) {
  std::ifstream file(SourcePath("bus/README.md"));
  std::stringstream all;
  all << file.rdbuf();
  const std::string text = all.str();
  const std::string fence = "```" + language + "\n";
  for (std::size_t begin = text.find(fence); begin != std::string::npos;
       begin = text.find(fence, begin)) {
    begin += fence.size();
    const std::string block = text.substr(begin, text.find("```", begin) - begin);
    if (block.find(mark) != std::string::npos) return block;
  }
  throw std::runtime_error("bus/README.md has no block of " + language + " with " + mark);
}

// REQUIRES: `text` has `from`.
std::string Replace(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

// A Python that has pyzmq, or nothing.
std::optional<std::string> Python() {
  for (const std::string candidate : {"python3", "/usr/bin/python3"}) {
    if (std::system((candidate + " -c 'import zmq' 2>/dev/null").c_str()) == 0) return candidate;
  }
  return std::nullopt;
}
#define SKIP_WITHOUT_PYZMQ(python) \
  if (!(python)) GTEST_SKIP() << "no python3 with pyzmq here (Debian: python3-zmq)"

// A shell command whose standard output is read; killed in the end.
class Child {
 public:
  explicit Child(const std::string& command) {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("no pipe");
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      execl("/bin/sh", "sh", "-c", ("exec " + command).c_str(), nullptr);
      _exit(127);
    }
    close(ends[1]);
    output_ = ends[0];
  }
  ~Child() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    close(output_);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // What it has said so far; waits a moment for more.
  const std::string& Said() {
    pollfd ready{output_, POLLIN, 0};
    char text[4096];
    if (poll(&ready, 1, 10) > 0) {
      const ssize_t size = read(output_, text, sizeof(text));
      if (size > 0) said_.append(text, static_cast<std::size_t>(size));
    }
    return said_;
  }

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  std::string said_;
};

struct Receiver {
  Receiver() {
    SubscriberConfig config;
    config.inbound = {{SocketKind::kPull, true, "tcp://127.0.0.1:*", {}}};
    subscriber.emplace(context, config, std::set<std::string>{"edge"}, clock, loop, metrics, log,
                       [this](const SampleBatch& batch) {
                         for (const auto& a : batch.announced) announced.push_back(a.key);
                         for (const Sample& sample : batch.samples) values.push_back(sample.value);
                       });
  }

  SystemClock clock;
  PumpedLoop loop;
  Metrics metrics;
  Log log;
  std::vector<SeriesKey> announced;
  std::vector<double> values;
  Context context;
  std::optional<Subscriber> subscriber;
};

TEST(Readme, ThePythonExampleSendsItsSamples) {
  const auto python = Python();
  SKIP_WITHOUT_PYZMQ(python);
  Receiver receiver;
  const ScratchDir scratch;
  const std::string script =
      scratch.Write("send.py", Replace(Example("python", "zmq.PUSH"), "tcp://127.0.0.1:5555",
                                       receiver.subscriber->addresses()[0]));
  Child child(*python + " " + script);
  ASSERT_TRUE(receiver.loop.PumpUntil([&] { return receiver.values.size() == 6; }));
  EXPECT_EQ(receiver.values, (std::vector<double>{0.5, 0.5, 0.6, 0.6, 0.7, 0.7}));
  EXPECT_EQ(receiver.announced, (std::vector<SeriesKey>{{"edge", "cpu", {{"host", "node-1"}}},
                                                        {"edge", "cpu", {{"host", "node-2"}}}}));
}

TEST(Readme, TheShellOneLinerSendsItsSample) {
  const auto python = Python();
  SKIP_WITHOUT_PYZMQ(python);
  Receiver receiver;
  std::string command = Replace(Example("sh", "python3 -c"), "tcp://127.0.0.1:5555",
                                receiver.subscriber->addresses()[0]);
  Child child(Replace(command, "python3", *python));
  ASSERT_TRUE(receiver.loop.PumpUntil([&] { return !receiver.values.empty(); }));
  EXPECT_EQ(receiver.values, std::vector<double>{0.93});
  EXPECT_EQ(receiver.announced, (std::vector<SeriesKey>{{"edge", "cpu", {}}}));
}

TEST(Readme, ThePythonExampleHearsDecisionsAndNoticesAGap) {
  const auto python = Python();
  SKIP_WITHOUT_PYZMQ(python);
  // Two services of the same epoch, one of which is far ahead: to a subscriber of both that is a
  // gap, as after a high-water mark.
  Metrics metrics;
  const PublisherConfig config{.bind = {"tcp://127.0.0.1:*"}, .connect = {}};
  Context context;
  Publisher near(context, config, "e1", metrics);
  Publisher far(context, config, "e1", metrics);
  const std::string topic = DecisionTopic("edge");
  for (int i = 0; i < 1000; ++i) far.Publish(topic, {{"id", "edge-0"}});

  const ScratchDir scratch;
  std::string example =
      Replace(Example("python", "zmq.SUB"), "tcp://127.0.0.1:5556", near.addresses()[0]);
  example = Replace(example, "socket.subscribe",
                    "socket.connect(\"" + far.addresses()[0] + "\")\nsocket.subscribe");
  Child child(*python + " " + scratch.Write("hear.py", example));
  const auto hears = [&](Publisher& publisher, const std::string& text) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (child.Said().find(text) == std::string::npos) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      publisher.Publish(topic, {{"id", "edge-1"}});
    }
    return true;
  };
  ASSERT_TRUE(hears(near, "spillway/1/decisions/edge {")) << child.Said();
  EXPECT_EQ(child.Said().find("missed"), std::string::npos) << child.Said();
  EXPECT_TRUE(hears(far, "of spillway/1/decisions/edge")) << child.Said();
  EXPECT_NE(child.Said().find("missed"), std::string::npos);
}

}  // namespace
}  // namespace spillway::bus
