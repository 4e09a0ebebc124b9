#include "providers/digitalocean/digitalocean_api.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <string_view>

#include "scaler/model/rfc3339.h"
#include "scaler/runtime/http_client.h"

namespace spillway {
namespace {

using nlohmann::json;

constexpr int kPerPage = 200;  // more is an error, not less

// Numbers go as numbers, slugs and fingerprints as text.
json IdOrSlug(const std::string& text) {
  if (!IsDigitalOceanId(text)) return text;
  return json::parse(text);
}

std::string PageOf(const std::string& page, int per_page) {
  return "page=" + (page.empty() ? "1" : page) + "&per_page=" + std::to_string(per_page);
}

// The page that a link leads to. Links are never followed as they are: they could lead elsewhere.
std::string PageNumber(std::string_view link) {
  const std::string_view parameter = "page=";
  for (std::size_t at = link.find('?'); at != link.npos; at = link.find('&', at + 1)) {
    const std::string_view rest = link.substr(at + 1);
    if (rest.starts_with(parameter)) {
      return std::string(rest.substr(parameter.size(), rest.find('&') - parameter.size()));
    }
  }
  // As it is, and so as a cursor that gives an error.
  return std::string(link);
}

// What may be missing, or null, when the token lacks a right: then empty.
const json& MemberOrNone(const json& object, const char* key) {
  static const json kNone = nullptr;
  const auto member = object.find(key);
  return member == object.end() ? kNone : *member;
}

std::string TextOrNone(const json& object, const char* key) {
  const json& member = MemberOrNone(object, key);
  return member.is_string() ? member.get<std::string>() : "";
}

std::vector<std::string> TextsOrNone(const json& object, const char* key) {
  const json& member = MemberOrNone(object, key);
  return member.is_null() ? std::vector<std::string>() : member.get<std::vector<std::string>>();
}

std::string NextPage(const json& answer) {
  const std::string next = TextOrNone(MemberOrNone(MemberOrNone(answer, "links"), "pages"), "next");
  return next.empty() ? "" : PageNumber(next);
}

template <class T>
DigitalOceanPage<T> ReadPage(const json& answer, const char* key, T (*read)(const json&)) {
  DigitalOceanPage<T> result;
  for (const json& entry : answer.at(key).get_ref<const json::array_t&>()) {
    try {
      result.page.items.push_back(read(entry));
    } catch (const json::exception&) {
      ++result.unreadable;
    }
  }
  result.page.next = NextPage(answer);
  result.total = answer.at("meta").at("total");
  return result;
}

// `networks` is empty while the Droplet is new.
std::string AddressOf(const json& droplet, std::string_view type) {
  for (const json& network : MemberOrNone(MemberOrNone(droplet, "networks"), "v4")) {
    if (network.at("type") == type) return network.at("ip_address");
  }
  return "";
}

Droplet ReadDropletObject(const json& object) {
  Droplet droplet;
  droplet.id = std::to_string(object.at("id").get_ref<const json::number_unsigned_t&>());
  droplet.status = object.at("status");
  droplet.region = object.at("region").at("slug");
  droplet.size = object.at("size_slug");
  droplet.public_address = AddressOf(object, "public");
  droplet.private_address = AddressOf(object, "private");
  droplet.created_at = ParseRfc3339(TextOrNone(object, "created_at")).value_or(kDistantPast);
  droplet.tags = object.at("tags").get<std::vector<std::string>>();
  return droplet;
}

DigitalOceanRegion ReadRegion(const json& object) {
  return {object.at("slug"), object.at("available"), TextsOrNone(object, "sizes")};
}

DigitalOceanSize ReadSize(const json& object) {
  DigitalOceanSize size;
  size.slug = object.at("slug");
  size.is_available = object.at("available");
  size.vcpu = object.at("vcpus");
  size.memory_mib = object.at("memory");
  size.price_per_hour = Money::FromDouble(object.at("price_hourly").get<double>());
  size.regions = TextsOrNone(object, "regions");
  size.has_gpu = object.contains("gpu_info");
  return size;
}

}  // namespace

RestCall CreateDroplet(const DropletRequest& request) {
  json body = {{"name", request.name}, {"region", request.region},
               {"size", request.size}, {"image", IdOrSlug(request.image)},
               {"ipv6", request.ipv6}, {"monitoring", request.monitoring},
               {"tags", request.tags}, {"ssh_keys", json::array()}};
  for (const std::string& key : request.ssh_keys) body["ssh_keys"].push_back(IdOrSlug(key));
  if (!request.vpc.empty()) body["vpc_uuid"] = request.vpc;
  if (!request.user_data.empty()) body["user_data"] = request.user_data;
  return {.name = "create droplet",
          .method = "POST",
          .path = "/droplets",
          .body = std::move(body),
          .effect = Effect::kCreates};
}

RestCall GetDroplet(const std::string& id) {
  return {.name = "get droplet", .path = "/droplets/" + id};
}

RestCall ListDroplets(const std::string& tag, const std::string& page, int per_page) {
  const std::string filter = tag.empty() ? "" : "tag_name=" + PercentEncode(tag) + "&";
  return {.name = "list droplets", .path = "/droplets?" + filter + PageOf(page, per_page)};
}

RestCall DeleteDroplet(const std::string& id) {
  return {.name = "delete droplet",
          .method = "DELETE",
          .path = "/droplets/" + id,
          .effect = Effect::kRepeatable};
}

RestCall GetAction(const std::string& id) {
  return {.name = "get action", .path = "/actions/" + id};
}

RestCall GetAccount() { return {.name = "get account", .path = "/account"}; }

RestCall ListRegions(const std::string& page) {
  return {.name = "list regions", .path = "/regions?" + PageOf(page, kPerPage)};
}

RestCall ListSizes(const std::string& page) {
  return {.name = "list sizes", .path = "/sizes?" + PageOf(page, kPerPage)};
}

bool IsDigitalOceanId(const std::string& text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !text.empty() && text.size() <= 18 && text.front() != '0' &&
         std::all_of(text.begin(), text.end(), is_digit);
}

CreatedDroplet ReadCreatedDroplet(const json& answer) {
  CreatedDroplet created{ReadDroplet(answer), ""};
  for (const json& action : MemberOrNone(MemberOrNone(answer, "links"), "actions")) {
    if (TextOrNone(action, "rel") != "create") continue;
    created.action = std::to_string(action.at("id").get<std::int64_t>());
  }
  return created;
}

Droplet ReadDroplet(const json& answer) { return ReadDropletObject(answer.at("droplet")); }

DigitalOceanPage<Droplet> ReadDroplets(const json& answer) {
  return ReadPage(answer, "droplets", ReadDropletObject);
}

std::string ReadActionStatus(const json& answer) { return answer.at("action").at("status"); }

DigitalOceanAccount ReadAccountAnswer(const json& answer) {
  const json& account = answer.at("account");
  return {account.at("status"), TextOrNone(account, "status_message"), account.at("droplet_limit")};
}

DigitalOceanPage<DigitalOceanRegion> ReadRegions(const json& answer) {
  return ReadPage(answer, "regions", ReadRegion);
}

DigitalOceanPage<DigitalOceanSize> ReadSizes(const json& answer) {
  return ReadPage(answer, "sizes", ReadSize);
}

}  // namespace spillway
