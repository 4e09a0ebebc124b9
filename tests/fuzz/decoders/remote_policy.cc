#include <nlohmann/json.hpp>

#include "policies/remote/conversation.h"
#include "policies/remote/switchboard.h"
#include "tests/fuzz/decoders/decoders.h"

namespace spillway::fuzz {
namespace {

const Time kStart = Time(std::chrono::seconds(1'795'428'000));
constexpr Capacity kHostSize{8, 32 * 1024};

void RequireSense(const Recommendation* says, const RemoteRules& rules) {
  if (says == nullptr) return;
  Require(says->wanted.vcpu >= 0 && says->wanted.memory_mib >= 0, "what is wanted is not negative");
  Require(says->wanted.vcpu <= kHostSize.vcpu * rules.most_hosts, "nor absurd");
}

}  // namespace

// Messages of a worker, one on each line: the last word of its topic, a blank, and the payload. The
// service asks before each of them; the first question has the number 1.
void EatRemotePolicy(std::string_view bytes) {
  const RemoteRules rules{.worker = "forecaster", .signals = {}};
  Conversation conversation("edge", "forecaster", kHostSize, rules);
  Switchboard switchboard([](const bus::PeerMessage& message) {
    Require(nlohmann::json::accept(message.payload), "what is sent is JSON");
    return true;
  });
  conversation.LinkTo("e1", [&](Conversation& asking, const nlohmann::json& question) {
    return switchboard.Ask(asking, question);
  });
  switchboard.Add(conversation);
  switchboard.OnMessage({"p", std::string(kHelloTopic), R"({"policies": ["forecaster"]})"}, kStart);

  Time now = kStart;
  for (std::string_view rest = bytes; !rest.empty();) {
    const auto [line, next] = SplitAt(rest, "\n");
    const auto [topic, payload] = SplitAt(line, " ");
    ClusterView cluster;
    cluster.name = "edge";
    cluster.host_size = kHostSize;
    conversation.Ask({now, cluster, {}});
    switchboard.OnMessage({"p", "spillway/1/policy/" + std::string(topic), std::string(payload)},
                          now);
    RequireSense(conversation.Holding(now), rules);
    conversation.WhyNot(now);
    now += std::chrono::seconds(1);
    rest = next;
  }
}

}  // namespace spillway::fuzz
