// The configuration of clusters without a manager:
//
//   type: none
//   probe: {ssh_port: 22, timeout: 5s}
//   ssh: {…}                # these three: node/node_config.h
//   node: {…}
//   parallel_calls: 16      # at a time and lane
#pragma once

#include <string>

#include "providers/builtin.h"

namespace spillway {

MakeRegistrar ParseNoneRegistrar(const std::string& name, const ConfigNode& node);

}  // namespace spillway
