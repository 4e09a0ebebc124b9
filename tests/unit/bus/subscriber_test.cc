#include "bus/subscriber.h"

#include <gtest/gtest.h>

#include <optional>
#include <zmq.hpp>

#include "scaler/runtime/simulated_loop.h"
#include "tests/support/scratch_dir.h"
#include "tests/support/time.h"
#include "tests/unit/bus/pumped_loop.h"

namespace spillway::bus {
namespace {

using namespace spillway::testing;

// A subscriber with real sockets whose loop the test pumps. Its clock stands still.
class World {
 public:
  explicit World(std::vector<Endpoint> inbound, DecodeLimits limits = {}) {
    SubscriberConfig config;
    config.inbound = std::move(inbound);
    config.limits = limits;
    subscriber_.emplace(context_, config, std::set<std::string>{"edge"}, clock_, loop_, metrics_,
                        log_, [this](const SampleBatch& batch) { Take(batch); });
  }

  const std::string& address(std::size_t i = 0) const { return subscriber_->addresses()[i]; }
  std::string Exposed() const { return metrics_.Expose(); }
  const std::vector<double>& values() const { return values_; }
  const std::vector<Time>& times() const { return times_; }

  ::testing::AssertionResult Gets(std::size_t samples) {
    if (loop_.PumpUntil([&] { return values_.size() >= samples; })) {
      return ::testing::AssertionSuccess();
    }
    return ::testing::AssertionFailure() << values_.size() << " samples came";
  }
  ::testing::AssertionResult Exposes(const std::string& line) {
    if (loop_.PumpUntil([&] { return Exposed().find(line + "\n") != std::string::npos; })) {
      return ::testing::AssertionSuccess();
    }
    return ::testing::AssertionFailure() << "no " << line << " in\n" << Exposed();
  }

 private:
  void Take(const SampleBatch& batch) {
    for (const Sample& sample : batch.samples) {
      values_.push_back(sample.value);
      times_.push_back(sample.time);
    }
  }

  SimulatedLoop clock_{kStart};
  PumpedLoop loop_;
  Metrics metrics_;
  Log log_{LogLevel::kError};
  std::vector<double> values_;
  std::vector<Time> times_;
  Context context_;
  std::optional<Subscriber> subscriber_;
};

Endpoint Bound(SocketKind kind, const std::string& address = "tcp://127.0.0.1:*") {
  return {kind, true, address, {}};
}

std::string SampleOf(double value) {
  return R"({"cluster":"edge","metric":"m","value":)" + std::to_string(value) + "}";
}

class Sender {
 public:
  explicit Sender(zmq::socket_type type) : socket_(context_, type) {
    socket_.set(zmq::sockopt::linger, 0);
  }
  zmq::socket_t& socket() { return socket_; }
  void Send(const std::vector<std::string>& frames) {
    for (std::size_t i = 0; i < frames.size(); ++i) {
      socket_.send(zmq::buffer(frames[i]),
                   i + 1 < frames.size() ? zmq::send_flags::sndmore : zmq::send_flags::none);
    }
  }

