#include "bus/router.h"

#include <gmock/gmock.h>

#include <zmq.hpp>

#include "bus/router_thread.h"
#include "tests/unit/bus/pumped_loop.h"

namespace spillway::bus {
namespace {

using spillway::testing::PumpedLoop;
using ::testing::ElementsAre;

constexpr std::chrono::milliseconds kPatience = std::chrono::seconds(30);
const RouterConfig kConfig{.bind = {"tcp://127.0.0.1:*"}};

// A DEALER, as another process has it.
class Peer {
 public:
  explicit Peer(const std::string& address) {
    socket_.set(zmq::sockopt::linger, 0);
    socket_.set(zmq::sockopt::rcvtimeo, static_cast<int>(kPatience.count()));
    socket_.connect(address);
  }

  void Send(const std::vector<std::string>& frames) {
    for (std::size_t i = 0; i < frames.size(); ++i) {
      socket_.send(zmq::buffer(frames[i]),
                   i + 1 == frames.size() ? zmq::send_flags::none : zmq::send_flags::sndmore);
    }
  }
  std::vector<std::string> Receive() {
    std::vector<std::string> frames;
    zmq::message_t frame;
    do {
      if (!socket_.recv(frame)) return {"nothing came"};
      frames.push_back(frame.to_string());
    } while (frame.more());
    return frames;
  }

 private:
  zmq::context_t context_;
  zmq::socket_t socket_{context_, zmq::socket_type::dealer};
};

TEST(Router, TalksWithEachPeer) {
  Context ours;
  RouterSocket router(ours, kConfig);
  Peer one(router.addresses().at(0));
  Peer two(router.addresses().at(0));
  one.Send({"hello", "1"});
  const auto first = router.Receive(kPatience);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->topic + first->payload, "hello1");
  two.Send({"hello", "2"});
  const auto second = router.Receive(kPatience);
  ASSERT_TRUE(second);
  EXPECT_NE(first->peer, second->peer);
  EXPECT_TRUE(router.Send({second->peer, "to", "two"}));
  EXPECT_TRUE(router.Send({first->peer, "to", "one"}));
  EXPECT_THAT(one.Receive(), ElementsAre("to", "one"));
  EXPECT_THAT(two.Receive(), ElementsAre("to", "two"));
}

TEST(Router, SaysWhenNobodyIsThere) {
  Context ours;
  RouterSocket router(ours, kConfig);
  EXPECT_FALSE(router.Send({"nobody", "a", "b"}));
  EXPECT_FALSE(router.Receive(std::chrono::milliseconds(0)));
}

TEST(Router, LeavesOutWhatIsNotTwoFramesAndHangsUpOnGiants) {
  Context ours;
  RouterSocket router(ours, {.bind = {"tcp://127.0.0.1:*"}, .max_frame_bytes = 1000});
  Peer peer(router.addresses().at(0));
  peer.Send({"one"});
  peer.Send({"one", "two", "three"});
  peer.Send({"good", "frame"});
  Peer giant(router.addresses().at(0));
  giant.Send({"giant", std::string(100'000, 'x')});
  std::optional<PeerMessage> message;
  for (int i = 0; i < 100 && !message; ++i) message = router.Receive(kPatience);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->topic, "good");
  peer.Send({"still", "here"});
  message.reset();
  for (int i = 0; i < 100 && !message; ++i) message = router.Receive(kPatience);
  EXPECT_EQ(message->topic, "still");
}

TEST(Router, IsWoken) {
  Context ours;
  RouterSocket router(ours, kConfig);
  router.Wake();
  EXPECT_FALSE(router.Receive(std::chrono::hours(1)));
}

TEST(Router, NamesTheAddressThatItCannotHave) {
  Context ours;
  RouterSocket router(ours, kConfig);
  const std::string taken = router.addresses().at(0);
  try {
    Context other;
    RouterSocket second(other, {.bind = {taken}});
    FAIL() << "bound twice";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr(taken));
  }
}

TEST(RouterThread, HandsMessagesToTheLoopAndSendsFromIt) {
  PumpedLoop loop;
  Metrics metrics;
  std::vector<PeerMessage> came;
  Context ours;
  RouterThread router(ours, kConfig, loop, metrics,
                      [&](const PeerMessage& message) { came.push_back(message); });
  Peer peer(router.addresses().at(0));
  for (int i = 0; i < 10; ++i) peer.Send({"count", std::to_string(i)});
  ASSERT_TRUE(loop.PumpUntil([&] { return came.size() == 10; }));
  EXPECT_EQ(came[9].payload, "9");
  for (int i = 0; i < 10; ++i) router.Send({came[0].peer, "back", std::to_string(i)});
  for (int i = 0; i < 10; ++i) EXPECT_THAT(peer.Receive(), ElementsAre("back", std::to_string(i)));
}

TEST(RouterThread, HandsNothingOverAfterItsEnd) {
  PumpedLoop loop;
  Metrics metrics;
  int came = 0;
  {
    Context ours;
    RouterThread router(ours, kConfig, loop, metrics, [&](const PeerMessage&) { ++came; });
    Peer peer(router.addresses().at(0));
    peer.Send({"a", "b"});
    ASSERT_TRUE(loop.PumpUntil([&] { return came == 1; }));
    for (int i = 0; i < 100; ++i) peer.Send({"a", "b"});
  }
  const int before = came;
  bool is_pumped = false;
  loop.Post([&] { is_pumped = true; });
  ASSERT_TRUE(loop.PumpUntil([&] { return is_pumped; }));
  EXPECT_EQ(came, before);
}

}  // namespace
}  // namespace spillway::bus
