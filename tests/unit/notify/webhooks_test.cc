// Webhooks before a receiver over a real socket, which fails as real ones do; time is driven.
#include "scaler/notify/webhooks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "scaler/notify/signature.h"
#include "scaler/runtime/simulated_loop.h"
#include "scaler/runtime/simulated_workers.h"
#include "scaler/store/memory_store.h"
#include "tests/fakes/http_server.h"
#include "tests/support/records.h"
#include "tests/support/scratch_dir.h"

namespace spillway {
namespace {

using namespace spillway::testing;
using fakes::Delivery;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

// Takes what is signed rightly; first it gives the answers that are prepared.
class Receiver {
 public:
  std::string url() const { return server_.url() + "/hook"; }
  void Prepare(std::vector<fakes::Response> answers) {
    const std::lock_guard lock(mutex_);
    prepared_ = std::move(answers);
  }
  // Ids of all attempts, and of those events that were taken.
  std::vector<std::string> attempts() { return Copy(attempts_); }
  std::vector<std::string> taken() { return Copy(taken_); }

 private:
  std::vector<std::string> Copy(const std::vector<std::string>& ids) {
    const std::lock_guard lock(mutex_);
    return ids;
  }
  fakes::Response Take(const fakes::Request& request) {
    const std::lock_guard lock(mutex_);
    const auto& headers = request.headers;
    const std::string id = headers.at("webhook-id");
    attempts_.push_back(id);
    const Secret key = SigningKey(Secret(kSecret));
    const bool is_signed = headers.at("webhook-signature") ==
                           SignatureOf(key, id, headers.at("webhook-timestamp"), request.body);
    const std::optional<CloudEvent> event = CloudEventFrom(request.body);
    if (!is_signed || !event || event->id != id || request.target != "/hook" ||
        headers.at("content-type") != "application/cloudevents+json; charset=utf-8") {
      return {.status = 400};
    }
    fakes::Response answer{.status = 204};
    if (!prepared_.empty()) {
      answer = prepared_.front();
      prepared_.erase(prepared_.begin());
    }
    if (answer.status < 300 && answer.delivery == Delivery::kNormal) taken_.push_back(id);
    return answer;
  }

  std::mutex mutex_;  // guards the three below
  std::vector<fakes::Response> prepared_;
  std::vector<std::string> attempts_;
  std::vector<std::string> taken_;
  fakes::HttpServer server_{[this](const fakes::Request& request) { return Take(request); }};
};

class WebhooksTest : public ::testing::Test {
 protected:
  struct Life {
    Life(WebhooksTest& test, const std::vector<WebhookConfig>& hooks, const std::string& word,
         OutboxLimits limits)
        : loop(test.now_),
          journal(loop, test.store_, log),
          outbox(test.store_, journal, NamesOf(hooks), word, limits),
          webhooks(hooks, {loop, workers, test.http_, random, metrics, log}, outbox) {}

    SimulatedLoop loop;
    SimulatedWorkers workers{loop, 1, 1ms, 1ms};
    Random random{1};
    Metrics metrics;
    Log log;
    Journal journal;
    Outbox outbox;
    Webhooks webhooks;
  };

  void SetUp() override { ::testing::internal::CaptureStderr(); }
  void TearDown() override {
    life_.reset();
    if (!is_log_read_) ::testing::internal::GetCapturedStderr();
  }

  WebhookConfig To(const Receiver& receiver, const std::string& name = "chat") {
    WebhookConfig hook;
    hook.name = name;
    hook.url = receiver.url();
    hook.secret.file = secret_file_;
    hook.timeout = 200ms;
    return hook;
  }
  void Start(const std::vector<WebhookConfig>& hooks, const std::string& word = "x",
             OutboxLimits limits = {}) {
    life_.emplace(*this, hooks, word, limits);
    Pass(0s);
  }
  // As kill -9 does: what is not committed is gone.
  void Kill() {
    now_ = life_->loop.Now();
    life_->loop.DropEverything();
    life_.reset();
  }
  void Tell(int how_many, HostState state = HostState::kReady) {
    for (int i = 0; i < how_many; ++i) {
      HostRecord host = AHost("h-" + std::to_string(i), state);
      host.state_since = life_->loop.Now();
      life_->webhooks.Tell(EventOf(nullptr, host));
    }
  }
  void Pass(Duration time) { life_->loop.RunFor(time + 50ms); }
  std::string LogText() {
    is_log_read_ = true;
    return ::testing::internal::GetCapturedStderr();
  }
  std::string Exposed() { return life_->metrics.Expose(); }

