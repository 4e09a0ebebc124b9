// The part `webhooks:` of the configuration, typed.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scaler/model/time.h"
#include "scaler/runtime/config_node.h"
#include "scaler/runtime/secret_source.h"

namespace spillway {

struct WebhookConfig {
  std::string name;
  std::string url;                    // empty: it is a secret itself
  SecretSource secret_url;            // where it then is
  SecretSource secret;                // that its events are signed with
  std::vector<std::string> events;    // kinds, "host" or "host.ready"; none: all
  std::vector<std::string> clusters;  // none: all
  std::string ca_file;                // empty: the system's
  bool plain_text = false;            // http beyond this machine is meant
  Duration timeout = std::chrono::seconds(10);
  // An event that could not be delivered for so long is let go.
  Duration give_up_after = std::chrono::hours(72);

  bool Wants(std::string_view kind, std::string_view cluster) const;
};

// `clusters`: those there are.
std::vector<WebhookConfig> ParseWebhooks(const ConfigNode& root,
                                         const std::set<std::string>& clusters);

}  // namespace spillway
