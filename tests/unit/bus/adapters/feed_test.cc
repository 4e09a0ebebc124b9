#include "bus/adapters/feed.h"

#include <gtest/gtest.h>

#include "bus/frame.h"
#include "scaler/runtime/simulated_loop.h"
#include "tests/support/scratch_dir.h"
#include "tests/support/time.h"

namespace spillway::adapters {
namespace {

using namespace spillway::testing;

std::vector<MappedSample> Samples(int count) {
  std::vector<MappedSample> samples;
  for (int i = 0; i < count; ++i) {
    samples.push_back({{"edge", "m\"\xff", {{"host", "n" + std::to_string(i)}}}, i / 8.0, kStart});
  }
  return samples;
}

// The values of what waits at `socket`.
std::vector<double> Drain(zmq::socket_t& socket) {
  bus::Decoder decoder({"edge"}, {}, [](bus::Reject reject, std::string_view detail) {
    ADD_FAILURE() << Name(reject) << " " << detail;
  });
  std::vector<double> values;
  zmq::message_t frame;
  while (socket.recv(frame, zmq::recv_flags::dontwait)) {
    SampleBatch batch;
    decoder.Decode(frame.to_string_view(), kStart, batch);
    for (const Sample& sample : batch.samples) values.push_back(sample.value);
  }
  return values;
}

TEST(Feed, FramesAreWhatTheBusReads) {
  std::vector<MappedSample> samples = Samples(50);
  samples.push_back({{"edge", "m", {}}, 1e300, {}});
  const std::vector<std::string> frames = ToFrames(samples, 1'000);
  EXPECT_GT(frames.size(), 3u);
  bus::Decoder decoder({"edge"}, {}, [](bus::Reject reject, std::string_view detail) {
    ADD_FAILURE() << Name(reject) << " " << detail;
  });
  SampleBatch batch;
  for (const std::string& frame : frames) {
    EXPECT_LE(frame.size(), 1'000u);
    decoder.Decode(frame, kStart + std::chrono::seconds(1), batch);
  }
  ASSERT_EQ(batch.samples.size(), samples.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    EXPECT_EQ(batch.samples[i].value, samples[i].value);
  }
  EXPECT_EQ(batch.samples.front().time, kStart);
  EXPECT_EQ(batch.samples.back().time, kStart + std::chrono::seconds(1));
  EXPECT_TRUE(ToFrames({}, 1'000).empty());
}

TEST(Feed, WhatTheBusDoesNotTakeAtOnceIsKeptInOrder) {
  bus::Context context;
  zmq::socket_t bus(context.zmq(), zmq::socket_type::pull);
  bus.set(zmq::sockopt::rcvhwm, 1);
  context.Bind(bus, kFeedAddress);
  SimulatedLoop loop(kStart);
  Feed feed(context, loop, 1, [] { return false; });  // a frame for each sample
  EXPECT_FALSE(feed.IsBusy());
  constexpr int kMany = 3'000;
  feed.Give(Samples(kMany));
  EXPECT_TRUE(feed.IsBusy());
  std::vector<double> came;
  // Many turns: ZeroMQ tells the sender of new room once in a millisecond of real time.
  for (int turn = 0; turn < 10'000'000 && came.size() < kMany; ++turn) {
    const std::vector<double> more = Drain(bus);
    came.insert(came.end(), more.begin(), more.end());
    loop.RunFor(std::chrono::milliseconds(10));
  }
  ASSERT_EQ(came.size(), static_cast<std::size_t>(kMany));
  for (int i = 0; i < kMany; ++i) ASSERT_EQ(came[static_cast<std::size_t>(i)], i / 8.0);
  EXPECT_FALSE(feed.IsBusy());
}

TEST(Feed, NeedsNoKeyWhereTheBusIsEncrypted) {
  const ScratchDir scratch;
  bus::ContextWatcher watcher;
  watcher.on_refusal = [](const std::string& who, const std::string&) {
    ADD_FAILURE() << who << " was refused";
  };
  bus::Context context(bus::Security{bus::MakeCurveKeys(), scratch.Write("clients", "# nobody\n")},
                       watcher);
  zmq::socket_t bus(context.zmq(), zmq::socket_type::pull);
  context.Bind(bus, kFeedAddress);
  SimulatedLoop loop(kStart);
  Feed feed(context, loop, 1'000, [] { return false; });
  feed.Give(Samples(1));
  EXPECT_EQ(Drain(bus), std::vector<double>{0});
}

}  // namespace
}  // namespace spillway::adapters
