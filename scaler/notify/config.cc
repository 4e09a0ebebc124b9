#include "scaler/notify/config.h"

#include <algorithm>

#include "scaler/notify/event.h"
#include "scaler/runtime/http_address.h"

namespace spillway {
namespace {

template <class Known>
std::vector<std::string> ParseWords(const ConfigNode& node, const std::string& key,
                                    const Known& is_known, const std::string& expected) {
  std::vector<std::string> words;
  for (const ConfigNode& entry : node.List(key)) {
    words.push_back(entry.AsString());
    if (!is_known(words.back())) entry.Fail("expected " + expected);
  }
  return words;
}

WebhookConfig ParseWebhook(const ConfigNode& node, const std::set<std::string>& clusters) {
  WebhookConfig hook;
  hook.name = node.String("name").Required();
  hook.plain_text = node.Boolean("plain_text").Or(false);
  if (node.Has("url") && !node["url"].IsString()) {
    hook.secret_url = ParseSecretSource(node["url"]);
  } else {
    hook.url = node.String("url").Required();
    const std::string complaint = ComplaintAboutUrl(hook.url, hook.plain_text);
    if (node.Has("url") && !complaint.empty()) node["url"].Fail(complaint);
  }
  hook.secret = ParseSecretSource(node["secret"]);
  if (!node.Has("secret")) {
    node["secret"].Fail(
        "is required: where the key for signatures is, {variable: NAME} or "
        "{file: PATH}");
  }
  hook.events = ParseWords(node, "events", IsEventKind, EventKindsInWords());
  hook.clusters = ParseWords(
      node, "clusters", [&](const std::string& name) { return clusters.contains(name); },
      "a cluster of this configuration");
  hook.ca_file = node.String("ca_file").Or("");
  hook.timeout = node.DurationOf("timeout")
                     .Between(std::chrono::milliseconds(100), std::chrono::seconds(30))
                     .Or(hook.timeout);
  hook.give_up_after = node.DurationOf("give_up_after").Above(Duration(0)).Or(hook.give_up_after);
  node.Finish();
  return hook;
}

}  // namespace

bool WebhookConfig::Wants(std::string_view kind, std::string_view cluster) const {
  const auto fits = [kind](std::string_view asked) {
    return kind == asked || (kind.starts_with(asked) && kind[asked.size()] == '.');
  };
  return (events.empty() || std::any_of(events.begin(), events.end(), fits)) &&
         (clusters.empty() ||
          std::find(clusters.begin(), clusters.end(), cluster) != clusters.end());
}

std::vector<WebhookConfig> ParseWebhooks(const ConfigNode& root,
                                         const std::set<std::string>& clusters) {
  std::vector<WebhookConfig> hooks;
  std::set<std::string> names;
  for (const ConfigNode& node : root.List("webhooks")) {
    hooks.push_back(ParseWebhook(node, clusters));
    if (!names.insert(hooks.back().name).second) {
      node["name"].Fail("the webhook \"" + hooks.back().name + "\" stands twice");
    }
  }
  return hooks;
}

}  // namespace spillway
