#include "bus/context.h"

#include <gmock/gmock.h>

#include <mutex>
#include <set>

#include "bus/subscriber.h"
#include "scaler/runtime/clock.h"
#include "tests/support/scratch_dir.h"
#include "tests/unit/bus/pumped_loop.h"

namespace spillway::bus {
namespace {

using spillway::testing::PumpedLoop;
using spillway::testing::ScratchDir;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A subscriber that lets in who is on the list, and clients of all kinds.
class ContextTest : public ::testing::Test {
 protected:
  ContextTest() {
    SubscriberConfig config;
    config.inbound = {{SocketKind::kPull, true, "tcp://127.0.0.1:*", {}}};
    subscriber_.emplace(context_, config, std::set<std::string>{"edge"}, clock_, loop_, metrics_,
                        log_, [this](const SampleBatch& batch) {
                          for (const Sample& sample : batch.samples)
                            values_.push_back(sample.value);
                        });
  }

  // One of its own, which sends `value` as soon as it is let in.
  class Client {
   public:
    Client(const std::string& address, const CurveKeys* keys, const std::string& server_key) {
      socket_.set(zmq::sockopt::linger, 0);
      if (keys != nullptr) {
        socket_.set(zmq::sockopt::curve_serverkey, server_key);
        socket_.set(zmq::sockopt::curve_publickey, keys->public_key);
        socket_.set(zmq::sockopt::curve_secretkey, keys->secret_key.Reveal());
      }
      socket_.connect(address);
    }
    void Send(double value) {
      socket_.send(
          zmq::buffer(R"({"cluster":"edge","metric":"m","value":)" + std::to_string(value) + "}"),
          zmq::send_flags::dontwait);
    }

   private:
    zmq::context_t context_;
    zmq::socket_t socket_{context_, zmq::socket_type::push};
  };

  Client Connect(const CurveKeys* keys, const std::string& server_key) const {
    return Client(subscriber_->addresses()[0], keys, server_key);
  }
  std::vector<std::string> Told() {
    const std::lock_guard lock(mutex_);
    return told_;
  }
  void Keep(const std::string& text) {
    const std::lock_guard lock(mutex_);
    told_.push_back(text);
  }
  bool RefusesAnother(std::size_t before) {
    return loop_.PumpUntil([&] { return Told().size() > before; });
  }

  const CurveKeys service_ = MakeCurveKeys();
  const CurveKeys agent_ = MakeCurveKeys();
  ScratchDir scratch_;
  const std::string clients_ = scratch_.Write("clients", "agent " + agent_.public_key + "\n");
  SystemClock clock_;
  PumpedLoop loop_;
  Metrics metrics_;
  Log log_{LogLevel::kOff};
  std::vector<double> values_;
  std::mutex mutex_;  // guards told_
  std::vector<std::string> told_;
  Context context_{Security{service_, clients_},
                   {[this](const std::string& who, const std::string& address) {
                      Keep(who + " from " + address);
                    },
                    [this](const std::string& why) { Keep(why); }}};
  std::optional<Subscriber> subscriber_;
};

TEST_F(ContextTest, WhoIsOnTheListIsHeardAndNobodyElse) {
  const CurveKeys stranger = MakeCurveKeys();
  Client other = Connect(&stranger, service_.public_key);
  other.Send(1);
  EXPECT_TRUE(RefusesAnother(0));
  EXPECT_THAT(Told(), Contains(HasSubstr(stranger.public_key + " from 127.0.0.1")));

  Client agent = Connect(&agent_, service_.public_key);
  agent.Send(2);
  EXPECT_TRUE(loop_.PumpUntil([&] { return !values_.empty(); }));
  EXPECT_THAT(values_, ElementsAre(2));
}

TEST_F(ContextTest, WhoKnowsNotOurKeyOrSpeaksPlainTextIsNotHeard) {
  const CurveKeys impostor = MakeCurveKeys();
  Client mistaken = Connect(&agent_, impostor.public_key);
  Client plain = Connect(nullptr, "");
  mistaken.Send(1);
  plain.Send(2);
  Client agent = Connect(&agent_, service_.public_key);
  agent.Send(3);
  EXPECT_TRUE(loop_.PumpUntil([&] { return !values_.empty(); }));
  EXPECT_THAT(values_, ElementsAre(3));
}

TEST_F(ContextTest, TheListHoldsAsItIsAtEachConnection) {
  const CurveKeys late = MakeCurveKeys();
  Client client = Connect(&late, service_.public_key);
  client.Send(1);
  EXPECT_TRUE(RefusesAnother(0));
  AddToAllowList(clients_, "late", late.public_key);
  Client again = Connect(&late, service_.public_key);
  again.Send(2);
  EXPECT_TRUE(loop_.PumpUntil([&] { return !values_.empty(); }));
  EXPECT_EQ(values_[0], 2);
}

TEST_F(ContextTest, WhileTheListCannotBeReadItHoldsAsItWas) {
  const CurveKeys stranger = MakeCurveKeys();
  scratch_.Write("clients", "late " + stranger.public_key + "\nagent and no key\n");
  Client other = Connect(&stranger, service_.public_key);
  Client agent = Connect(&agent_, service_.public_key);
  other.Send(1);
  agent.Send(2);
  EXPECT_TRUE(loop_.PumpUntil([&] { return !values_.empty() && Told().size() == 3; }));
  EXPECT_THAT(Told(), Contains(HasSubstr("bus: " + clients_ + ":2: expected a name")));
  EXPECT_THAT(Told(), Contains(HasSubstr(stranger.public_key)));
  EXPECT_THAT(values_, ElementsAre(2));
}

TEST_F(ContextTest, AListThatCannotBeReadAtFirstIsAnError) {
  EXPECT_THROW(Context(Security{service_, scratch_.File("none")}), std::runtime_error);
}

TEST_F(ContextTest, ASocketThatConnectsTalksToTheRightServerOnly) {
  const ScratchDir other;
  AddToAllowList(other.File("clients"), "nobody", MakeCurveKeys().public_key);
  Context theirs(Security{agent_, other.File("clients")});
  zmq::socket_t right(theirs.zmq(), zmq::socket_type::push);
  right.set(zmq::sockopt::linger, 0);
  zmq::socket_t wrong(theirs.zmq(), zmq::socket_type::push);
  wrong.set(zmq::sockopt::linger, 0);
  theirs.Connect(wrong, subscriber_->addresses()[0], agent_.public_key);
  theirs.Connect(right, subscriber_->addresses()[0], service_.public_key);
  wrong.send(zmq::str_buffer(R"({"cluster":"edge","metric":"m","value":1})"),
             zmq::send_flags::dontwait);
  right.send(zmq::str_buffer(R"({"cluster":"edge","metric":"m","value":2})"),
             zmq::send_flags::none);
  EXPECT_TRUE(loop_.PumpUntil([&] { return !values_.empty() || !Told().empty(); }));
  EXPECT_THAT(Told(), ElementsAre());
  EXPECT_THAT(values_, ElementsAre(2));
}

}  // namespace
}  // namespace spillway::bus
