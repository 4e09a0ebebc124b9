#include "providers/ssh/ssh_config.h"

namespace spillway {

SshAccess ParseSsh(const ConfigNode& node, int port) {
  SshAccess access;
  access.user = node.String("user").Or(access.user);
  if (access.user.empty() || access.user.front() == '-') {
    node["user"].Fail("expected the name of a user, such as root");
  }
  access.port = node.Integer("port").Between(1, 65535).Or(port);
  SshSettings& settings = access.settings;
  settings.identity_file = node.String("identity_file").Required();
  settings.host_keys =
      node.OneOf<HostKeys>("host_keys", {{"pinned", HostKeys::kPinned},
                                         {"trust_on_first_use", HostKeys::kTrustOnFirstUse}})
          .Or(settings.host_keys);
  settings.known_hosts = node.String("known_hosts").Required();
  settings.connect_timeout = node.DurationOf("connect_timeout")
                                 .Between(std::chrono::seconds(1), std::chrono::minutes(1))
                                 .Or(settings.connect_timeout);
  node.Finish();
  return access;
}

}  // namespace spillway
