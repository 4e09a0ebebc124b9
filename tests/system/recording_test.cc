// What the real binary recorded, run again by the real binary.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/scratch_dir.h"
#include "tests/system/lab.h"

namespace spillway::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* kConfig = R"(
version: 1
store: {type: memory}
bus: {inbound: [{socket: pull, bind: "tcp://127.0.0.1:*"}]}
serve: {port: 0}
control: {evaluate_at_least_every: 100ms}
record: {folder: "FOLDER", segment: 1s}
provision: {look_interval: 500ms}
providers: {lab: {type: simulated, profile: digitalocean, boot: {median: 1s}}}
registrars: {lab: {type: simulated, enrol: 1s}}
clusters:
  - name: edge
    workload: application_containers
    hypervisor: lxc
    registrar: lab
    host_size: {vcpu: 4, memory: 8GiB}
    limits: {hosts: {min: 1, max: 10}}
    policies:
      - {name: follow, type: target_tracking, kind: load, target: TARGET, signal: {metric: demand, function: mean, window: 5s}}
    ladder: [{name: lab, provider: lab, max_hosts: 10}]
)";

std::string ReadText(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class RecordingSystem : public ::testing::Test {
 protected:
  std::string Config(const std::string& name, const std::string& folder,
                     const std::string& target) const {
    std::string text = kConfig;
    text.replace(text.find("FOLDER"), 6, folder);
    text.replace(text.find("TARGET"), 6, target);
    return scratch_.Write(name, text);
  }
  std::size_t Segments() const {
    std::error_code error;
    std::size_t files = 0;
    for (const auto& unused : std::filesystem::directory_iterator(folder_, error)) {
      files += unused.is_regular_file() ? 1 : 0;
    }
    return files;
  }
  Finished Replay(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"replay", folder_});
    return Lab::Command(arguments);
  }

  const ScratchDir scratch_;
  const std::string folder_ = scratch_.File("recording");
  double demand_ = 0.5;
  Lab lab_{[this] { return demand_ += 0.05; }};
};

TEST_F(RecordingSystem, ComesOutTheSameEvenWhenTheServiceWasKilled) {
  lab_.Start(Config("spillway.yaml", folder_, "1"));
  lab_.WaitFor("three segments", [this] { return Segments() >= 3; });
  lab_.Kill();

  const Finished same = Replay({});
  EXPECT_EQ(same.exit_code, 0) << same.out << same.err;
  EXPECT_THAT(same.out, HasSubstr("all came out the same, byte for byte"));
  const nlohmann::json told = nlohmann::json::parse(Replay({"--output", "json"}).out);
  EXPECT_GT(told.at("evaluations").get<int>(), 10);
  EXPECT_GT(told.at("decisions").get<int>(), 0);
  EXPECT_GT(told.at("samples").get<int>(), 10);

  const Finished other = Replay({"--config", Config("other.yaml", folder_, "0.25")});
  EXPECT_EQ(other.exit_code, 0) << other.err;
  EXPECT_THAT(other.out, AllOf(HasSubstr("WOULD HAVE BEEN"), HasSubstr("decisions differ"),
                               HasSubstr("what acts")));
  const Finished none = Replay({"--from", "2001-01-01T00:00:00Z", "--until", "2001-01-02T00:00:00Z",
                                "--config", scratch_.File("other.yaml")});
  EXPECT_EQ(none.exit_code, 4) << none.out;
}

// Limits and a target change, a cluster comes; what was learned meanwhile goes on.
TEST_F(RecordingSystem, ComesOutTheSameOverAReload) {
  const auto write = [this](const std::string& target, const std::string& more) {
    Config("spillway.yaml", folder_, target);
    std::string text = ReadText(scratch_.File("spillway.yaml"));
    text.replace(text.find("    policies:\n"), 14, "    policies:\n" + more);
    return scratch_.Write("spillway.yaml", text);
  };
  const auto reloads = [this] {
    const std::string& log = lab_.log();
    std::size_t count = 0;
    for (std::size_t at = log.find("config.reloaded"); at != std::string::npos;
         at = log.find("config.reloaded", at + 1)) {
      ++count;
    }
    return count;
  };
  const std::string kLearns =
      "      - {name: learns, type: predictive, kind: load, target: 1, time_to_ready: 5s, "
      "signal: {metric: demand, function: last}}\n";
  lab_.Start(write("1", kLearns));
  lab_.WaitFor("two segments", [this] { return Segments() >= 2; });
  write("0.5", kLearns);
  lab_.Send(SIGHUP);
  lab_.WaitFor("a reload", [&] { return reloads() == 1; });
  std::string other = ReadText(write("0.5", ""));
  other.replace(other.find("max: 10"), 7, "max: 12");
  std::string far = other.substr(other.find("  - name: edge"));
  far.replace(far.find("edge"), 4, "far");
  scratch_.Write("spillway.yaml", other + far);
  lab_.Send(SIGHUP);
  lab_.WaitFor("another reload", [&] { return reloads() == 2; });
  const std::size_t segments = Segments();
  lab_.WaitFor("two segments more", [&] { return Segments() >= segments + 2; });
  EXPECT_EQ(lab_.Stop(), 0);

  const Finished same = Replay({});
  EXPECT_EQ(same.exit_code, 0) << same.out << same.err;
  EXPECT_THAT(same.out, HasSubstr("all came out the same, byte for byte"));
}

TEST_F(RecordingSystem, ADiskThatIsFullDoesNotHurtTheService) {
  lab_.Start(Config("spillway.yaml", folder_, "1"), 600);
  lab_.WaitForLog("record.failed");
  lab_.WaitForLog("state=ready");  // a host nevertheless
  EXPECT_EQ(lab_.Stop(), 0);
}

TEST_F(RecordingSystem, WhatIsNoRecordingIsTold) {
  const Finished replay = Replay({});
  EXPECT_EQ(replay.exit_code, 1);
  EXPECT_THAT(replay.err, HasSubstr(folder_));
}

}  // namespace
}  // namespace spillway::testing
