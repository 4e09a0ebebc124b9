#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "scaler/app/service.h"
#include "scaler/cli/commands.h"
#include "scaler/cli/config_errors.h"
#include "scaler/cli/demo/demo_run.h"

namespace spillway {

// Defined in a source that the build makes of config/demo.yaml.
extern const char* const kDemoConfig;

int Demo(const DemoOptions& options) {
  ReadConfigResult read = ReadConfig(kDemoConfig);
  if (!read.config) {
    PrintConfigErrors("the embedded config/demo.yaml", read.errors);
    return kBadConfig;
  }
  LoadProfile profile = options.trace.empty()
                            ? MakeDay(options.seed)
                            : Busiest(ReadTraceFile(options.trace), std::chrono::hours(24));
  DemoRun run(std::move(*read.config), std::move(profile), options,
              StyleFor(isatty(STDOUT_FILENO) != 0, std::getenv("NO_COLOR"), std::getenv("TERM")),
              std::cout);
  return run.Run() ? kOk : kFailed;
}

}  // namespace spillway
