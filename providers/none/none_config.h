// The configuration of clusters without a manager:
//
//   type: none
//   probe: {ssh_port: 22, timeout: 5s}
//   parallel_calls: 16                          # at a time and lane
//   node: {…}                                   # node/node_config.h; none: they are told nothing
#pragma once

#include <string>

#include "providers/builtin.h"

namespace spillway {

MakeRegistrar ParseNoneRegistrar(const std::string& name, const ConfigNode& node);

}  // namespace spillway
