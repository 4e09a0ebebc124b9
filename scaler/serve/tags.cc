#include "scaler/serve/tags.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "scaler/model/api_json.h"
#include "scaler/model/names.h"
#include "scaler/runtime/digest.h"
#include "scaler/serve/problem.h"

namespace spillway {
namespace {

using nlohmann::json;

std::string Quoted(const json& content) {
  constexpr std::size_t kDigits = 16;
  const std::string text = content.dump(-1, ' ', false, json::error_handler_t::replace);
  return "\"" + Sha256Hex(text).substr(0, kDigits) + "\"";
}

json OfWord(const std::optional<PersonsWord>& word) {
  return word ? ApiJson(*word) : json(nullptr);
}

// Weak tags, W/"…", are never the same: RFC 9110, 13.1.1.
bool Names(std::string_view list, std::string_view tag) {
  while (!list.empty()) {
    std::string_view one = list.substr(0, list.find(','));
    list.remove_prefix(std::min(one.size() + 1, list.size()));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (one == "*" || one == tag) return true;
  }
  return false;
}

}  // namespace

std::string TagOf(const ClusterLook& cluster, Time now) {
  const ClusterOrders orders = InForce(cluster.state.orders, now);
  json content = {{"name", cluster.spec.name}};
  if (orders.pause) {
    content["pause"] = {ApiJson(orders.pause->word), ApiJson(orders.pause->until)};
  }
  if (orders.scale) {
    content["scale"] = {ApiJson(orders.scale->word), ApiJson(orders.scale->until),
                        ApiJson(orders.scale->wanted)};
  }
  for (const auto& policy : cluster.acting) content["acting"].push_back(policy->name());
  return Quoted(content);
}

std::string TagOf(const HostRecord& host) {
  return Quoted({{"id", host.id},
                 {"goal", Name(host.goal)},
                 {"goal_by", OfWord(host.goal_by)},
                 {"leaves_guests", host.leaves_guests},
                 {"is_protected", host.is_protected},
                 {"protected_by", OfWord(host.protected_by)}});
}

void CheckMatch(const HttpQuestion& question, const std::string& tag) {
  const std::string_view expected = question.Header("if-match");
  if (expected.empty() || Names(expected, tag)) return;
  throw Problem(412, "precondition_failed",
                "it was changed meanwhile: its tag is " + tag + "; read it again")
      .With("ETag", tag);
}

}  // namespace spillway