  ScratchDir scratch_;
  const std::string secret_file_ = scratch_.Write("secret", std::string(kSecret) + "\n");
  HttpClient http_;
  MemoryStore store_{"dep-1"};
  Time now_ = At(0s);
  Receiver receiver_;
  std::optional<Life> life_;
  bool is_log_read_ = false;
};

TEST_F(WebhooksTest, DeliverInOrderSignedAndOnceWhenAllIsWell) {
  Start({To(receiver_)});
  Tell(3);
  Pass(1s);
  EXPECT_THAT(receiver_.taken(), ElementsAre("x-1", "x-2", "x-3"));
  EXPECT_THAT(receiver_.attempts(), ElementsAre("x-1", "x-2", "x-3"));
  EXPECT_THAT(store_.Notes("notify.event"), IsEmpty());
  EXPECT_THAT(Exposed(), HasSubstr("spillway_notify_delivered_total{webhook=\"chat\"} 3\n"));
}

TEST_F(WebhooksTest, TryAgainLaterAndLaterWithTheSameIdAndOthersWaitForTheirTurn) {
  receiver_.Prepare({{.status = 500},
                     {.status = 404},
                     {.status = 204, .delivery = Delivery::kCutBefore},
                     {.status = 204, .delivery = Delivery::kHang},
                     {.status = 302, .headers = {{"Location", "http://192.0.2.1/"}}}});
  Start({To(receiver_)});
  Tell(2);
  Pass(2s);
  EXPECT_THAT(receiver_.attempts(), ElementsAre("x-1"));
  Pass(3s);
  EXPECT_THAT(receiver_.attempts(), ElementsAre("x-1", "x-1")) << "the first delay is 5 s at most";
  Pass(1h);
  EXPECT_THAT(receiver_.attempts(), ElementsAre("x-1", "x-1", "x-1", "x-1", "x-1", "x-1", "x-2"));
  EXPECT_THAT(receiver_.taken(), ElementsAre("x-1", "x-2"));
  EXPECT_THAT(Exposed(), HasSubstr("spillway_notify_failures_total{webhook=\"chat\"} 5\n"));
  EXPECT_THAT(LogText(), HasSubstr("notify.delivers_again webhook=chat failed_attempts=5"));
}

TEST_F(WebhooksTest, WaitAsLongAsAReceiverAsksForWithinReason) {
  receiver_.Prepare(
      {{.status = 429, .headers = {{"Retry-After", "600"}}},
       {.status = 429, .headers = {{"Retry-After", "999999999999"}}},
       {.status = 503, .headers = {{"Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"}}}});
  Start({To(receiver_)});
  Tell(1);
  Pass(599s);
  EXPECT_EQ(receiver_.attempts().size(), 1u);
  Pass(1s);
  EXPECT_EQ(receiver_.attempts().size(), 2u);
  Pass(59min);
  EXPECT_EQ(receiver_.attempts().size(), 2u);
  Pass(1min);
  EXPECT_EQ(receiver_.attempts().size(), 3u);
  Pass(1min);
  EXPECT_THAT(receiver_.taken(), ElementsAre("x-1"));
}

TEST_F(WebhooksTest, SendNothingMoreToWhoIsGoneUntilTheNextStart) {
  receiver_.Prepare({{.status = 410}});
  Start({To(receiver_)});
  Tell(3);
  Pass(1h);
  Tell(2);
  Pass(1h);
  EXPECT_THAT(receiver_.attempts(), ElementsAre("x-1"));
  EXPECT_THAT(store_.Notes("notify.event"), IsEmpty());
  EXPECT_THAT(Exposed(),
              HasSubstr("spillway_notify_lost_total{reason=\"gone\",webhook=\"chat\"} 3\n"));
  EXPECT_THAT(Exposed(), HasSubstr("spillway_notify_waiting_events{webhook=\"chat\"} 0\n"));
  Kill();
  Start({To(receiver_)}, "y");
  Tell(1);
  Pass(1s);
  EXPECT_THAT(receiver_.taken(), ElementsAre("y-1"));
}

TEST_F(WebhooksTest, GoOnAfterAKillWithTheSameIdsWithoutLossAndAfterTheDelayThatWasLeft) {
  receiver_.Prepare({{.status = 204}, {.status = 429, .headers = {{"Retry-After", "600"}}}});
  Start({To(receiver_)});
  Tell(4);
  Pass(1s);
  EXPECT_THAT(receiver_.attempts(), ElementsAre("x-1", "x-2"));
  Kill();
  Start({To(receiver_)}, "y");
  Tell(1);
  Pass(500s);
  EXPECT_THAT(receiver_.attempts(), ElementsAre("x-1", "x-2")) << "it said when";
  Pass(120s);
  EXPECT_THAT(receiver_.taken(), ElementsAre("x-1", "x-2", "x-3", "x-4", "y-1"));
}

TEST_F(WebhooksTest, ComeTwiceRatherThanNeverWhenTheServiceDiesBeforeItKnows) {
  Start({To(receiver_)});
  Tell(2);
  life_->loop.RunFor(0s);  // committed and sent; the answer is not here yet
  ASSERT_THAT(receiver_.taken(), ElementsAre("x-1"));
  Kill();
  Start({To(receiver_)}, "y");
  Pass(1s);
  EXPECT_THAT(receiver_.taken(), ElementsAre("x-1", "x-1", "x-2"));
}

TEST_F(WebhooksTest, EachGetsWhatItWantsAndOneThatFailsHoldsNobodyUp) {
  Receiver picky;
  WebhookConfig ready_only = To(picky, "ready");
  ready_only.events = {"host.ready"};
  receiver_.Prepare(std::vector<fakes::Response>(3, {.status = 500}));
  Start({To(receiver_), ready_only});
  Tell(1, HostState::kReady);
  Tell(1, HostState::kBooting);
  Tell(1, HostState::kReady);
  Pass(1s);
  EXPECT_THAT(picky.taken(), ElementsAre("x-1", "x-3"));
  EXPECT_THAT(receiver_.taken(), IsEmpty());
  EXPECT_THAT(Exposed(), HasSubstr("spillway_notify_waiting_events{webhook=\"chat\"} 3\n"));
  EXPECT_THAT(Exposed(), HasSubstr("spillway_notify_waiting_events{webhook=\"ready\"} 0\n"));
  Pass(1h);
  EXPECT_THAT(receiver_.taken(), ElementsAre("x-1", "x-2", "x-3"));
  EXPECT_THAT(store_.Notes("notify.event"), IsEmpty());
}

TEST_F(WebhooksTest, CountWhatIsLostBecauseTooManyWaitOrForTooLong) {
  receiver_.Prepare(std::vector<fakes::Response>(1000, {.status = 500}));
  WebhookConfig hook = To(receiver_);
  hook.give_up_after = 1h;
  Start({hook}, "x", {.events = 5, .bytes = 1 << 20});
  Tell(1);
  Pass(1s);
  Tell(7);
  Pass(1s);
  EXPECT_THAT(Exposed(),
              HasSubstr("spillway_notify_lost_total{reason=\"too_many\",webhook=\"chat\"} 3\n"));
  Pass(2h);
  EXPECT_THAT(Exposed(),
              HasSubstr("spillway_notify_lost_total{reason=\"too_old\",webhook=\"chat\"} 5\n"));
  EXPECT_THAT(Exposed(), HasSubstr("spillway_notify_waiting_events{webhook=\"chat\"} 0\n"));
  EXPECT_THAT(store_.Notes("notify.event"), IsEmpty());
  Kill();
  receiver_.Prepare({});
  Start({hook}, "y");
  Tell(1);
  Pass(1h);
  EXPECT_THAT(receiver_.taken(), ElementsAre("y-1")) << "the next that comes is delivered";
}

TEST_F(WebhooksTest, TellNeitherSecretNorAddressWhenTheyFail) {
  WebhookConfig hook = To(receiver_);
  hook.url.clear();
  hook.secret_url.file = scratch_.Write("url", "http://127.0.0.1:1/services/very-secret-path");
  Start({hook});
  Tell(1);
  Pass(1min);
  const std::string log = LogText();
  EXPECT_THAT(log, HasSubstr("notify.not_delivered webhook=chat event=x-1"));
  EXPECT_THAT(log, Not(HasSubstr("very-secret-path")));
  EXPECT_THAT(log, Not(HasSubstr("MfKQ9r8GKYqr")));
}

TEST_F(WebhooksTest, DoNotStartWithoutTheirSecretOrWithABadOne) {
  const auto error = [&](const WebhookConfig& hook) {
    try {
      Start({hook});
    } catch (const std::runtime_error& e) {
      return std::string(e.what());
    }
    return std::string("it started");
  };
  WebhookConfig hook = To(receiver_);
  hook.secret = {.file = scratch_.File("nowhere")};
  EXPECT_EQ(error(hook), "notify: the secret of the webhook chat is not in the file " +
                             scratch_.File("nowhere"));
  hook.secret = {.file = scratch_.Write("weak", "hunter2")};
  EXPECT_THAT(error(hook), HasSubstr("notify: the secret of the webhook chat: expected whsec_"));
  hook = To(receiver_);
  hook.url.clear();
  hook.secret_url = {.file = scratch_.Write("url", "http://hooks.example.org/secret-path")};
  EXPECT_THAT(error(hook), HasSubstr("nothing is encrypted"));
  EXPECT_THAT(error(hook), Not(HasSubstr("secret-path")));
}

}  // namespace
}  // namespace spillway
