// The demo itself: the real service in a time lapse, fed over real ZeroMQ, with a painter looking
// on.
#pragma once

#include <iosfwd>
#include <memory>
#include <string>

#include "bus/sample_sender.h"
#include "scaler/app/service.h"
#include "scaler/cli/commands.h"
#include "scaler/cli/demo/load_profile.h"
#include "scaler/cli/demo/painter.h"
#include "scaler/cli/demo/scorecard.h"
#include "scaler/runtime/clock.h"
#include "scaler/runtime/event_loop.h"
#include "scaler/runtime/temporary_directory.h"

namespace spillway {

class DemoRun {
 public:
  // Plays `profile` against the first cluster of `config`. `out` outlives it.
  DemoRun(AppConfig config, LoadProfile profile, const DemoOptions& options, PainterStyle style,
          std::ostream& out);
  ~DemoRun();
  DemoRun(const DemoRun&) = delete;
  DemoRun& operator=(const DemoRun&) = delete;

  // Until the profile has ended and all is given back. False when machines are left over.
  bool Run();

 private:
  void Tick();
  void Feed(Duration since_start);
  void Show();
  void OnHost(const HostRecord& host);
  bool IsOver(Duration since_start) const;

  // For its store: what it says of simulated machines is of no use to anybody afterwards.
  const TemporaryDirectory scratch_{"spillway-demo"};
  const ClusterSpec cluster_;
  const LoadProfile profile_;  // in vCPU
  std::ostream& out_;
  const SystemClock clock_;
  const Time start_;
  Log log_;
  Service service_;
  bus::SampleSender sender_;
  std::vector<std::string> providers_;
  Scorecard card_;
  Painter painter_;
  std::vector<HostRecord> gone_;
};

}  // namespace spillway
