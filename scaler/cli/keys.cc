#include <fmt/core.h>

#include "bus/curve.h"
#include "scaler/cli/commands.h"
#include "scaler/cli/output.h"

namespace spillway {

int NewKey(const NewKeyOptions& options) {
  const bus::CurveKeys keys = bus::MakeCurveKeys();
  bus::WriteKeyFile(options.file, keys);
  if (!options.clients.empty()) bus::AddToAllowList(options.clients, options.name, keys.public_key);
  fmt::print(stderr, "{}: a new key; its owner alone can read it{}\n", options.file,
             options.clients.empty() ? "" : ", and " + options.clients + " lets it in");
  Print(keys.public_key + "\n");
  return kOk;
}

int ShowKey(const std::string& file) {
  Print(bus::ReadKeyFile(file).public_key + "\n");
  return kOk;
}

}  // namespace spillway
