#include "bus/adapters/ingest_config.h"

#include <utility>

#include "scaler/runtime/http_place.h"

namespace spillway::adapters {
namespace {

void ParseListener(const ConfigNode& node, IngestConfig& config) {
  config.place = ParseHttpPlace(node, config.place);
  const auto bytes = [&node](const char* key, std::size_t& value) {
    constexpr std::int64_t kMost = 1 << 30;
    value = static_cast<std::size_t>(
        node.Integer(key).Between(1024, kMost).Or(static_cast<std::int64_t>(value)));
  };
  bytes("max_body_bytes", config.max_body_bytes);
  bytes("max_unpacked_bytes", config.max_unpacked_bytes);
  node.Finish();
}

const AdapterKind* ParseKind(const ConfigNode& node) {
  std::vector<std::pair<std::string_view, const AdapterKind*>> kinds;
  for (const AdapterKind& kind : BuiltinAdapters()) kinds.emplace_back(kind.kind, &kind);
  return node.OneOf<const AdapterKind*>("type", kinds).Required();
}

bool IsPathWord(const std::string& name) {
  constexpr std::string_view kGood = "abcdefghijklmnopqrstuvwxyz0123456789-_";
  return !name.empty() && name.size() <= 60 && name.find_first_not_of(kGood) == std::string::npos;
}

}  // namespace

IngestConfig ParseIngest(const ConfigNode& node, const std::set<std::string>& clusters) {
  IngestConfig config;
  ParseListener(node["ingest"], config);
  std::set<std::string> names;
  for (const ConfigNode& entry : node.List("sources")) {
    const std::string name = entry.String("name").Required();
    if (!IsPathWord(name)) {
      entry["name"].Fail("expected small letters, digits, - and _, since it is part of a URL");
    } else if (!names.insert(name).second) {
      entry["name"].Fail("the adapter \"" + name + "\" stands twice");
    }
    SecretSource token = ParseSecretSource(entry["token"]);
    Mapping mapping(entry, clusters);
    const AdapterKind* kind = ParseKind(entry);
    if (kind == nullptr) continue;
    ParsedAdapter adapter = kind->parse(entry);
    if (adapter.datagram && entry.Has("token")) {
      entry["token"].Fail("is not possible: there is no room for one in this protocol");
    }
    config.sources.push_back(
        {name, std::string(kind->kind), std::move(adapter), std::move(mapping), std::move(token)});
    entry.Finish();
  }
  node.Finish();
  return config;
}

}  // namespace spillway::adapters
