#include "bus/adapters/opennebula/opennebula.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <sstream>

#include "bus/adapters/opennebula/one_events.h"
#include "bus/adapters/opennebula/one_source.h"
#include "tests/fakes/opennebula.h"
#include "tests/support/adapter_world.h"
#include "tests/support/paths.h"
#include "tests/support/scratch_dir.h"
#include "tests/support/time.h"
#include "tests/unit/bus/pumped_loop.h"

namespace spillway::adapters {
namespace {

using namespace spillway::testing;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr int kDatastore = 1;

OneSourceConfig ConfigFor(const std::string& endpoint, Duration timeout = 20s) {
  OneSourceConfig config;
  config.access = {endpoint, Secret("oneadmin:opennebula"), timeout};
  return config;
}

// A source that asks the fake.
class Asking {
 public:
  explicit Asking(OneSourceConfig config) : source_(std::move(config), http_, "one") {}
  Pulled Pull() { return source_.Pull(At(0s)); }

 private:
  HttpClient http_;
  OneSource source_;
};

std::optional<double> Value(const Pulled& pulled, const std::string& metric,
                            const std::pair<std::string, std::string>& label) {
  for (const Reading& reading : pulled.readings) {
    const bool has_it =
        std::find(reading.labels.begin(), reading.labels.end(), label) != reading.labels.end();
    if (reading.metric == metric && has_it) return reading.value;
  }
  return std::nullopt;
}

TEST(OneSource, TellsWhatAFrontEndSays) {
  fakes::OpenNebula one;
  const int host = one.AddHost("h", "kvm", 0);
  one.AddGuest({.cpu_percent = 400, .memory_mib = 4096, .host = host});
  one.SetUse(host,
             {std::chrono::duration_cast<std::chrono::seconds>(kStart.time_since_epoch()).count(),
              200, 8 << 20});
  const Pulled pulled = Asking(ConfigFor(one.endpoint())).Pull();
  ASSERT_FALSE(pulled.failure) << pulled.failure->detail;
  const std::pair<std::string, std::string> cluster = {"cluster", "default"};
  EXPECT_EQ(Value(pulled, "one_capacity_vcpu", cluster), 8);
  EXPECT_EQ(Value(pulled, "one_cpu_allocation", cluster), 0.5);
  EXPECT_EQ(Value(pulled, "one_cpu_use", cluster), 0.25);
  EXPECT_EQ(Value(pulled, "one_memory_use", cluster), 0.5);
  EXPECT_EQ(Value(pulled, "one_running_guests", cluster), 1);
  EXPECT_FALSE(pulled.again_in);
}

TEST(OneSource, AGuestIsLookedAtSoonUntilItIsTriedAndToldOfOnceMoreWhenItHasAPlace) {
  fakes::OpenNebula one;
  one.AddHost("h", "kvm", 0);
  const int other = one.AddGuest({.cpu_percent = 800, .memory_mib = 1, .host = 0});
  const int guest = one.AddWaitingGuest({.cpu_percent = 150, .memory_mib = 1024}, kDatastore);
  Asking asking(ConfigFor(one.endpoint()));
  const Pulled untried = asking.Pull();
  EXPECT_EQ(Value(untried, "one_waiting_guests", {"reason", "untried"}), 1);
  EXPECT_EQ(untried.again_in, Duration(5s));
  one.Advance();
  const Pulled tried = asking.Pull();
  EXPECT_EQ(Value(tried, "one_waiting_guests", {"reason", "capacity"}), 1);
  EXPECT_FALSE(tried.again_in);
  const std::pair<std::string, std::string> label = {"guest", std::to_string(guest)};
  EXPECT_EQ(Value(tried, "one_waiting_guest", label), 1);
  one.RemoveGuest(other);
  one.Advance();
  const Pulled placed = asking.Pull();
  EXPECT_EQ(Value(placed, "one_waiting_guests", {"reason", "capacity"}), 0);
  EXPECT_EQ(Value(placed, "one_waiting_guest", label), 0);
  EXPECT_EQ(Value(asking.Pull(), "one_waiting_guest", label), std::nullopt);
}

TEST(OneSource, HalfOfAnAnswerIsNone) {
  struct Row {
    fakes::OneFault fault;
    Loss reason;
  };
  using enum fakes::OneFault;
  const Row rows[] = {
      {kLostRequest, Loss::kNoAnswer}, {kLostAnswer, Loss::kNoAnswer}, {kHang, Loss::kNoAnswer},
      {kHttp500, Loss::kNoAnswer},     {kRpcFault, Loss::kNoAnswer},   {kElection, Loss::kNoAnswer},
      {kGarbage, Loss::kNoAnswer},     {kEcho, Loss::kNoAnswer},
  };
  for (const char* method : {"one.vmpool.infoextended", "one.clusterpool.info", "one.hostpool.info",
                             "one.hostpool.monitoring"}) {
    for (const Row& row : rows) {
      fakes::OpenNebula one;
      one.FailNext(method, row.fault);
      const Pulled pulled =
          Asking(ConfigFor(one.endpoint(), row.fault == kHang ? 500ms : 20s)).Pull();
      ASSERT_TRUE(pulled.failure) << method << " " << static_cast<int>(row.fault);
      EXPECT_EQ(pulled.failure->reason, row.reason) << method << ": " << pulled.failure->detail;
      EXPECT_THAT(pulled.failure->detail, HasSubstr(method));
      EXPECT_THAT(pulled.failure->detail, Not(HasSubstr("oneadmin:")));
      EXPECT_THAT(pulled.readings, IsEmpty());
      EXPECT_FALSE(Asking(ConfigFor(one.endpoint())).Pull().failure) << "it was for once";
    }
  }
}

TEST(OneSource, WhoIsNotLetInAndWhoIsNotThereAreToldApart) {
  fakes::OpenNebula one({.session = "oneadmin:another"});
  const Pulled denied = Asking(ConfigFor(one.endpoint())).Pull();
  EXPECT_EQ(denied.failure.value().reason, Loss::kDenied);
  EXPECT_THAT(denied.failure->detail, Not(HasSubstr(":opennebula")));
  std::string nobody;
  { nobody = fakes::OpenNebula().endpoint(); }
  EXPECT_EQ(Asking(ConfigFor(nobody)).Pull().failure.value().reason, Loss::kNoAnswer);
}

// What a listener said, in the order in which it said it.
class Heard {
 public:
  NewsReader Reader() {
    return {[this] { Add("news"); },
            [this](Lost lost) { Add(std::string(Name(lost.reason)) + " " + lost.detail); }};
  }
  std::vector<std::string> all() {
    const std::lock_guard lock(mutex_);
    return all_;
  }
  std::size_t Count(const std::string& part) {
    const std::vector<std::string> words = all();
    return static_cast<std::size_t>(std::count_if(
        words.begin(), words.end(), [&](const auto& w) { return w.find(part) != w.npos; }));
  }
  bool WaitForCount(const std::string& part, std::size_t count) {
    return PumpedLoop().PumpUntil([&] { return Count(part) >= count; });
  }

