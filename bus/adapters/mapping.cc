#include "bus/adapters/mapping.h"

#include <algorithm>
#include <cmath>

namespace spillway::adapters {
namespace {

ClusterFrom ParseCluster(const ConfigNode& node, const std::set<std::string>& clusters,
                         const ClusterFrom& otherwise) {
  ClusterFrom from;
  const ConfigNode cluster = node["cluster"];
  if (cluster.IsMissing()) return otherwise;
  if (!cluster.IsString()) {
    from.label = cluster.String("label").Required();
    cluster.Finish();
    return from;
  }
  from.name = cluster.AsString();
  if (!clusters.contains(from.name)) {
    cluster.Fail("there is no cluster \"" + from.name + "\" below clusters");
  }
  return from;
}

MapRule ParseRule(const ConfigNode& node, const std::set<std::string>& clusters,
                  const ClusterFrom& cluster) {
  MapRule rule;
  rule.metric = Pattern(node.String("metric").Or("*"));
  for (const auto& [label, value] : node.Members("where")) {
    rule.where.emplace_back(label, Pattern(value.AsString()));
  }
  rule.drop = node.Boolean("drop").Or(false);
  rule.rename = node.String("rename").Or("");
  if (Pattern(rule.rename).stars() > rule.metric.stars()) {
    node["rename"].Fail("has more * than metric, which says what they stand for");
  }
  rule.scale = node.Number("scale").Or(1.0);
  rule.offset = node.Number("offset").Or(0.0);
  rule.cluster = ParseCluster(node, clusters, cluster);
  if (rule.cluster.is_missing() && !rule.drop) {
    node["cluster"].Fail("is required, here or for the whole adapter: a cluster's name, or " +
                         std::string("{label: NAME}"));
  }
  for (const auto& [from, to] : node.Members("rename_labels")) {
    rule.rename_labels.emplace_back(from, to.AsString());
  }
  rule.labels = node.Strings("labels").Optional();
  node.Finish();
  return rule;
}

std::string_view LabelOf(const Reading& reading, std::string_view name) {
  for (const auto& [label, value] : reading.labels) {
    if (label == name) return value;
  }
  return {};
}

// What the stars of the rule's pattern stand for; nothing when the rule does not fit.
std::optional<std::vector<std::string_view>> Fit(const MapRule& rule, const Reading& reading) {
  for (const auto& [label, pattern] : rule.where) {
    if (!pattern.Match(LabelOf(reading, label))) return std::nullopt;
  }
  return rule.metric.Match(reading.metric);
}

std::string Renamed(const std::string& to, const std::vector<std::string_view>& stars) {
  std::string name;
  std::size_t next = 0;
  for (const char c : to) {
    if (c == '*') {
      name += stars[next++];
    } else {
      name += c;
    }
  }
  return name;
}

std::string NewNameOf(const MapRule& rule, const std::string& label) {
  for (const auto& [from, to] : rule.rename_labels) {
    if (label == from) return to;
  }
  return label;
}

Labels LabelsOf(const MapRule& rule, const Reading& reading) {
  Labels labels;
  for (const auto& [name, value] : reading.labels) {
    if (name == rule.cluster.label) continue;
    std::string called = NewNameOf(rule, name);
    const bool is_kept = !rule.labels || std::find(rule.labels->begin(), rule.labels->end(),
                                                   called) != rule.labels->end();
    if (is_kept) labels.emplace_back(std::move(called), value);
  }
  std::sort(labels.begin(), labels.end());
  const auto is_same_name = [](const auto& a, const auto& b) { return a.first == b.first; };
  labels.erase(std::unique(labels.begin(), labels.end(), is_same_name), labels.end());
  return labels;
}

std::variant<MappedSample, Lost> Apply(const MapRule& rule, const Reading& reading,
                                       const std::vector<std::string_view>& stars) {
  if (rule.drop) return Lost{Loss::kDropped, reading.metric};
  MappedSample sample;
  const bool by_label = !rule.cluster.label.empty();
  sample.key.cluster = by_label ? LabelOf(reading, rule.cluster.label) : rule.cluster.name;
  if (sample.key.cluster.empty()) {
    return Lost{Loss::kNoCluster, reading.metric + " without the label " + rule.cluster.label};
  }
  sample.value = reading.value * rule.scale + rule.offset;
  if (!std::isfinite(sample.value)) return Lost{Loss::kNotFinite, reading.metric};
  sample.key.metric = rule.rename.empty() ? reading.metric : Renamed(rule.rename, stars);
  sample.key.labels = LabelsOf(rule, reading);
  sample.time = reading.time;
  return sample;
}

}  // namespace

Mapping::Mapping(const ConfigNode& adapter, const std::set<std::string>& clusters) {
  const ClusterFrom cluster = ParseCluster(adapter, clusters, {});
  for (const ConfigNode& rule : adapter.List("map")) {
    rules_.push_back(ParseRule(rule, clusters, cluster));
  }
  if (!rules_.empty()) return;
  rules_.emplace_back().cluster = cluster;
  if (cluster.is_missing()) {
    adapter["cluster"].Fail("is required where no rule of map has it: a cluster's name, or " +
                            std::string("{label: NAME}"));
  }
}

std::variant<MappedSample, Lost> Mapping::Map(const Reading& reading) const {
  for (const MapRule& rule : rules_) {
    if (const auto stars = Fit(rule, reading)) return Apply(rule, reading, *stars);
  }
  return Lost{Loss::kUnmapped, reading.metric};
}

}  // namespace spillway::adapters
