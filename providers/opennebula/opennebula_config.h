// The configuration of an OpenNebula front-end:
//
//   type: opennebula
//   endpoint: "http://front-end:2633/RPC2"
//   auth_file: /etc/spillway/one_auth   # "user:password"; else $ONE_AUTH, else ~/.one/one_auth
//   datastores: [1, 100]                # ids that every cluster gets before its first host
//   networks: [3]
//   host_name: address                  # or id: what hosts are called in OpenNebula
//   timeout: 20s                        # of one request
//   parallel_calls: 4                   # at a time and lane, 1 to 7: the front-end serves 15
//   probe: {ssh_port: 22, timeout: 5s}  # or none: machines that run are taken for configured
//   ssh: {…}                            # ssh/ssh_config.h; none: the port alone is looked at
//   evacuation:                         # live, poweroff_migrate, resched, wait or terminate
//     kvm: live                         # live: for KVM only
//     lxc: poweroff_migrate
//     firecracker: poweroff_migrate
//     moves_at_once: 3                  # guests of one host
//   node:                               # none: fresh machines are told nothing
//     …                                 # the keys of node/node_config.h, and
//     front_end_key_file: /var/lib/one/.ssh/id_ed25519.pub
//     repository: "https://…/repo"      # of packages; none: the image has them already
//     repository_key_file: /etc/spillway/opennebula.asc
//     version: "7.2"                    # the front-end's; Firecracker needs 6.8 or older
//     distribution: Debian/12           # the image's
#pragma once

#include <string>

#include "providers/builtin.h"

namespace spillway {

// Making reads the files and throws std::runtime_error, naming file and expectation.
MakeRegistrar ParseOpenNebulaRegistrar(const std::string& name, const ConfigNode& node);

}  // namespace spillway
