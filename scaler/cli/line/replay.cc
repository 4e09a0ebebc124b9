#include "scaler/cli/line/groups.h"
#include "scaler/cli/line/options.h"

namespace spillway {

void DeclareReplay(CommandLine& line) {
  auto [replay, options] = line.Add<ReplayOptions>(
      line.program(), "replay",
      "run a recording again: the same decisions, or what another configuration does",
      ReplayRecording);
  replay->add_option("recording", options.recording, "a segment, or a folder of them")->required();
  replay->add_option("--config,-c", options.config, "another configuration than the recorded one");
  AddTime(replay, "--from", options.from, "tell only what was from here on");
  AddTime(replay, "--until", options.until, "tell only what was before");
  AddOutput(replay, options.output);
}

}  // namespace spillway
