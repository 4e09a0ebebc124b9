#include "scaler/cli/watch.h"

#include <poll.h>
#include <unistd.h>

#include <iostream>
#include <optional>

#include "scaler/cli/api_state.h"
#include "scaler/cli/interruption.h"
#include "scaler/cli/live_screen.h"
#include "scaler/cli/output.h"
#include "scaler/cli/record_text.h"
#include "scaler/cli/status_view.h"
#include "scaler/model/rfc3339.h"
#include "scaler/runtime/clock.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;

constexpr Duration kPollEvery = 2s;
// Events come in bunches: each is no reason to ask at once.
constexpr Duration kAskAtMostEvery = 500ms;
// Money and signals go on without any event.
constexpr Duration kAskAtLeastEvery = 15s;
constexpr Duration kDrawEvery = 1s;

class Watch {
 public:
  Watch(ApiClient& client, const StatusOptions& options)
      : client_(client),
        output_(options.store.output),
        state_(ReadState(client)),  // what is wrong from the beginning ends the command
        asked_at_(clock_.Now()),
        screen_(std::cout, output_ == OutputFormat::kText && isatty(STDOUT_FILENO) != 0) {
    Draw();
  }

  void OnEvent() { is_stale_ = true; }

  // False when it is to end.
  bool Turn(Duration ask_every) {
    if (interruption_.came()) return false;
    const Duration since = clock_.Now() - asked_at_;
    const bool is_news = (is_stale_ && since >= kAskAtMostEvery) || since >= ask_every;
    if (is_news) Ask();
    if (is_news || (screen_.is_terminal() && clock_.Now() - drawn_at_ >= kDrawEvery)) Draw();
    return !interruption_.came();
  }

 private:
  void Ask() {
    asked_at_ = clock_.Now();
    is_stale_ = false;
    try {
      state_ = ReadState(client_);
      trouble_.clear();
    } catch (const CommandError& error) {
      trouble_ = error.what();
    }
  }

  void Draw() {
    drawn_at_ = clock_.Now();
    if (output_ != OutputFormat::kText) {
      return Print(
          InFormat(output_, JsonText({{"clusters", state_.clusters}, {"hosts", state_.hosts}})));
    }
    const TextStyle style = StyleOfStdout();
    std::string text = Hanging(style, "", client_.address() + "  " + TimeText(drawn_at_));
    if (!trouble_.empty()) text += Hanging(style, "", "As it was: " + trouble_);
    screen_.Show(text + "\n" + StatusView(state_.AsOf(drawn_at_), style), HeightOfStdout());
  }

  ApiClient& client_;
  const SystemClock clock_;
  const OutputFormat output_;
  const Interruption interruption_;
  ApiState state_;
  Time asked_at_;
  Time drawn_at_;
  bool is_stale_ = false;
  std::string trouble_;  // why there is no newer state
  LiveScreen screen_;
};

}  // namespace

int WatchStatus(ApiClient& client, const StatusOptions& options) {
  Watch watch(client, options);
  const FollowEnd end = client.Follow(
      ApiPath({"events"}), "", [&](const ServerSentEvent&) { watch.OnEvent(); },
      [&] { return watch.Turn(kAskAtLeastEvery); });
  if (end == FollowEnd::kStopped) return kOk;
  while (watch.Turn(kPollEvery)) poll(nullptr, 0, static_cast<int>(kDrawEvery.count() / 2));
  return kOk;
}

}  // namespace spillway
