#include "tests/fakes/digitalocean_account.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>

#include "tests/fakes/digitalocean_answers.h"

namespace spillway::fakes {
namespace {

using nlohmann::json;

constexpr Duration kLongestHidden = std::chrono::minutes(1);

Response Answer(int status, const json& document) {
  return {.status = status, .body = document.dump(), .content_type = "application/json"};
}

Response Unprocessable(const std::string& message) {
  return DigitalOceanRefusal(422, "unprocessable_entity", message);
}

Response NotFound() {
  return DigitalOceanRefusal(404, "not_found",
                             "The resource you were accessing could not be found.");
}

// As in the query, or `fallback`; nothing when it is no number of 1 or more.
std::optional<int> Number(const Parameters& query, const std::string& name, int fallback) {
  const auto found = query.find(name);
  if (found == query.end()) return fallback;
  const int number = std::atoi(found->second.c_str());
  return number < 1 ? std::nullopt : std::optional(number);
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool HasTag(const FakeDroplet& droplet, const std::string& tag) {
  return std::any_of(droplet.tags.begin(), droplet.tags.end(),
                     [&](const std::string& own) { return Lower(own) == Lower(tag); });
}

bool IsKnownMember(const std::string& name) {
  static const std::set<std::string> kKnown = {"name",
                                               "region",
                                               "size",
                                               "image",
                                               "ssh_keys",
                                               "backups",
                                               "ipv6",
                                               "tags",
                                               "user_data",
                                               "volumes",
                                               "monitoring",
                                               "vpc_uuid",
                                               "with_droplet_agent",
                                               "names",
                                               "public_networking"};
  return kKnown.contains(name);
}

}  // namespace

Response DigitalOceanRefusal(int status, const std::string& id, const std::string& message) {
  return Answer(status, ErrorDocument(id, message));
}

Response DigitalOceanAccount::CreateDroplet(const std::string& text, Time now) {
  const json body = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object()) return DigitalOceanRefusal(400, "bad_request", "the body is no object");
  if (status == "locked") {
    return DigitalOceanRefusal(403, "forbidden", "Your account is locked: " + status_message);
  }
  if (const auto refusal = Check(body)) return *refusal;
  if (const auto refusal = CheckLimits(body.at("size"))) return *refusal;
  FakeDroplet droplet;
  droplet.name = body.at("name");
  droplet.region = body.at("region");
  droplet.size = body.at("size");
  droplet.status = "new";
  droplet.user_data = body.value("user_data", "");
  droplet.tags = body.value("tags", std::vector<std::string>());
  droplet.request = text;
  droplet.action_status = "in-progress";
  droplet.created_at = now;
  droplet.hidden_looks = options_.hidden_looks;
  droplet.new_looks = options_.new_looks;
  droplet.deleted_looks = options_.deleted_looks;
  droplet.will_fail = failing_creations > 0;
  if (droplet.will_fail) --failing_creations;

