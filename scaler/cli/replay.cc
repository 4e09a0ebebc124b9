#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "policies/text.h"
#include "scaler/app/replay_setup.h"
#include "scaler/cli/commands.h"
#include "scaler/cli/config_errors.h"
#include "scaler/cli/output.h"
#include "scaler/cli/record_text.h"
#include "scaler/cli/shadow_view.h"
#include "scaler/cli/stored_state.h"
#include "scaler/cli/table.h"
#include "scaler/model/json.h"
#include "scaler/model/names.h"
#include "scaler/model/rfc3339.h"
#include "scaler/rehearsal/shadow_json.h"

namespace spillway {
namespace {

constexpr std::size_t kToldDifferences = 40;

MakeSetup FromText() {
  return [](const std::string& configuration) { return SetupOf(configuration); };
}

// From a little before to a little behind the first byte that differs.
std::string Around(const std::string& text, std::size_t at) {
  constexpr std::size_t kBefore = 40;
  constexpr std::size_t kLength = 120;
  const std::size_t from = at > kBefore ? at - kBefore : 0;
  return text.substr(std::min(from, text.size()), kLength);
}

std::string DeviationText(const Deviation& deviation, const TextStyle& style) {
  std::size_t at = 0;
  while (at < deviation.recorded.size() && at < deviation.replayed.size() &&
         deviation.recorded[at] == deviation.replayed[at]) {
    ++at;
  }
  return fmt::format("{} {}\n", TimeText(deviation.time), Printable(deviation.cluster)) +
         Painted(style, Ink::kGood, "  - recorded " + Printable(Around(deviation.recorded, at))) +
         "\n" +
         Painted(style, Ink::kBad, "  + replayed " + Printable(Around(deviation.replayed, at))) +
         "\n";
}

// What could not be read goes to standard error; where nothing could, there is nothing to tell.
void TellDamage(const Recording& recording, bool is_empty) {
  for (const std::string& segment : recording.damaged()) {
    fmt::print(stderr, "spillway: {}; the rest of this segment is left out\n", segment);
  }
  if (is_empty && !recording.damaged().empty()) {
    throw CommandError(kFailed, "nothing of the recording could be read");
  }
}

int ShowExact(const ReplayOptions& options, const ReplaySpan& span) {
  Recording recording(options.recording);
  const ExactReplay replay = ReplayExactly(recording, FromText(), span);
  TellDamage(recording, replay.segments == 0);
  if (replay.evaluations == 0) {
    throw CommandError(kNothingThere, "nothing was evaluated in that stretch of the recording");
  }
  if (options.output != OutputFormat::kText) {
    nlohmann::json first = nlohmann::json::array();
    for (const Deviation& d : replay.first) {
      first.push_back({{"time", d.time.time_since_epoch().count()},
                       {"cluster", d.cluster},
                       {"recorded", d.recorded},
                       {"replayed", d.replayed}});
    }
    Print(InFormat(options.output, JsonText({{"segments", replay.segments},
                                             {"samples", replay.samples},
                                             {"evaluations", replay.evaluations},
                                             {"decisions", replay.decisions},
                                             {"deviations", replay.deviations},
                                             {"damaged", recording.damaged()},
                                             {"first", std::move(first)}})));
  } else {
    std::string text = fmt::format(
        "{} segment{}, {} samples: {} evaluations and the {} decisions "
        "among them run again\n",
        replay.segments, replay.segments == 1 ? "" : "s", replay.samples, replay.evaluations,
        replay.decisions);
    for (const Deviation& deviation : replay.first) {
      text += DeviationText(deviation, StyleOfStdout());
    }
    Print(text + (replay.deviations == 0
                      ? "all came out the same, byte for byte\n"
                      : fmt::format("{} came out otherwise\n", replay.deviations)));
  }
  return replay.deviations == 0 && recording.damaged().empty() ? kOk : kFailed;
}

std::string DeedText(const Deed& deed) {
  std::string text = fmt::format("{} to {}", Name(deed.verdict), CapacityText(deed.wanted));
  if (deed.taken > 0) text += fmt::format(", takes {}", deed.taken);
  if (deed.given_back > 0) text += fmt::format(", gives back {}", deed.given_back);
  return text;
}

nlohmann::json DeedJson(const Deed& deed, const std::string& why) {
  return {{"verdict", std::string(Name(deed.verdict))},
          {"wanted", deed.wanted},
          {"taken", deed.taken},
          {"given_back", deed.given_back},
          {"why", why}};
}

std::string ComparedText(const ComparedReplay& compared, const TextStyle& style) {
  Table table({{.title = "TIME"},
               {.title = "CLUSTER", .rank = 2},
               {.title = "WAS"},
               {.title = "WOULD HAVE BEEN"},
               {.title = "BECAUSE", .rank = 1, .is_cuttable = true}});
  const std::size_t told = std::min(compared.differences.size(), kToldDifferences);
  for (std::size_t i = 0; i < told; ++i) {
    const Difference& d = compared.differences[i];
    table.Add({TimeText(d.time), d.cluster, DeedText(d.recorded), DeedText(d.other), d.other_why});
  }
  std::string text = table.is_empty() ? "" : table.Text(style) + "\n";
  text +=
      fmt::format("{} decisions differ in the hosts that they take or give back, of {} evaluations",
                  compared.differences.size(), compared.evaluations);
  if (told < compared.differences.size()) {
    text += fmt::format("; the first {} are shown, --output json has all", told);
  }
  return text + "\n\n" + CompareView(compared.scores, style);
}

int ShowCompared(const ReplayOptions& options, const ReplaySpan& span) {
  ReadConfigResult read = ReadConfigFile(options.config);
  if (!read.config) {
    PrintConfigErrors(options.config, read.errors);
    return kBadConfig;
  }
  Recording recording(options.recording);
  const ComparedReplay compared =
      ReplayWith(recording, FromText(), SetupOf(std::move(*read.config)), span);
  TellDamage(recording, compared.evaluations == 0);
  if (compared.evaluations == 0) {
    throw CommandError(kNothingThere, "no cluster of " + options.config +
                                          " was evaluated in that stretch of the recording");
  }
  if (options.output == OutputFormat::kText) {
    Print(ComparedText(compared, StyleOfStdout()));
    return kOk;
  }
  nlohmann::json differences = nlohmann::json::array();
  for (const Difference& d : compared.differences) {
    differences.push_back({{"time", d.time.time_since_epoch().count()},
                           {"cluster", d.cluster},
                           {"recorded", DeedJson(d.recorded, d.recorded_why)},
                           {"other", DeedJson(d.other, d.other_why)}});
  }
  nlohmann::json scores = nlohmann::json::array();
  for (const ShadowScore& score : compared.scores) scores.push_back(ShadowJson(score));
  Print(InFormat(options.output, JsonText({{"evaluations", compared.evaluations},
                                           {"damaged", recording.damaged()},
                                           {"differences", std::move(differences)},
                                           {"scores", std::move(scores)}})));
  return kOk;
}

}  // namespace

int ReplayRecording(const ReplayOptions& options) {
  const ReplaySpan span{options.from.value_or(kDistantPast),
                        options.until.value_or(kDistantFuture)};
  return options.config.empty() ? ShowExact(options, span) : ShowCompared(options, span);
}

}  // namespace spillway
