#include "tests/fakes/google_project.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <regex>

#include "tests/fakes/google_insert.h"

namespace spillway::fakes {
namespace {

using nlohmann::json;

constexpr auto kRequestIdsLast = std::chrono::minutes(60);

std::string In(const GoogleProject::Query& query, const std::string& name) {
  const auto found = query.find(name);
  return found == query.end() ? "" : found->second;
}

std::string InstancePath(const std::string& zone, const std::string& name) {
  return "zones/" + zone + "/instances/" + name;
}

// labels.KEY="VALUE": the one filter of instances that this fake knows.
std::optional<std::pair<std::string, std::string>> LabelFilter(const std::string& filter) {
  static const std::regex kForm("labels\\.([-_a-z0-9]+)=\"([-_a-z0-9]*)\"");
  std::smatch match;
  if (!std::regex_match(filter, match, kForm)) return std::nullopt;
  return std::pair(match[1].str(), match[2].str());
}

bool HasLabel(const GoogleFakeInstance& instance, const std::string& key,
              const std::string& value) {
  const auto label = instance.labels.find(key);
  return label != instance.labels.end() && label->second == value;
}

std::string FamilyMetric(const GoogleFakeType& type) {
  const std::string_view family = type.name.substr(0, type.name.find('-'));
  if (family == "n2") return "N2_CPUS";
  if (family == "c2") return "C2_CPUS";
  return family == "c3" ? "C3_CPUS" : "CPUS";
}

}  // namespace

GoogleProject::GoogleProject(const GoogleOptions& options)
    : quotas({{"CPUS", 200},
              {"N2_CPUS", 200},
              {"C2_CPUS", 100},
              {"C3_CPUS", 100},
              {"INSTANCES", 720},
              {"IN_USE_ADDRESSES", 69},
              {"SSD_TOTAL_GB", 40960},
              {"CPUS_ALL_REGIONS", 500}}),
      options_(options) {}

Response GoogleProject::Refuse(int status, const std::string& reason,
                               const std::string& message) const {
  return GoogleRefusal(status, reason, message);
}

Response GoogleProject::NotFound(const std::string& path) const {
  return Refuse(404, "notFound",
                "The resource 'projects/" + options_.project + "/" + path + "' was not found");
}

Response GoogleProject::Insert(const std::string& zone, const Query& query, const std::string& text,
                               Time now) {
  const json body = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (body.is_discarded()) return Refuse(400, "parseError", "Parse Error");
  const std::string request_id = In(query, "requestId");
  if (!request_id.empty() && !IsUuid(request_id)) {
    return Refuse(400, "invalid", "Invalid value for field 'requestId': '" + request_id + "'.");
  }
  if (!IsGoogleFakeZone(zone)) return NotFound("zones/" + zone);
  if (const std::string why = WhyNotInsertable(body, zone); !why.empty()) {
    return Refuse(400, "invalid", why);
  }
  if (const GoogleFakeOperation* before = Repeated(query, now)) {
    return GoogleAnswer(GoogleOperationAnswer(options_.project, *before));
  }
  const std::string name = body.at("name");
  if (const GoogleFakeInstance* known = Find(name); known != nullptr && known->zone == zone) {
    return Refuse(409, "alreadyExists",
                  "The resource 'projects/" + options_.project + "/" + InstancePath(zone, name) +
                      "' already exists");
  }
  const std::string path = body.at("machineType");
  const GoogleFakeType& type = *FindGoogleFakeType(zone, path.substr(path.rfind('/') + 1));
  if (const std::string metric = FullQuota(zone, type); !metric.empty()) {
    return Refuse(403, "quotaExceeded",
                  "Quota '" + metric + "' exceeded. Limit: " + std::to_string(quotas[metric]) +
                      " in region " + RegionOfGoogleZone(zone) + ".");
  }
  GoogleFakeInstance instance;
  instance.name = name;
  instance.zone = zone;
  instance.type = type.name;
  instance.status = "PROVISIONING";
  instance.labels = body.value("labels", std::map<std::string, std::string>());
  instance.body = text;
  instance.created_at = now;
  instance.hidden_looks = options_.hidden_looks;
  instance.starting_looks = options_.starting_looks;
  instance.stopping_looks = options_.stopping_looks;
  if (!HasCapacity(instance.type)) instance.start_failure = "ZONE_RESOURCE_POOL_EXHAUSTED";
  bool fails_at_once = false;
  if (!start_failures.empty()) {
    instance.start_failure = start_failures.front().code;
    fails_at_once = start_failures.front().at_once;
    start_failures.pop_front();
  }
  GoogleFakeInstance& made = Add(std::move(instance));
  GoogleFakeOperation operation;
  operation.type = "insert";
  operation.zone = zone;
  operation.instance = name;
  operation.instance_id = made.id;
  operation.request_id = request_id;
  operation.status = "RUNNING";
  operation.asked_at = now;
  GoogleFakeOperation& recorded = Record(std::move(operation));
  if (fails_at_once) {
    recorded.status = "DONE";
    recorded.error = made.start_failure;
    made.is_gone = true;
  }
  return GoogleAnswer(GoogleOperationAnswer(options_.project, recorded));
}

Response GoogleProject::Get(const std::string& zone, const std::string& name, Time now) {
  GoogleFakeInstance* instance = FindIn(zone, name);
  if (instance != nullptr) Settle(*instance, now);
  if (instance == nullptr || instance->is_gone) return NotFound(InstancePath(zone, name));
  return GoogleAnswer(GoogleInstanceAnswer(options_.project, *instance));
}

Response GoogleProject::Delete(const std::string& zone, const std::string& name, const Query& query,
                               Time now) {
  GoogleFakeInstance* instance = FindIn(zone, name);
  if (instance == nullptr) return NotFound(InstancePath(zone, name));
  const auto under_way = std::find_if(operations_.begin(), operations_.end(), [&](const auto& o) {
    return o.instance_id == instance->id && o.type == "delete" && o.status != "DONE";
  });
  if (under_way != operations_.end()) {
    return GoogleAnswer(GoogleOperationAnswer(options_.project, *under_way));
  }
  instance->status = "STOPPING";
  EndOperation(*instance, "insert", "");
  GoogleFakeOperation operation;
  operation.type = "delete";
  operation.zone = zone;
  operation.instance = name;
  operation.instance_id = instance->id;
  operation.request_id = In(query, "requestId");
  operation.status = "RUNNING";
  operation.asked_at = now;
  return GoogleAnswer(GoogleOperationAnswer(options_.project, Record(std::move(operation))));
}

Response GoogleProject::AggregatedList(const Query& query, Time now) {
  const auto filter = LabelFilter(In(query, "filter"));
  if (!filter) {
    return Refuse(400, "invalid",
                  "Invalid value for field 'filter': '" + In(query, "filter") + "'");
  }
  std::vector<GoogleFakeInstance> found;
  for (GoogleFakeInstance& instance : instances_) {
    if (instance.is_gone || lost_zones.contains(instance.zone)) continue;
    if (instance.hidden_looks > 0) {
      --instance.hidden_looks;
      continue;
    }
    Settle(instance, now);
    if (instance.is_gone) continue;
    if (HasLabel(instance, filter->first, filter->second)) found.push_back(instance);
  }
  const Page page = PageOf(query, found.size());
  json items = json::object();
  for (const std::string_view zone : GoogleFakeZones()) {
    json& scope = items["zones/" + std::string(zone)];
    for (std::size_t i = page.first; i < page.last; ++i) {
      if (found[i].zone != zone) continue;
      scope["instances"].push_back(GoogleInstanceAnswer(options_.project, found[i]));
    }
    const std::string name(zone);
    if (lost_zones.contains(name)) {
      scope["warning"] = {{"code", "UNREACHABLE"}, {"message", "The zone is not reachable."}};
    } else if (scope.is_null()) {
      scope["warning"] = {{"code", "NO_RESULTS_ON_PAGE"},
                          {"message", "There are no results for scope 'zones/" + name + "'."}};
    }
  }
  return GoogleAnswer(GoogleListAnswer("compute#instanceAggregatedList", items, page.next));
}

Response GoogleProject::ListOperations(const std::string& zone, const Query& query) {
  static const std::regex kForm("targetLink eq \"\\.\\*/instances/([-a-z0-9]+)\"");
  const std::string filter = In(query, "filter");
  std::smatch match;
  if (!std::regex_match(filter, match, kForm)) {
    return Refuse(400, "invalid", "Invalid value for field 'filter': '" + filter + "'.");
  }
  const std::string name = match[1];
  GoogleFakeInstance* instance = Find(name);
  const bool is_hidden = instance != nullptr && instance->hidden_looks > 0;
  if (is_hidden) --instance->hidden_looks;
  std::vector<GoogleFakeOperation> found;
  for (const GoogleFakeOperation& operation : operations_) {
    if (operation.zone == zone && operation.instance == name && !is_hidden) {
      found.push_back(operation);
    }
  }
  const Page page = PageOf(query, found.size());
  json items = json::array();
  for (std::size_t i = page.first; i < page.last; ++i) {
    items.push_back(GoogleOperationAnswer(options_.project, found[i]));
  }
  return GoogleAnswer(GoogleListAnswer("compute#operationList", items, page.next));
}

Response GoogleProject::ListTypes(const std::string& zone, const Query& query) const {
  if (!IsGoogleFakeZone(zone)) return NotFound("zones/" + zone);
  std::vector<GoogleFakeType> found;
  for (const GoogleFakeType& type : GoogleFakeTypes()) {
    if (zone.ends_with(type.only_in)) found.push_back(type);
  }
  const Page page = PageOf(query, found.size());
  json items = json::array();
  for (std::size_t i = page.first; i < page.last; ++i) {
    items.push_back(GoogleTypeAnswer(options_.project, zone, found[i]));
  }
  return GoogleAnswer(GoogleListAnswer("compute#machineTypeList", items, page.next));
}

Response GoogleProject::GetRegion(const std::string& region) const {
  const auto zones = GoogleFakeZones();
  if (std::none_of(zones.begin(), zones.end(),
                   [&](std::string_view zone) { return zone.starts_with(region + "-"); })) {
    return NotFound("regions/" + region);
  }
  GoogleFakeQuotas answer = UsageIn(region);
  answer.erase("CPUS_ALL_REGIONS");
  return GoogleAnswer(GoogleRegionAnswer(options_.project, region, answer));
}

Response GoogleProject::GetProject() const {
  const GoogleFakeQuotas all = UsageIn("");
  return GoogleAnswer(
      GoogleProjectAnswer(options_.project, {{"CPUS_ALL_REGIONS", all.at("CPUS_ALL_REGIONS")}}));
}

GoogleFakeInstance& GoogleProject::Add(GoogleFakeInstance instance) {
  instance.id = ++last_id_;
  const std::size_t number = instances_.size() + 1;
  instance.address = options_.own_addresses ? fmt::format("127.1.{}.{}", number / 256, number % 256)
                                            : options_.address;
  return instances_.emplace_back(std::move(instance));
}

GoogleFakeInstance* GoogleProject::Find(const std::string& name) {
  const auto found = std::find_if(instances_.begin(), instances_.end(), [&](const auto& instance) {
    return instance.name == name && !instance.is_gone;
  });
  return found == instances_.end() ? nullptr : &*found;
}

void GoogleProject::SettleAll(Time now) {
  for (GoogleFakeInstance& instance : instances_) {
    if (instance.is_gone) continue;
    instance.starting_looks = instance.stopping_looks = 0;
    Settle(instance, now);
  }
}

void GoogleProject::ForgetOperations(const std::string& name) {
  std::erase_if(operations_, [&](const auto& operation) { return operation.instance == name; });
}

GoogleFakeInstance* GoogleProject::FindIn(const std::string& zone, const std::string& name) {
  GoogleFakeInstance* instance = Find(name);
  const bool is_visible =
      instance != nullptr && instance->zone == zone && instance->hidden_looks <= 0;
  return is_visible ? instance : nullptr;
}

GoogleFakeOperation& GoogleProject::Record(GoogleFakeOperation operation) {
  operation.id = ++last_id_;
  return operations_.emplace_back(std::move(operation));
}

const GoogleFakeOperation* GoogleProject::Repeated(const Query& query, Time now) const {
  const std::string id = In(query, "requestId");
  const auto before = std::find_if(operations_.begin(), operations_.end(), [&](const auto& o) {
    return !id.empty() && o.request_id == id && now - o.asked_at < kRequestIdsLast;
  });
  return before == operations_.end() ? nullptr : &*before;
}

void GoogleProject::Settle(GoogleFakeInstance& instance, Time now) {
  if (instance.status == "PROVISIONING") {
    if (instance.starting_looks-- > 0 || now < instance.created_at + options_.boot_time) return;
    instance.is_gone = !instance.start_failure.empty();
    if (!instance.is_gone) instance.status = "RUNNING";
    EndOperation(instance, "insert", instance.start_failure);
  } else if (instance.status == "STOPPING" && instance.stopping_looks-- <= 0) {
    instance.is_gone = true;
    EndOperation(instance, "delete", "");
  }
}

void GoogleProject::EndOperation(const GoogleFakeInstance& instance, const std::string& type,
                                 const std::string& error) {
  for (GoogleFakeOperation& operation : operations_) {
    const bool is_it = operation.instance_id == instance.id && operation.type == type;
    if (!is_it || operation.status == "DONE") continue;
    operation.status = "DONE";
    operation.error = error;
  }
}

GoogleFakeQuotas GoogleProject::UsageIn(const std::string& region) const {
  GoogleFakeQuotas usage;
  for (const auto& [metric, limit] : quotas) usage[metric] = {limit, 0};
  const auto add = [&usage](const std::string& metric, double amount) {
    if (const auto quota = usage.find(metric); quota != usage.end()) quota->second.second += amount;
  };
  for (const GoogleFakeInstance& instance : instances_) {
    const GoogleFakeType* type = FindGoogleFakeType(instance.zone, instance.type);
    if (instance.is_gone || type == nullptr) continue;
    add("CPUS_ALL_REGIONS", type->vcpu);
    if (RegionOfGoogleZone(instance.zone) != region) continue;
    add(FamilyMetric(*type), type->vcpu);
    add("INSTANCES", 1);
    add("IN_USE_ADDRESSES", 1);
    add("SSD_TOTAL_GB", 50);
  }
  return usage;
}

std::string GoogleProject::FullQuota(const std::string& zone, const GoogleFakeType& type) const {
  const std::pair<std::string, double> claims[] = {{FamilyMetric(type), type.vcpu},
                                                   {"CPUS_ALL_REGIONS", type.vcpu},
                                                   {"INSTANCES", 1},
                                                   {"IN_USE_ADDRESSES", 1},
                                                   {"SSD_TOTAL_GB", 50}};
  const GoogleFakeQuotas usage = UsageIn(RegionOfGoogleZone(zone));
  for (const auto& [metric, amount] : claims) {
    const auto quota = usage.find(metric);
    if (quota != usage.end() && quota->second.second + amount > quota->second.first) return metric;
  }
  return "";
}

bool GoogleProject::HasCapacity(const std::string& type) const {
  const auto limit = capacity.find(type);
  if (limit == capacity.end()) return true;
  return std::count_if(instances_.begin(), instances_.end(), [&](const auto& instance) {
           return !instance.is_gone && instance.type == type;
         }) < limit->second;
}

GoogleProject::Page GoogleProject::PageOf(const Query& query, std::size_t size) const {
  constexpr std::size_t kMost = 500;
  const std::string token = In(query, "pageToken");
  const std::string asked = In(query, "maxResults");
  const std::size_t limit = asked.empty() ? kMost : std::min<std::size_t>(kMost, std::stoul(asked));
  Page page;
  page.first = token.empty() || repeats_pages
                   ? 0
                   : std::min(size, std::stoul(token.substr(token.find('-') + 1)));
  page.last =
      std::min(size, page.first + std::min(limit, static_cast<std::size_t>(options_.page_size)));
  if (page.last < size) page.next = "page-" + std::to_string(page.last);
  if (repeats_pages) page.next = "page-0";
  return page;
}

}  // namespace spillway::fakes