 private:
  zmq::context_t context_;
  zmq::socket_t socket_;
};

TEST(Subscriber, TakesSamplesFromSeveralPullSocketsInTheOrderOfEach) {
  const ScratchDir scratch;
  World world({Bound(SocketKind::kPull), Bound(SocketKind::kPull, "ipc://" + scratch.File("bus"))});
  Sender tcp(zmq::socket_type::push);
  Sender ipc(zmq::socket_type::push);
  tcp.socket().connect(world.address(0));
  ipc.socket().connect(world.address(1));
  for (int i = 0; i < 2000; ++i) {
    tcp.Send({SampleOf(i)});
    if (i % 100 == 0) ipc.Send({"spillway/1/samples", "[" + SampleOf(-1 - i) + "]"});
  }
  ASSERT_TRUE(world.Gets(2020));
  std::vector<double> over_tcp;
  std::copy_if(world.values().begin(), world.values().end(), std::back_inserter(over_tcp),
               [](double value) { return value >= 0; });
  EXPECT_EQ(over_tcp.size(), 2000u);
  EXPECT_TRUE(std::is_sorted(over_tcp.begin(), over_tcp.end()));
  EXPECT_EQ(world.times().front(), kStart);
  EXPECT_TRUE(world.Exposes("spillway_bus_frames_total 2020"));
  EXPECT_TRUE(world.Exposes("spillway_bus_samples_total 2020"));
}

TEST(Subscriber, SubscribesToTheSamplesTopicAndToSuffixesOfIt) {
  Sender publisher(zmq::socket_type::xpub);
  publisher.socket().bind("tcp://127.0.0.1:*");
  World world({{SocketKind::kSub, false, publisher.socket().get(zmq::sockopt::last_endpoint), {}}});
  zmq::message_t subscription;
  ASSERT_TRUE(publisher.socket().recv(subscription));
  EXPECT_EQ(subscription.to_string().substr(1), kSamplesTopic);
  publisher.Send({"spillway/2/samples", SampleOf(1)});
  publisher.Send({"spillway/1/samplesX", SampleOf(2)});
  publisher.Send({"spillway/1/samples", SampleOf(3)});
  publisher.Send({"spillway/1/samples/rack-7", SampleOf(4)});
  ASSERT_TRUE(world.Gets(2));
  EXPECT_EQ(world.values(), (std::vector<double>{3, 4}));
  EXPECT_TRUE(world.Exposes(R"(spillway_bus_rejected_total{reason="bad_topic"} 1)"));
}

TEST(Subscriber, CountsWhatItDoesNotTakeAndGoesOn) {
  DecodeLimits limits;
  limits.max_frame_bytes = 1000;
  World world({Bound(SocketKind::kPull)}, limits);
  for (int i = 0; i < kRejects; ++i) {
    const std::string reason(Name(static_cast<Reject>(i)));
    EXPECT_TRUE(world.Exposes("spillway_bus_rejected_total{reason=\"" + reason + "\"} 0"));
  }
  Sender sender(zmq::socket_type::push);
  sender.socket().connect(world.address());
  sender.Send({"spillway/2/samples", SampleOf(1)});
  sender.Send({"spillway/1/samples", SampleOf(1), "more"});
  sender.Send({"spillway/1/samples", SampleOf(1), "more", "and more"});
  sender.Send({"not JSON"});
  sender.Send({std::string(1001, ' ')});
  sender.Send({R"([{"cluster":"nowhere","metric":"m","value":1},)" + SampleOf(1) + "]"});
  sender.Send({SampleOf(2)});
  ASSERT_TRUE(world.Gets(2));
  EXPECT_EQ(world.values(), (std::vector<double>{1, 2}));
  const std::pair<Reject, int> counted[] = {
      {Reject::kBadTopic, 1}, {Reject::kBadFrames, 2},      {Reject::kBadJson, 1},
      {Reject::kTooLarge, 1}, {Reject::kUnknownCluster, 1}, {Reject::kMissingMember, 0}};
  for (const auto& [reject, count] : counted) {
    EXPECT_TRUE(world.Exposes("spillway_bus_rejected_total{reason=\"" + std::string(Name(reject)) +
                              "\"} " + std::to_string(count)));
  }
}

TEST(Subscriber, AnEndpointThatCannotBeBoundIsNamed) {
  World world({Bound(SocketKind::kPull)});
  for (const std::string& address : {world.address(), std::string("nonsense")}) {
    try {
      World second({Bound(SocketKind::kPull, address)});
      FAIL() << address << " was bound";
    } catch (const std::runtime_error& error) {
      EXPECT_NE(std::string(error.what()).find("\"" + address + "\""), std::string::npos)
          << error.what();
    }
  }
}

TEST(Subscriber, StopsWhileFramesAreComing) {
  Sender sender(zmq::socket_type::push);
  for (int i = 0; i < 20; ++i) {
    World world({Bound(SocketKind::kPull)});
    sender.socket().connect(world.address());
    for (int n = 0; n < 200; ++n) sender.Send({SampleOf(n)});
    ASSERT_TRUE(world.Gets(1));
    sender.socket().disconnect(world.address());
  }
}

}  // namespace
}  // namespace spillway::bus
