#include "bus/publisher.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <zmq.hpp>

#include "bus/frame.h"

namespace spillway::bus {
namespace {

using Json = nlohmann::json;

// A SUB socket that waits half a minute at most.
class Listener {
 public:
  // Binds; the publisher is to connect, and to be waited for.
  Listener() {
    socket_.set(zmq::sockopt::rcvtimeo, 30'000);
    socket_.set(zmq::sockopt::subscribe, "spillway/1/");
    socket_.bind("tcp://127.0.0.1:*");
  }
  std::string address() const { return socket_.get(zmq::sockopt::last_endpoint); }

  std::pair<std::string, Json> Next() {
    zmq::message_t topic;
    zmq::message_t payload;
    if (!socket_.recv(topic) || !socket_.recv(payload)) return {};
    return {topic.to_string(), Json::parse(payload.to_string())};
  }
  // Has the publisher's subscriptions arrived? Publishes until a message comes through.
  void WaitFor(Publisher& publisher) {
    zmq::message_t topic;
    zmq::message_t payload;
    zmq::pollitem_t item{socket_.handle(), 0, ZMQ_POLLIN, 0};
    do {
      publisher.Publish(std::string(kHeartbeatTopic), Json::object());
    } while (zmq::poll(&item, 1, std::chrono::milliseconds(5)) == 0);
    publisher.Publish("spillway/1/here", Json::object());
    while (Next().first != "spillway/1/here") {
    }
  }

 private:
  zmq::context_t context_;
  zmq::socket_t socket_{context_, zmq::socket_type::sub};
};

TEST(Publisher, NumbersTheMessagesOfEachTopicByItself) {
  Listener listener;
  Metrics metrics;
  Context context;
  Publisher publisher(context, {.bind = {}, .connect = {listener.address()}}, "e1", metrics);
  listener.WaitFor(publisher);

  publisher.Publish(DecisionTopic("edge"), {{"id", "edge-1"}});
  publisher.Publish(HostTopic("edge"), {{"host", "h1"}});
  publisher.Publish(DecisionTopic("edge"), {{"id", "edge-2"}});

  const std::pair<std::string, Json> expected[] = {
      {"spillway/1/decisions/edge", {{"id", "edge-1"}, {"seq", 1}, {"epoch", "e1"}}},
      {"spillway/1/hosts/edge", {{"host", "h1"}, {"seq", 1}, {"epoch", "e1"}}},
      {"spillway/1/decisions/edge", {{"id", "edge-2"}, {"seq", 2}, {"epoch", "e1"}}},
  };
  for (const auto& message : expected) EXPECT_EQ(listener.Next(), message);
  const Json sequences = publisher.Sequences();
  EXPECT_EQ(sequences["spillway/1/decisions/edge"], 2);
  EXPECT_EQ(sequences["spillway/1/hosts/edge"], 1);
}

TEST(Publisher, SendsTextsThatAreNotUtf8) {
  Listener listener;
  Metrics metrics;
  Context context;
  Publisher publisher(context, {.bind = {}, .connect = {listener.address()}}, "e1", metrics);
  listener.WaitFor(publisher);
  publisher.Publish(HostTopic("edge"), {{"failure", "caf\xe9"}});
  EXPECT_EQ(listener.Next().second["failure"], "caf\xef\xbf\xbd");
}

TEST(Publisher, SaysWhichAddressesItBoundAndWhichItCannot) {
  Metrics metrics;
  Context context;
  Publisher first(context, {.bind = {"tcp://127.0.0.1:*"}, .connect = {}}, "e1", metrics);
  ASSERT_EQ(first.addresses().size(), 1u);
  const std::string address = first.addresses()[0];
  EXPECT_EQ(address.find('*'), std::string::npos);
  try {
    Publisher second(context, {.bind = {address}, .connect = {}}, "e2", metrics);
    FAIL() << address << " was bound twice";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find(address), std::string::npos) << error.what();
  }
}

TEST(Publisher, NeverWaitsForASubscriberThatDoesNotRead) {
  Metrics metrics;
  Context ours;
  Publisher publisher(ours,
                      {.bind = {"tcp://127.0.0.1:*"}, .connect = {}, .send_high_water_mark = 10},
                      "e1", metrics);
  zmq::context_t context;
  zmq::socket_t idle(context, zmq::socket_type::sub);
  idle.set(zmq::sockopt::linger, 0);
  idle.set(zmq::sockopt::rcvhwm, 1);
  idle.set(zmq::sockopt::subscribe, "");
  idle.connect(publisher.addresses()[0]);
  const Json body = {{"text", std::string(1000, 'x')}};
  for (int i = 0; i < 20'000; ++i) publisher.Publish("spillway/1/heartbeat", body);
  EXPECT_EQ(publisher.Sequences()["spillway/1/heartbeat"], 20'000);
}

}  // namespace
}  // namespace spillway::bus
