#include "providers/opennebula/opennebula_config.h"

#include <fstream>
#include <limits>
#include <memory>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "providers/node/node_config.h"
#include "providers/opennebula/client/one_access.h"
#include "providers/opennebula/opennebula_registrar.h"

namespace spillway {
namespace {

constexpr int kServedConnections = 15;  // MAX_CONN of a front-end as it is shipped

// Paths of what is read when the registrar is made.
struct Files {
  std::string auth;  // empty: the conventional places
  std::string front_end_key;
  std::string repository_key;
};

std::string ReadText(const std::string& path, const std::string& expectation) {
  std::ifstream file(path);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) {
    throw std::runtime_error(path + ": cannot be read, expected " + expectation);
  }
  return std::move(text).str();
}

std::vector<int> ParseIds(const ConfigNode& node, const std::string& key) {
  std::vector<int> ids;
  for (const ConfigNode& entry : node.List(key)) {
    const std::int64_t id = entry.AsInteger();
    if (id < 0 || id > std::numeric_limits<int>::max()) entry.Fail("expected an id of 0 or more");
    ids.push_back(static_cast<int>(id));
  }
  return ids;
}

void ParseAccess(const ConfigNode& node, OpenNebulaSettings& settings) {
  if (!node["probe"].IsString()) {
    settings.nodes = ParseNodeAccess(node);
    return;
  }
  settings.probes = node.OneOf<bool>("probe", {{"none", false}}).Or(true);
  if (node.Has("ssh")) node["ssh"].Fail("is of no use where probe is none");
}

void ParseEvacuation(const ConfigNode& node, OpenNebulaSettings& settings) {
  for (const Hypervisor h : {Hypervisor::kKvm, Hypervisor::kFirecracker, Hypervisor::kLxc}) {
    const std::string key(Name(h));
    EvacuationWay& way = settings.evacuation[static_cast<std::size_t>(h)];
    way = node.OneOf<EvacuationWay>(key, {{"live", EvacuationWay::kLive},
                                          {"poweroff_migrate", EvacuationWay::kPowerOffMigrate},
                                          {"resched", EvacuationWay::kReschedule},
                                          {"wait", EvacuationWay::kWait},
                                          {"terminate", EvacuationWay::kTerminate}})
              .Or(way);
    if (way == EvacuationWay::kLive && h != Hypervisor::kKvm) {
      node[key].Fail("expected poweroff_migrate, resched, wait or terminate: guests of " + key +
                     " cannot migrate while they run");
    }
  }
  settings.moves_at_once = node.Integer("moves_at_once").Between(1, 20).Or(settings.moves_at_once);
  node.Finish();
}

// What is put into the apt source line must not add anything to it.
std::string ParseWord(const ConfigNode& node, const std::string& key, const char* pattern,
                      const std::string& expectation, std::optional<std::string> fallback) {
  const std::string word = fallback ? node.String(key).Or(*fallback) : node.String(key).Required();
  if (!word.empty() && !std::regex_match(word, std::regex(pattern))) {
    node[key].Fail("expected " + expectation);
  }
  return word;
}

NodeSetup ParseNode(const ConfigNode& node, Files& files) {
  NodeSetup setup = ParseNodeSetup(node);
  setup.opennebula = OpenNebulaNode{};
  files.front_end_key = node.String("front_end_key_file").Or("");
  if (node.Has("repository")) {
    const std::string repository = ParseWord(node, "repository", R"(https?://[^\s\[\]"'$]+)",
                                             "an http or https address", std::nullopt);
    const std::string version = ParseWord(node, "version", R"(\d+\.\d+(\.\d+)?)",
                                          "a version such as \"7.2\"", std::nullopt);
    const std::string distribution =
        ParseWord(node, "distribution", R"((Debian|Ubuntu)/\d+(\.\d+)?)",
                  "a distribution such as Debian/12 or Ubuntu/24.04", "Debian/12");
    setup.opennebula->apt_source = "deb [signed-by=$KEY_FILE] " + repository + "/" + version + "/" +
                                   distribution + " stable opennebula";
    files.repository_key = node.String("repository_key_file").Required();
  }
  node.Finish();
  return setup;
}

}  // namespace

MakeRegistrar ParseOpenNebulaRegistrar(const std::string& name, const ConfigNode& node) {
  OpenNebulaSettings settings;
  Files files;
  settings.access.endpoint = ParseOneEndpoint(node);
  settings.access.timeout = node.DurationOf("timeout")
                                .Between(std::chrono::seconds(1), std::chrono::minutes(2))
                                .Or(settings.access.timeout);
  files.auth = node.String("auth_file").Or("");
  settings.datastores = ParseIds(node, "datastores");
  settings.networks = ParseIds(node, "networks");
  settings.host_name = node.OneOf<OneHostName>("host_name", {{"address", OneHostName::kAddress},
                                                             {"id", OneHostName::kId}})
                           .Or(settings.host_name);
  settings.parallel_calls =
      node.Integer("parallel_calls").Between(1, kServedConnections / 2).Or(settings.parallel_calls);
  ParseAccess(node, settings);
  ParseEvacuation(node["evacuation"], settings);
  if (node.Has("node")) settings.nodes.setup = ParseNode(node["node"], files);

  return [name, settings, files](const PluginContext& context) -> std::unique_ptr<Registrar> {
    OpenNebulaSettings complete = settings;
    complete.access.session = ReadOneSession(files.auth);
    if (!files.front_end_key.empty()) {
      complete.nodes.setup->opennebula->front_end_key =
          ReadText(files.front_end_key, "the public SSH key of the front-end's oneadmin");
    }
    if (!files.repository_key.empty()) {
      complete.nodes.setup->opennebula->apt_key =
          ReadText(files.repository_key, "the repository's armoured public key");
    }
    return std::make_unique<OpenNebulaRegistrar>(name, std::move(complete), context.http);
  };
}

}  // namespace spillway
