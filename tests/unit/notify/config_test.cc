#include "scaler/notify/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

struct Read {
  std::vector<WebhookConfig> hooks;
  std::vector<ConfigError> errors;
};

Read Parse(const std::string& entries) {
  std::map<std::string, int> lines;
  const nlohmann::json tree = ReadYaml("webhooks:\n" + entries, lines);
  ConfigDocument document(tree, lines);
  Read read;
  read.hooks = ParseWebhooks(document.Root(), {"edge", "far"});
  read.errors = document.Errors();
  return read;
}

TEST(WebhookConfig, IsReadWhole) {
  const Read read = Parse(
      "- name: chat\n"
      "  url: {variable: CHAT_URL}\n"
      "  secret: {file: /etc/spillway/chat.secret}\n"
      "  events: [decision.grow, host]\n"
      "  clusters: [edge]\n"
      "  timeout: 5s\n"
      "  give_up_after: 1h\n"
      "- {name: audit, url: \"https://audit.example.org/in\", secret: {variable: AUDIT}}\n");
  ASSERT_THAT(read.errors, IsEmpty());
  ASSERT_EQ(read.hooks.size(), 2u);
  EXPECT_EQ(read.hooks[0].secret_url.variable, "CHAT_URL");
  EXPECT_EQ(read.hooks[0].secret.file, "/etc/spillway/chat.secret");
  EXPECT_EQ(read.hooks[0].timeout, std::chrono::seconds(5));
  EXPECT_EQ(read.hooks[0].give_up_after, std::chrono::hours(1));
  EXPECT_EQ(read.hooks[1].url, "https://audit.example.org/in");
}

TEST(WebhookConfig, TellsEachMistakeWithItsPlace) {
  const Read read = Parse(
      "- {name: a, url: \"https://a.example.org\"}\n"
      "- {name: a, url: \"http://b.example.org\", secret: {variable: B}}\n"
      "- {name: c, url: \"ftp://c\", secret: {variable: C, file: d}, events: [hosts],\n"
      "   clusters: [moon]}\n");
  std::vector<std::string> paths;
  for (const ConfigError& error : read.errors) paths.push_back(error.path);
  EXPECT_THAT(paths,
              UnorderedElementsAre("webhooks[0].secret", "webhooks[1].url", "webhooks[1].name",
                                   "webhooks[2].url", "webhooks[2].secret", "webhooks[2].events[0]",
                                   "webhooks[2].clusters[0]"));
}

TEST(WebhookConfig, WantsKindsByTheirWholeWords) {
  struct Row {
    std::vector<std::string> events;
    std::string kind;
    bool wants;
  };
  const std::vector<Row> table = {
      {{}, "host.ready", true},
      {{"host"}, "host.ready", true},
      {{"host"}, "decision.grow", false},
      {{"host.ready"}, "host.ready", true},
      {{"host.ready"}, "host.removing", false},
      {{"decision", "host.failed"}, "host.failed", true},
  };
  for (const Row& row : table) {
    WebhookConfig hook;
    hook.events = row.events;
    EXPECT_EQ(hook.Wants(row.kind, "edge"), row.wants) << row.kind;
    hook.clusters = {"far"};
    EXPECT_FALSE(hook.Wants(row.kind, "edge"));
    EXPECT_EQ(hook.Wants(row.kind, "far"), row.wants);
  }
}

}  // namespace
}  // namespace spillway
