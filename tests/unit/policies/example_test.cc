// The worked example of policies/README.md: what stands between the markers is the same in both.

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

// [example]
#include "policies/policy.h"
#include "policies/signal_config.h"
#include "policies/unknown.h"

namespace spillway {

// As many hosts more as the guests need that wait for a place.
class WaitingGuestsPolicy final : public Policy {
 public:
  WaitingGuestsPolicy(std::string name, SignalSpec waiting, std::int64_t guests_per_host)
      : Policy(std::move(name)), waiting_(std::move(waiting)), guests_per_host_(guests_per_host) {}

  std::span<const SignalSpec> signals() const override { return {&waiting_, 1}; }

  Recommendation Evaluate(const PolicyInput& input) override {
    const Signal& signal = input.signals[0];
    if (auto why = WhyUnknown(signal, waiting_)) return CannotTell({}, input, *std::move(why));

    const auto waiting = static_cast<std::int64_t>(std::max(signal.value, 0.0));
    const std::int64_t hosts = (waiting + guests_per_host_ - 1) / guests_per_host_;
    const Capacity wanted = input.cluster.ready + input.cluster.host_size * hosts;
    Reason reason{
        "waiting_guests", std::to_string(waiting) + " guests wait for a place", {{"hosts", hosts}}};
    return TargetBySignal(signal, waiting_, input.now, Max(wanted, input.cluster.usable),
                          std::move(reason));
  }

 private:
  const SignalSpec waiting_;
  const std::int64_t guests_per_host_;
};

// In builtin.cc: PolicyKind{"guests_per_host", ParseWaitingGuests}.
std::unique_ptr<Policy> ParseWaitingGuests(const std::string& name, const ConfigNode& node,
                                           const PolicyContext& /*context*/) {
  SignalSpec waiting = ParseSignal(node["signal"]);
  const std::int64_t guests_per_host = node.Integer("guests_per_host").Between(1, 1000).Required();
  node.Finish();
  if (guests_per_host < 1) return nullptr;  // the error is recorded in the node
  return std::make_unique<WaitingGuestsPolicy>(name, std::move(waiting), guests_per_host);
}

}  // namespace spillway
// [/example]

#include "policies/script/script.h"
#include "tests/support/paths.h"
#include "tests/support/scratch_dir.h"
#include "tests/unit/policies/policy_case.h"

namespace spillway {
namespace {

using namespace testing;

std::string BetweenMarkers(const std::string& path, const std::string& from,
                           const std::string& to) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  const std::size_t begin = text.str().find(from);
  const std::size_t end = text.str().find(to, begin);
  if (begin == std::string::npos || end == std::string::npos) return "no markers in " + path;
  return text.str().substr(begin + from.size(), end - begin - from.size());
}

TEST(Example, IsTheOneOfTheReadme) {
  const std::string root = SourcePath("");
  EXPECT_EQ(BetweenMarkers(root + "/policies/README.md", "```cpp\n", "```\n"),
            BetweenMarkers(root + "/tests/unit/policies/example_test.cc", "// [example]\n",
                           "// [/example]\n"));
}

TEST(Example, GrowsByTheHostsThatTheWaitingGuestsNeed) {
  ConfigText text("{signal: {metric: waiting, function: last}, guests_per_host: 10}");
  const auto policy = ParseWaitingGuests("fit", text.document.Root(), {"edge", kHostSize});
  ASSERT_THAT(text.Errors(), ::testing::IsEmpty());
  EXPECT_EQ(Evaluate(*policy, AView(2), {ASignal(11)}).wanted, kHostSize * 4);
  EXPECT_EQ(Evaluate(*policy, AView(2, 3), {ASignal(11)}).wanted, kHostSize * 5);
  EXPECT_EQ(Evaluate(*policy, AView(2), {ASignal(0)}).wanted, kHostSize * 2);
}

TEST(Example, InLuaSaysTheSame) {
  const std::string text = BetweenMarkers(SourcePath("policies/README.md"), "```lua\n", "```\n");
  const ScratchDir scratch;
  ConfigText yaml("{file: \"" + scratch.Write("waiting_guests.lua", text) +
                  "\", signals: [{metric: waiting_guests, name: waiting, function: last}]}");
  const auto policy = ParseScript("fit", yaml.document.Root(), {"edge", kHostSize});
  ASSERT_THAT(yaml.Errors(), ::testing::IsEmpty());
  const auto waiting = [](double guests) {
    Signal signal = ASignal(guests);
    signal.name = "waiting";
    return std::vector<Signal>{signal};
  };
  const auto r = Evaluate(*policy, AView(2), waiting(11));
  EXPECT_EQ(r.wanted, kHostSize * 4) << r.reason.text;
  EXPECT_EQ(r.reason.code, "waiting_guests");
  EXPECT_EQ(r.reason.text, "11 guests wait for a place");
  EXPECT_EQ(Evaluate(*policy, AView(2, 3), waiting(11)).wanted, kHostSize * 5);
  EXPECT_EQ(Evaluate(*policy, AView(2), waiting(0)).wanted, kHostSize * 2);
}

}  // namespace
}  // namespace spillway
