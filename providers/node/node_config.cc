#include "providers/node/node_config.h"

#include <regex>

namespace spillway {
namespace {

FirecrackerRelease ParseRelease(const ConfigNode& node) {
  FirecrackerRelease release;
  release.url = node.String("url").Required();
  static const std::regex kUrl(R"(https?://\S+)");
  if (!release.url.empty() && !std::regex_match(release.url, kUrl)) {
    node["url"].Fail("expected an http or https address of a release archive");
  }
  release.sha256 = node.String("sha256").Required();
  static const std::regex kSum("[0-9a-f]{64}");
  if (!release.sha256.empty() && !std::regex_match(release.sha256, kSum)) {
    node["sha256"].Fail("expected the archive's SHA-256: 64 digits of 0-9 and a-f");
  }
  node.Finish();
  return release;
}

}  // namespace

NodeSettings ParseNodeAccess(const ConfigNode& registrar) {
  NodeSettings settings;
  const ConfigNode probe = registrar["probe"];
  settings.ssh_port = probe.Integer("ssh_port").Between(1, 65535).Or(settings.ssh_port);
  settings.port_timeout = probe.DurationOf("timeout")
                              .Between(std::chrono::milliseconds(100), std::chrono::minutes(1))
                              .Or(settings.port_timeout);
  probe.Finish();
  if (registrar.Has("ssh")) settings.ssh = ParseSsh(registrar["ssh"], settings.ssh_port);
  return settings;
}

NodeSetup ParseNodeSetup(const ConfigNode& node) {
  NodeSetup setup;
  setup.ssh_authorized_keys = node.Strings("ssh_authorized_keys").Or({});
  if (node.Has("firecracker")) setup.firecracker = ParseRelease(node["firecracker"]);
  return setup;
}

}  // namespace spillway
