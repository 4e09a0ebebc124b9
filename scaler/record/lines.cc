#include "scaler/record/lines.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "scaler/model/json.h"
#include "scaler/model/kinds.h"
#include "scaler/model/names.h"
#include "scaler/record/compressed_file.h"

namespace spillway {
namespace {

using nlohmann::json;

constexpr int kVersion = 1;

std::string Dumped(const json& j) {
  return j.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::int64_t Millis(Time t) { return t.time_since_epoch().count(); }
Time TimeFrom(const json& j) { return Time(Duration(j.get<std::int64_t>())); }

json LabelsJson(const Labels& labels) {
  json j = json::object();
  for (const auto& [name, value] : labels) j[name] = value;
  return j;
}

Labels LabelsFrom(const json& j) {
  Labels labels;
  for (const auto& [name, value] : j.items()) labels.emplace_back(name, value.get<std::string>());
  return labels;
}

json KeyJson(SeriesId id, const SeriesKey& key) {
  return {{"id", id},
          {"cluster", key.cluster},
          {"metric", key.metric},
          {"labels", LabelsJson(key.labels)}};
}

SeriesKey KeyFrom(const json& j) {
  return {j.at("cluster").get<std::string>(), j.at("metric").get<std::string>(),
          LabelsFrom(j.at("labels"))};
}

// Bytes that are no text.
std::string Hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

std::string BytesFrom(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    unsigned byte = 0;
    const char* end = hex.data() + i + 2;
    if (std::from_chars(hex.data() + i, end, byte, 16).ptr != end) {
      throw RecordError("a damaged line: expected bytes in hexadecimal, got " + hex.substr(i, 2));
    }
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

json MarketJson(const RecordedMarket& market) {
  json quotas = json::array();
  for (const auto& [name, quota] : market.quota_room) {
    quotas.push_back({name, quota.name, quota.limit, quota.unit == QuotaUnit::kVcpu});
  }
  json trips = json::object();
  for (const auto& [location, trip] : market.round_trips) trips[location] = trip.count();
  json j = {{"backoffs", market.backoffs},
            {"quotas", std::move(quotas)},
            {"stock", market.stock_room},
            {"round_trips", std::move(trips)}};
  if (market.offers) j["offers"] = *market.offers;
  return j;
}

RecordedMarket MarketFrom(const json& j) {
  RecordedMarket market;
  market.backoffs = j.at("backoffs").get<std::vector<OfferBackoff>>();
  for (const json& quota : j.at("quotas")) {
    market.quota_room[quota.at(0).get<std::string>()] = {
        quota.at(1).get<std::string>(), quota.at(2).get<std::int64_t>(),
        quota.at(3).get<bool>() ? QuotaUnit::kVcpu : QuotaUnit::kMachines};
  }
  market.stock_room = j.at("stock").get<std::map<std::string, std::int64_t>>();
  for (const auto& [location, trip] : j.at("round_trips").items()) {
    market.round_trips[location] = Duration(trip.get<std::int64_t>());
  }
  if (j.contains("offers")) market.offers = j.at("offers").get<std::vector<Offer>>();
  return market;
}

json ListJson(const WaitingList& list) {
  json guests = json::array();
  for (const WaitingGuest& guest : list.guests) {
    guests.push_back({{"id", guest.id},
                      {"cpu_percent", guest.cpu_percent},
                      {"memory_mib", guest.memory_mib},
                      {"cause", static_cast<int>(guest.cause)},
                      {"why", guest.why}});
    if (guest.hypervisor) guests.back()["hypervisor"] = std::string(Name(*guest.hypervisor));
  }
  return {{"state", std::string(Name(list.state))},
          {"age", list.age.count()},
          {"guests", std::move(guests)},
          {"trouble", list.trouble}};
}

WaitingList ListFrom(const json& j) {
  WaitingList list;
  list.state = SignalStateFrom(j.at("state").get<std::string>()).value_or(list.state);
  list.age = Duration(j.at("age").get<std::int64_t>());
  list.trouble = j.at("trouble").get<std::string>();
  for (const json& g : j.at("guests")) {
    WaitingGuest guest;
    guest.id = g.at("id").get<std::string>();
    guest.cpu_percent = g.at("cpu_percent").get<std::int64_t>();
    guest.memory_mib = g.at("memory_mib").get<std::int64_t>();
    guest.cause = static_cast<WaitCause>(g.at("cause").get<int>());
    guest.why = g.at("why").get<std::string>();
    if (g.contains("hypervisor")) {
      guest.hypervisor = HypervisorFrom(g.at("hypervisor").get<std::string>());
    }
    list.guests.push_back(std::move(guest));
  }
  return list;
}

json WaitingJson(const PolicyWaiting& waiting) {
  json all = json::array();
  for (const std::vector<WaitingList>& of_policy : waiting) {
    json lists = json::array();
    for (const WaitingList& list : of_policy) lists.push_back(ListJson(list));
    all.push_back(std::move(lists));
  }
  return all;
}

PolicyWaiting WaitingFrom(const json& j) {
  PolicyWaiting waiting;
  for (const json& of_policy : j) {
    std::vector<WaitingList>& lists = waiting.emplace_back();
    for (const json& list : of_policy) lists.push_back(ListFrom(list));
  }
  return waiting;
}

bool AsksForNobody(const PolicyWaiting& waiting) {
  return std::all_of(waiting.begin(), waiting.end(),
                     [](const auto& of_policy) { return of_policy.empty(); });
}

RecordedSeries SeriesFrom(const json& j) {
  RecordedSeries series{j.at("id").get<SeriesId>(), KeyFrom(j), {}};
  for (const json& point : j.at("points")) {
    series.points.push_back({TimeFrom(point.at(0)), point.at(1).get<double>()});
  }
  return series;
}

RecordedSamples SamplesFrom(const json& j) {
  RecordedSamples samples{TimeFrom(j.at("t")), {}};
  samples.batch.retired = j.value("retired", std::vector<SeriesId>{});
  for (const json& series : j.value("announced", json::array())) {
    samples.batch.announced.push_back({series.at("id").get<SeriesId>(), KeyFrom(series)});
  }
  for (const json& sample : j.at("samples")) {
    samples.batch.samples.push_back(
        {sample.at(0).get<SeriesId>(), sample.at(1).get<double>(), TimeFrom(sample.at(2))});
  }
  return samples;
}

EvaluationLine EvaluationFrom(const json& j) {
  EvaluationLine line;
  line.time = TimeFrom(j.at("t"));
  line.cluster = j.at("cluster").get<std::string>();
  line.hosts = j.value("hosts", std::vector<HostRecord>{});
  line.gone = j.value("gone", std::vector<std::string>{});
  if (j.contains("state")) line.state = j.at("state").get<ClusterState>();
  if (j.contains("market")) line.market = MarketFrom(j.at("market"));
  if (j.contains("waiting")) line.waiting = WaitingFrom(j.at("waiting"));
  line.is_news = j.contains("decision");
  line.decision = j.at(line.is_news ? "decision" : "digest").get<std::string>();
  return line;
}

SegmentStart StartFrom(const json& j) {
  if (j.at("version") != kVersion) {
    throw RecordError(
        fmt::format("version {} is not known, only {}", j.at("version").dump(), kVersion));
  }
  return {TimeFrom(j.at("t")), j.at("configuration").get<std::string>()};
}

}  // namespace

std::string BeginLine(Time now, const std::string& configuration) {
  return Dumped({{"k", "begin"},
                 {"version", kVersion},
                 {"t", Millis(now)},
                 {"configuration", configuration}});
}

std::string SeriesLine(SeriesId id, const SeriesKey& key, const Series& series, Time from) {
  json j = KeyJson(id, key);
  j["k"] = "series";
  json& points = j["points"] = json::array();
  const std::size_t newest = series.empty() ? 0 : series.size() - 1;
  for (std::size_t i = std::min(series.LowerBound(from), newest); i < series.size(); ++i) {
    points.push_back({Millis(series[i].time), series[i].value});
  }
  return Dumped(j);
}

std::string MemoryLine(const std::string& cluster, const std::string& policy,
                       const std::string& memory) {
  return Dumped(
      {{"k", "memory"}, {"cluster", cluster}, {"policy", policy}, {"bytes", Hex(memory)}});
}

std::string RolesLine(const std::string& cluster, const PolicyList& acting) {
  json names = json::array();
  for (const auto& policy : acting) names.push_back(policy->name());
  return Dumped({{"k", "roles"}, {"cluster", cluster}, {"acting", std::move(names)}});
}

// By hand: there may be a hundred thousand samples a second.
std::string SamplesLine(const SampleBatch& batch, Time now) {
  std::string line = fmt::format(R"({{"k":"samples","t":{})", Millis(now));
  if (!batch.retired.empty()) line += ",\"retired\":" + json(batch.retired).dump();
  if (!batch.announced.empty()) {
    json announced = json::array();
    for (const SeriesAnnouncement& a : batch.announced) announced.push_back(KeyJson(a.id, a.key));
    line += ",\"announced\":" + announced.dump(-1, ' ', false, json::error_handler_t::replace);
  }
  line += ",\"samples\":[";
  const char* comma = "";
  for (const Sample& sample : batch.samples) {
    line += fmt::format("{}[{},{},{}]", comma, sample.series, sample.value, Millis(sample.time));
    comma = ",";
  }
  return line + "]}\n";
}

std::string TextOf(const EvaluationLine& line) {
  json j = {{"k", "evaluation"}, {"t", Millis(line.time)}, {"cluster", line.cluster}};
  if (!line.hosts.empty()) j["hosts"] = line.hosts;
  if (!line.gone.empty()) j["gone"] = line.gone;
  if (line.state) j["state"] = *line.state;
  if (line.market) j["market"] = MarketJson(*line.market);
  if (!AsksForNobody(line.waiting)) j["waiting"] = WaitingJson(line.waiting);
  j[line.is_news ? "decision" : "digest"] = line.decision;
  return Dumped(j);
}

RecordedLine LineFrom(std::string_view text) {
  try {
    const json j = json::parse(text);
    const std::string kind = j.at("k").get<std::string>();
    if (kind == "samples") return SamplesFrom(j);
    if (kind == "evaluation") return EvaluationFrom(j);
    if (kind == "series") return SeriesFrom(j);
    if (kind == "begin") return StartFrom(j);
    if (kind == "memory") {
      return PolicyMemory{j.at("cluster").get<std::string>(), j.at("policy").get<std::string>(),
                          BytesFrom(j.at("bytes").get<std::string>())};
    }
    if (kind == "roles") {
      return RecordedRoles{j.at("cluster").get<std::string>(),
                           j.at("acting").get<std::vector<std::string>>()};
    }
    throw RecordError("there are no lines of the kind \"" + kind + "\"");
  } catch (const json::exception& error) {
    throw RecordError(fmt::format("a damaged line: {} in {}", error.what(), text.substr(0, 80)));
  }
}

std::string DecisionText(const DecisionRecord& record) {
  return json(record).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string DigestOf(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  return fmt::format("{:016x}", hash);
}

}  // namespace spillway