  FakeDroplet made = *Find(Add(std::move(droplet)));
  made.tags.clear();  // they are put on it after it was created
  const json action = {{"id", json::parse(made.action)},
                       {"rel", "create"},
                       {"href", "https://api.digitalocean.com/v2/actions/" + made.action}};
  return Answer(
      202, {{"droplet", DropletDocument(made)}, {"links", {{"actions", json::array({action})}}}});
}

std::optional<Response> DigitalOceanAccount::Check(const json& body) const {
  for (const auto& [name, value] : body.items()) {
    if (!IsKnownMember(name)) return Unprocessable(name + " is not a member of this request");
  }
  for (const char* name : {"name", "size", "image", "region"}) {
    if (!body.contains(name)) return Unprocessable(std::string(name) + " can't be blank");
  }
  static const std::regex kName("[a-zA-Z0-9]?[a-z0-9A-Z.\\-]*[a-z0-9A-Z]");
  if (!std::regex_match(body.at("name").get<std::string>(), kName)) {
    return Unprocessable("Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)");
  }
  const DigitalOceanFakeSize* size = FindDigitalOceanFakeSize(body.at("size").get<std::string>());
  if (size == nullptr) return Unprocessable("You specified an invalid size for Droplet creation.");
  const auto* region = FindDigitalOceanFakeRegion(body.at("region").get<std::string>());
  if (region == nullptr) {
    return Unprocessable("You specified an invalid region for Droplet creation.");
  }
  if (!region->is_available || closed_regions.contains(std::string(region->slug)) ||
      !size->is_available || !HasSize(*region, *size)) {
    return Unprocessable("Size is not available in this region.");
  }
  if (body.at("image").is_string() &&
      body.at("image").get<std::string>().find("x64") == std::string::npos) {
    return Unprocessable("You specified an invalid image for Droplet creation.");
  }
  for (const json& key : body.value("ssh_keys", json::array())) {
    if (key == 404) return Unprocessable("404 are invalid key identifiers for Droplet creation.");
  }
  static const std::regex kTag("[A-Za-z0-9_:-]{1,255}");
  for (const std::string& tag : body.value("tags", std::vector<std::string>())) {
    if (!std::regex_match(tag, kTag)) return Unprocessable("tag " + tag + " is invalid");
  }
  if (body.value("user_data", "").size() > 64 * 1024) {
    return Unprocessable("User data is too long (maximum is 64 KiB)");
  }
  return std::nullopt;
}

std::optional<Response> DigitalOceanAccount::CheckLimits(const std::string& size) const {
  int all = 0;
  int of_size = 0;
  for (const FakeDroplet& droplet : droplets_) {
    if (droplet.is_gone) continue;
    ++all;
    if (droplet.size == size) ++of_size;
  }
  if (all >= options_.droplet_limit) {
    return Unprocessable("creating this/these droplet(s) will exceed your droplet limit");
  }
  if (const auto limit = capacity.find(size); limit != capacity.end() && of_size >= limit->second) {
    return Unprocessable("The size is currently not available in this region.");
  }
  return std::nullopt;
}

Response DigitalOceanAccount::GetDroplet(const std::string& id, Time now) {
  FakeDroplet* droplet = Find(id);
  if (droplet != nullptr) droplet = LookAt(*droplet, now);
  if (droplet == nullptr) return NotFound();
  return Answer(200, {{"droplet", DropletDocument(*droplet)}});
}

Response DigitalOceanAccount::ListDroplets(const Parameters& query, const std::string& path,
                                           Time now) {
  const auto tag = query.find("tag_name");
  std::vector<json> found;
  for (FakeDroplet& droplet : droplets_) {
    if (tag != query.end() && !HasTag(droplet, tag->second)) continue;
    if (LookAt(droplet, now) == nullptr) continue;
    json document = DropletDocument(droplet);
    for (const std::string& member : left_out[droplet.id]) document.erase(member);
    found.push_back(std::move(document));
  }
  return Page("droplets", found, query, path);
}

Response DigitalOceanAccount::DeleteDroplet(const std::string& id, Time now) {
  FakeDroplet* droplet = Find(id);
  if (droplet == nullptr || droplet->is_gone) return NotFound();
  if (droplet->hidden_looks > 0 && now < droplet->created_at + kLongestHidden) return NotFound();
  droplet->is_deleted = true;
  droplet->is_gone = droplet->deleted_looks <= 0;
  return {.status = 204, .body = "", .content_type = "application/json"};
}

Response DigitalOceanAccount::GetAction(const std::string& id) const {
  const auto droplet = std::find_if(droplets_.begin(), droplets_.end(),
                                    [&](const FakeDroplet& d) { return d.action == id; });
  if (droplet == droplets_.end()) return NotFound();
  return Answer(200, {{"action", ActionDocument(*droplet)}});
}

Response DigitalOceanAccount::GetAccount() const {
  return Answer(200,
                {{"account", AccountDocument(options_.droplet_limit, status, status_message)}});
}

Response DigitalOceanAccount::ListRegions(const Parameters& query, const std::string& path) const {
  std::vector<json> found;
  for (const DigitalOceanFakeRegion& region : DigitalOceanFakeRegions()) {
    const bool is_closed = closed_regions.contains(std::string(region.slug));
    found.push_back(RegionDocument(region, region.is_available && !is_closed));
  }
  return Page("regions", found, query, path);
}

Response DigitalOceanAccount::ListSizes(const Parameters& query, const std::string& path) const {
  std::vector<json> found;
  for (const DigitalOceanFakeSize& size : DigitalOceanFakeSizes()) {
    found.push_back(SizeDocument(size));
  }
  return Page("sizes", found, query, path);
}

Response DigitalOceanAccount::Page(const std::string& key, const std::vector<json>& entries,
                                   const Parameters& query, const std::string& path) const {
  const auto page = Number(query, "page", 1);
  const auto per_page = Number(query, "per_page", 20);
  if (!page || !per_page || *per_page > 200) {
    return Unprocessable("page and per_page are numbers from 1, per_page up to 200");
  }
  const int size = std::min(*per_page, options_.page_size);
  const int total = static_cast<int>(entries.size());
  const int last = std::max(1, (total + size - 1) / size);
  json shown = json::array();
  for (int i = (*page - 1) * size; i < std::min(*page * size, total); ++i) {
    shown.push_back(entries[static_cast<std::size_t>(i)]);
  }
  const auto link = [&](int number) {
    std::string rest;
    for (const auto& [name, value] : query) {
      if (name != "page") rest += "&" + name + "=" + value;
    }
    return fmt::format("https://api.digitalocean.com{}?page={}{}", path, number, rest);
  };
  json pages = json::object();
  if (*page > 1) pages.update({{"first", link(1)}, {"prev", link(*page - 1)}});
  if (*page < last) pages.update({{"next", link(*page + 1)}, {"last", link(last)}});
  if (repeats_pages) pages["next"] = link(*page);
  json links = json::object();
  if (!pages.empty()) links["pages"] = pages;
  return Answer(200, {{key, shown}, {"links", links}, {"meta", {{"total", total}}}});
}

std::string DigitalOceanAccount::Add(FakeDroplet droplet) {
  const std::size_t number = droplets_.size() + 1;
  droplet.id = std::to_string(3164000 + number);
  droplet.action = std::to_string(36804000 + number);
  droplet.address = options_.own_addresses ? fmt::format("127.1.{}.{}", number / 256, number % 256)
                                           : options_.address;
  droplets_.push_back(std::move(droplet));
  return droplets_.back().id;
}

FakeDroplet* DigitalOceanAccount::Find(const std::string& id) {
  const auto found = std::find_if(droplets_.begin(), droplets_.end(),
                                  [&id](const FakeDroplet& d) { return d.id == id; });
  return found == droplets_.end() ? nullptr : &*found;
}

FakeDroplet* DigitalOceanAccount::LookAt(FakeDroplet& droplet, Time now) {
  if (droplet.is_gone) return nullptr;
  if (droplet.hidden_looks > 0 && now < droplet.created_at + kLongestHidden) {
    --droplet.hidden_looks;
    return nullptr;
  }
  if (droplet.is_deleted && droplet.deleted_looks-- <= 0) {
    droplet.is_gone = true;
    return nullptr;
  }
  if (droplet.status == "new" && droplet.new_looks-- <= 0 &&
      now >= droplet.created_at + options_.boot_time) {
    droplet.action_status = droplet.will_fail ? "errored" : "completed";
    droplet.is_gone = droplet.will_fail;
    if (droplet.is_gone) return nullptr;
    droplet.status = "active";
  }
  return &droplet;
}

}  // namespace spillway::fakes
