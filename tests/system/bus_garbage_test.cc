// What comes on the bus that is no sample: counted by its reason, and the service goes on.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>
#include <zmq.hpp>

#include "scaler/runtime/random.h"
#include "tests/system/deployment.h"

namespace spillway::testing {
namespace {

// Sends anything, not only samples.
class Vandal {
 public:
  explicit Vandal(const std::string& address) {
    socket_.set(zmq::sockopt::linger, 0);
    socket_.connect(address);
  }

  void Send(const std::vector<std::string>& frames) {
    for (std::size_t i = 0; i < frames.size(); ++i) {
      const bool is_last = i + 1 == frames.size();
      socket_.send(zmq::buffer(frames[i]),
                   is_last ? zmq::send_flags::none : zmq::send_flags::sndmore);
    }
  }

 private:
  zmq::context_t context_;
  zmq::socket_t socket_{context_, zmq::socket_type::push};
};

std::string Sample(const std::string& cluster, const std::string& metric, const std::string& value,
                   const std::string& more = "") {
  return R"({"cluster": ")" + cluster + R"(", "metric": ")" + metric + R"(", "value": )" + value +
         more + "}";
}

std::string RandomBytes(Random& random) {
  std::string bytes;
  for (std::uint64_t left = 1 + random.Below(300); left > 0; --left) {
    bytes += static_cast<char>(random.Below(256));
  }
  return bytes;
}

struct Garbage {
  const char* reason;
  std::vector<std::string> frames;
};

std::vector<Garbage> OneOfEach() {
  std::string labels = R"(, "labels": {)";
  for (int i = 0; i < 17; ++i) labels += (i ? ", \"" : "\"") + std::to_string(i) + "\": \"x\"";
  return {
      {"bad_json", {Sample("edge", "load", "NaN")}},
      {"bad_json", {Sample("edge", "load", "Infinity")}},
      {"bad_json", {R"([{"cluster": "edge", "metric")"}},
      {"bad_json", {"42"}},
      {"bad_json", {""}},
      {"bad_json", {std::string(100'000, '[')}},
      {"too_large", {std::string((1 << 20) + 1, ' ')}},
      {"not_finite", {Sample("edge", "load", "1e999")}},
      {"unknown_cluster", {Sample("atlantis", "load", "1")}},
      {"too_old", {Sample("edge", "load", "1", R"(, "time": 0)")}},
      {"in_future", {Sample("edge", "load", "1", R"(, "time": 99999999999)")}},
      {"name_too_long", {Sample("edge", std::string(5000, 'x'), "1")}},
      {"too_many_labels", {Sample("edge", "load", "1", labels + "}")}},
      {"missing_member", {R"({"cluster": "edge", "metric": "load"})"}},
      {"wrong_type", {Sample("edge", "load", R"("much")")}},
      {"bad_frames", {"spillway/1/samples", Sample("edge", "load", "1"), "third"}},
      {"bad_topic", {"spillway/9/samples", Sample("edge", "load", "1")}},
  };
}

TEST(Bus, GarbageIsCountedByReasonAndDecisionsStillCome) {
  Deployment deployment;
  deployment.Start();
  deployment.SetLoad(1);
  deployment.WaitFor("a first host", [&] { return deployment.monitored() == 1; });

  Vandal vandal(deployment.inbound_address());
  std::map<std::string, int> expected;
  for (const Garbage& garbage : OneOfEach()) {
    vandal.Send(garbage.frames);
    ++expected[garbage.reason];
  }
  const std::uint64_t seed = Random::SeedFromSystem();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  constexpr int kNoise = 2000;
  for (int i = 0; i < kNoise; ++i) {
    vandal.Send(i % 2 == 0 ? std::vector{RandomBytes(random)}
                           : std::vector{RandomBytes(random), RandomBytes(random)});
  }
  int total = kNoise;
  for (const auto& [reason, count] : expected) total += count;
  deployment.WaitFor("every bad frame in the count",
                     [&] { return deployment.Metric("spillway_bus_rejected_total") == total; });
  for (const auto& [reason, count] : expected) {
    EXPECT_GE(deployment.Metric("spillway_bus_rejected_total", "reason=\"" + reason + "\""), count)
        << reason;
  }

  // So large that ZeroMQ itself hangs up.
  Vandal giant(deployment.inbound_address());
  giant.Send({std::string(8 << 20, 'x')});
  deployment.SetLoad(2);
  deployment.WaitFor("a decision on the load",
                     [&] { return deployment.wanted_vcpus() == 2 * kHostVcpus; });
  deployment.WaitFor("its host", [&] { return deployment.monitored() == 2; });
  EXPECT_EQ(deployment.Get("/healthz").status, 200);
  deployment.WaitForLog("bus.rejected_bad_json");
  EXPECT_LT(deployment.log().size(), 100'000u);  // at a limited rate
  EXPECT_EQ(deployment.Stop(), 0);
}

}  // namespace
}  // namespace spillway::testing
