#include "providers/ssh/ssh_probe.h"

#include <string_view>

#include "scaler/runtime/tcp_probe.h"

namespace spillway {

Result<Done> ProbeSsh(const std::string& address, int port, Duration timeout) {
  const Result<std::string> banner = ReadBanner(address, port, timeout);
  if (!banner) return banner.error();
  if (std::string_view(*banner).substr(0, 4) == "SSH-") return Done{};
  return Error{ErrorKind::kTransient, "ssh " + address + ":" + std::to_string(port), "",
               "expected a line that begins with SSH-"};
}

}  // namespace spillway
