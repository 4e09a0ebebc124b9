#include "providers/node/readiness.h"
#include "providers/onprem/ipmi_power.h"
#include "providers/ssh/ssh_errors.h"
#include "tests/fuzz/decoders/decoders.h"

namespace spillway::fuzz {

// What programs write: the look at a node, ipmitool, ssh.
void EatNodeLook(std::string_view bytes) {
  ReadLook(bytes);
  ReadChassisPower(bytes);
  IpmiFailure("test", bytes);
  SshFailure("test", bytes, "known_hosts");
}

}  // namespace spillway::fuzz
