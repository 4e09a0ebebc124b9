#include "providers/none/none_config.h"

#include <memory>

#include "providers/node/node_config.h"
#include "providers/none/none_registrar.h"

namespace spillway {

MakeRegistrar ParseNoneRegistrar(const std::string& name, const ConfigNode& node) {
  NoneSettings settings;
  settings.nodes = ParseNodeAccess(node);
  settings.parallel_calls =
      node.Integer("parallel_calls").Between(1, 256).Or(settings.parallel_calls);
  if (node.Has("node")) {
    const ConfigNode setup = node["node"];
    settings.nodes.setup = ParseNodeSetup(setup);
    setup.Finish();
  }
  return [name, settings](const PluginContext&) -> std::unique_ptr<Registrar> {
    return std::make_unique<NoneRegistrar>(name, settings);
  };
}

}  // namespace spillway