 private:
  void Add(std::string what) {
    const std::lock_guard lock(mutex_);
    all_.push_back(std::move(what));
  }

  std::mutex mutex_;
  std::vector<std::string> all_;
};

constexpr std::size_t kTopics = 7;

TEST(OneEvents, AConnectionAndWhatChangesTheFiguresAreNews) {
  fakes::OneEventSocket socket;
  bus::Context context;
  Heard heard;
  const auto listening = ListenToOne(context, socket.endpoint(), heard.Reader());
  ASSERT_TRUE(heard.WaitForCount("news", 1)) << "what was said before is not known";
  ASSERT_TRUE(socket.WaitForSubscriptions(kTopics));
  socket.PublishState("VM", "PENDING", "LCM_INIT", 7);
  EXPECT_TRUE(heard.WaitForCount("news", 2)) << "under two topics, of which one is asked for";
  socket.PublishState("IMAGE", "READY", "", 7);
  socket.Publish("EVENT API one.hostpool.monitoring 1", "<CALL_INFO/>");
  socket.PublishState("VM", "ACTIVE", "HOTPLUG", 7);
  socket.PublishState("HOST", "ERROR", "", 3);
  EXPECT_TRUE(heard.WaitForCount("news", 3));
  EXPECT_EQ(heard.all().size(), 3u) << "the others are not listened to";
}

TEST(OneEvents, WhatIsNoEventIsCountedAndDoesNoHarm) {
  fakes::OneEventSocket socket;
  bus::Context context;
  Heard heard;
  const auto listening = ListenToOne(context, socket.endpoint(), heard.Reader());
  ASSERT_TRUE(socket.WaitForSubscriptions(kTopics));
  const std::string topic = "EVENT STATE HOST/ERROR//3 ";
  socket.PublishFrames({topic});
  socket.PublishFrames({topic, "a", "b"});
  socket.PublishFrames({topic, std::string("\0\xff%%%", 5)});
  EXPECT_TRUE(heard.WaitForCount("news", 2)) << "the text is not read";
  EXPECT_EQ(heard.Count("bad_body"), 2u);
}

TEST(OneEvents, AnEndOfTheConnectionIsToldAndTheNextOneIsNews) {
  auto socket = std::make_unique<fakes::OneEventSocket>();
  const std::string endpoint = socket->endpoint();
  bus::Context context;
  Heard heard;
  const auto listening = ListenToOne(context, endpoint, heard.Reader());
  ASSERT_TRUE(heard.WaitForCount("news", 1));
  socket.reset();
  EXPECT_TRUE(heard.WaitForCount("no_answer", 1));
  socket = std::make_unique<fakes::OneEventSocket>(endpoint);
  EXPECT_TRUE(heard.WaitForCount("news", 2));
  ASSERT_TRUE(socket->WaitForSubscriptions(kTopics));
  socket->PublishState("VM", "DONE", "LCM_INIT", 7);
  EXPECT_TRUE(heard.WaitForCount("news", 3));
}

TEST(OneEvents, OfARecordedDayThoseThatMatterAreHeard) {
  std::ifstream file(SourcePath("../shared/facts/opennebula-captures/event-topics.json"));
  std::ifstream text(SourcePath("../shared/facts/opennebula-captures/event-EVENT_VM.xml"));
  if (!file || !text) GTEST_SKIP() << "the recorded events are not here";
  std::stringstream body;
  body << text.rdbuf();
  fakes::OneEventSocket socket;
  bus::Context context;
  Heard heard;
  const auto listening = ListenToOne(context, socket.endpoint(), heard.Reader());
  ASSERT_TRUE(heard.WaitForCount("news", 1));
  ASSERT_TRUE(socket.WaitForSubscriptions(kTopics));
  std::size_t expected = 1;
  for (const auto& topic : nlohmann::json::parse(file)) {
    const auto words = topic.get<std::string>();
    const bool is_of_a_guest =
        words.find("VM/PENDING") != words.npos || words.find("VM/ACTIVE/LCM_INIT") != words.npos ||
        words.find("VM/ACTIVE/RUNNING") != words.npos || words.find("VM/DONE") != words.npos;
    const bool is_of_a_cluster = words.find("one.cluster.") != words.npos;
    const bool is_of_a_host = words.find("STATE HOST/") != words.npos;
    if (is_of_a_guest || is_of_a_cluster || is_of_a_host) ++expected;
    socket.Publish(words, body.str());
  }
  EXPECT_GT(expected, 20u);
  EXPECT_TRUE(heard.WaitForCount("news", expected));
  socket.PublishFrames({"EVENT STATE HOST/ERROR//3 "});
  EXPECT_TRUE(heard.WaitForCount("bad_body", 1));
  EXPECT_EQ(heard.Count("news"), expected);
}

std::string Source(const fakes::OpenNebula& one, const std::string& auth_file,
                   const std::string& more) {
  return "sources: [{name: one, type: opennebula, endpoint: \"" + one.endpoint() +
         "\", auth_file: \"" + auth_file + "\", cluster: edge, " + more +
         ", map: [{metric: one_waiting_guest*, labels: [guest, reason]}, "
         "{metric: one_running_guests, labels: []}, {drop: true}]}]";
}

TEST(OpenNebulaAdapter, AGuestThatBeginsToWaitIsHeardAtOnce) {
  // Each list of guests is preceded by a look of the scheduler at them.
  fakes::OpenNebula one({.step_every_reads = 1, .publishes_events = true});
  one.AddHost("h", "kvm", 0);
  one.AddGuest({.cpu_percent = 800, .memory_mib = 1, .host = 0});
  const ScratchDir scratch;
  const std::string auth = scratch.Write("one_auth", "oneadmin:opennebula\n");
  AdapterWorld world(Source(one, auth, "every: 1h, events: \"" + one.events().endpoint() + "\""));
  ASSERT_TRUE(one.events().WaitForSubscriptions(kTopics));
  const auto arrives = [&](const std::string& sample) {
    return world.Until([&] {
      const auto& all = world.Arrived(0);
      return std::find(all.begin(), all.end(), sample) != all.end();
    });
  };
  ASSERT_TRUE(arrives("edge: one_running_guests{} 1"));
  const int guest = one.AddWaitingGuest({.cpu_percent = 100, .memory_mib = 1024}, kDatastore);
  EXPECT_TRUE(arrives("edge: one_waiting_guests{reason=capacity} 1"));
  EXPECT_TRUE(arrives("edge: one_waiting_guest{guest=" + std::to_string(guest) + "} 1"));
  one.RemoveGuest(guest);
  EXPECT_TRUE(arrives("edge: one_waiting_guest{guest=" + std::to_string(guest) + "} 0"));
}

TEST(OpenNebulaAdapter, MistakesOfTheConfigurationAreTold) {
  const std::string good = "endpoint: \"http://x:2633/RPC2\"";
  struct Row {
    std::string yaml;
    const char* expected;
  };
  const Row rows[] = {
      {good, ""},
      {good + ", events: \"tcp://x:2101\", every: 1m, timeout: 5s, max_age: 1m, hypervisor: lxc",
       ""},
      {"every: 1m", "endpoint: is required"},
      {"endpoint: \"http://oneadmin:x@y/RPC2\"", "endpoint: expected an address"},
      {good + ", events: \"ipc://x\"", "events: expected an address"},
      {good + ", events: \"tcp://*:2101x\"", "events: expected an address"},
      {good + ", hypervisor: xen", "hypervisor: expected one of"},
      {good + ", token: {variable: A}", "is of no use here"},
      {good + ", timout: 5s", "unknown key"},
  };
  for (const Row& row : rows) {
    const std::string errors =
        ReadAdapters("sources: [{name: o, type: opennebula, cluster: edge, " + row.yaml + "}]")
            .second;
    if (*row.expected == '\0') {
      EXPECT_EQ(errors, "") << row.yaml;
    } else {
      EXPECT_THAT(errors, HasSubstr(row.expected)) << row.yaml;
    }
  }
}

TEST(OpenNebulaAdapter, WithoutItsSessionTheServiceDoesNotStart) {
  const fakes::OpenNebula one;
  try {
    AdapterWorld world(Source(one, "/no/such/one_auth", "every: 1m"));
    FAIL() << "it was found";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/no/such/one_auth: cannot be read"));
  }
}

}  // namespace
}  // namespace spillway::adapters
