#include "providers/none/none_config.h"

#include <memory>

#include "providers/node/node_config.h"
#include "providers/none/none_registrar.h"

namespace spillway {

MakeRegistrar ParseNoneRegistrar(const std::string& name, const ConfigNode& node) {
  NoneSettings settings;
  const ConfigNode probe = node["probe"];
  settings.ssh_port = probe.Integer("ssh_port").Between(1, 65535).Or(22);
  settings.probe_timeout = probe.DurationOf("timeout")
                               .Between(std::chrono::milliseconds(100), std::chrono::minutes(1))
                               .Or(settings.probe_timeout);
  probe.Finish();
  settings.parallel_calls =
      node.Integer("parallel_calls").Between(1, 256).Or(settings.parallel_calls);
  if (node.Has("node")) {
    const ConfigNode setup = node["node"];
    settings.node = ParseNodeSetup(setup);
    setup.Finish();
  }
  return [name, settings](const PluginContext&) -> std::unique_ptr<Registrar> {
    return std::make_unique<NoneRegistrar>(name, settings);
  };
}

}  // namespace spillway
