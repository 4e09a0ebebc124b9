#include "providers/external/external_protocol.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "scaler/model/names.h"
#include "scaler/model/place.h"
#include "scaler/model/rfc3339.h"

namespace spillway {
namespace {

using nlohmann::json;

constexpr std::array kMachineStates = {MachineState::kStarting, MachineState::kRunning,
                                       MachineState::kStopping, MachineState::kStopped,
                                       MachineState::kGone};

// A place in an answer. Reads exactly what was asked for, or throws.
class Member {
 public:
  Member(const json* value, std::string path) : value_(value), path_(std::move(path)) {}

  Member operator[](const std::string& name) const {
    if (value_ == nullptr || !value_->is_object()) Fail("an object");
    const auto found = value_->find(name);
    return {found == value_->end() ? nullptr : &*found, path_ + "." + name};
  }
  std::string Text() const {
    if (value_ == nullptr || !value_->is_string()) Fail("a text");
    return value_->get<std::string>();
  }
  std::string NonEmptyText() const {
    std::string text = Text();
    if (text.empty()) Fail("a text that is not empty");
    return text;
  }
  double Number() const {
    if (value_ == nullptr || !value_->is_number()) Fail("a number");
    return value_->get<double>();
  }
  double NumberAbove(double bound, const char* what) const {
    const double number = Number();
    if (!(number > bound) || number > 1e9) Fail(what);
    return number;
  }
  std::int64_t Integer(std::int64_t least) const {
    const std::string what = "a whole number of " + std::to_string(least) + " or more";
    if (value_ == nullptr || !value_->is_number_integer()) Fail(what);
    if (value_->is_number_unsigned() && value_->get<std::uint64_t>() > kMost) Fail(what);
    const auto number = value_->get<std::int64_t>();
    if (number < least) Fail(what);
    return number;
  }
  Duration DurationInSeconds(double least) const {
    const double seconds = Number();
    if (!(seconds >= least) || seconds > 1e9) Fail("seconds of a sensible size");
    return Duration(std::llround(seconds * 1000));
  }
  std::vector<Member> List() const {
    if (value_ == nullptr || !value_->is_array()) Fail("a list");
    std::vector<Member> entries;
    for (std::size_t i = 0; i < value_->size(); ++i) {
      entries.emplace_back(&(*value_)[i], path_ + "[" + std::to_string(i) + "]");
    }
    return entries;
  }
  // Null is a value too: "there is none". A missing member is not.
  bool IsNull() const {
    if (value_ == nullptr) Fail("a value or null");
    return value_->is_null();
  }
  std::string TextOrNull() const { return IsNull() ? "" : NonEmptyText(); }

  [[noreturn]] void Fail(const std::string& expected) const {
    throw BadAnswer(path_ + ": " + (value_ == nullptr ? "is missing; " : "") + "expected " +
                    expected +
                    (value_ == nullptr ? "" : ", got " + std::string(value_->type_name())));
  }

 private:
  static constexpr std::uint64_t kMost = std::uint64_t{1} << 53;

  const json* value_;  // null: missing
  std::string path_;
};

Member RootOf(const json& result) { return {&result, "result"}; }

Hypervisor ReadHypervisor(const Member& member) {
  const auto hypervisor = HypervisorFrom(member.Text());
  if (!hypervisor) member.Fail("kvm, firecracker or lxc");
  return *hypervisor;
}

std::vector<Hypervisor> ReadHypervisors(const Member& member) {
  std::vector<Hypervisor> hypervisors;
  for (const Member& entry : member.List()) hypervisors.push_back(ReadHypervisor(entry));
  return hypervisors;
}

std::string ReadCountry(const Member& member) {
  std::string country = member.TextOrNull();
  const bool is_country = country.size() == 2 && country != "EU" && IsCountryOrGroup(country);
  if (!country.empty() && !is_country) member.Fail("a country such as DE, or null");
  return country;
}

std::optional<Coordinates> ReadCoordinates(const Member& member) {
  if (member.IsNull()) return std::nullopt;
  const Coordinates at{member["latitude"].Number(), member["longitude"].Number()};
  if (std::abs(at.latitude) > 90) member["latitude"].Fail("-90 to 90");
  if (std::abs(at.longitude) > 180) member["longitude"].Fail("-180 to 180");
  return at;
}

// Names of quotas and groups are the program's own; the planner compares those of all providers.
std::string Own(const std::string& provider, const std::string& name) {
  return name.empty() ? "" : provider + "/" + name;
}

Offer ReadOffer(const Member& member, const std::string& provider) {
  Offer offer;
  offer.provider = provider;
  offer.location = member["location"].NonEmptyText();
  offer.plan = member["plan"].NonEmptyText();
  offer.id = provider + "/" + offer.location + "/" + offer.plan;
  offer.country = ReadCountry(member["country"]);
  offer.coordinates = ReadCoordinates(member["coordinates"]);
  const auto type = ClusterTypeFrom(member["cluster_type"].Text());
  if (!type) member["cluster_type"].Fail("metal or virtual");
  offer.cluster_type = *type;
  offer.hypervisors = ReadHypervisors(member["hypervisors"]);
  offer.capacity = {member["vcpu"].Integer(1), member["memory_mib"].Integer(1)};
  offer.price_per_hour = Money::FromDouble(member["price_per_hour"].NumberAbove(
      0, "a price above 0: leave an offer out rather than to guess"));
  const Member billing = member["billing"];
  offer.billing = {billing["step_s"].DurationInSeconds(0.001),
                   billing["minimum_s"].DurationInSeconds(0)};
  offer.time_to_ready = member["time_to_ready_s"].DurationInSeconds(0.001);
  if (!member["stock"].IsNull()) offer.stock = member["stock"].Integer(0);
  offer.quota = Own(provider, member["quota"].TextOrNull());
  offer.group = Own(provider, member["group"].TextOrNull());
  return offer;
}

Quota ReadQuota(const Member& member, const std::string& provider) {
  Quota quota{Own(provider, member["name"].NonEmptyText()), member["limit"].Integer(0)};
  const std::string unit = member["unit"].Text();
  if (unit != "vcpu" && unit != "machines") member["unit"].Fail("vcpu or machines");
  quota.unit = unit == "vcpu" ? QuotaUnit::kVcpu : QuotaUnit::kMachines;
  return quota;
}

// A state that is none of the protocol's is kept as a word, and counts as existing.
MachineState StateOf(const std::string& word) {
  const auto state = std::find_if(kMachineStates.begin(), kMachineStates.end(),
                                  [&word](MachineState s) { return Name(s) == word; });
  return state == kMachineStates.end() ? MachineState::kUnknown : *state;
}

std::optional<ErrorKind> ReadStartFailure(const Member& member) {
  if (member.IsNull()) return std::nullopt;
  const auto kind = ErrorKindFrom(member.Text());
  if (kind != ErrorKind::kNoCapacity && kind != ErrorKind::kQuota) {
    member.Fail("no_capacity, quota or null");
  }
  return kind;
}

Machine MachineAt(const Member& member) {
  Machine machine;
  machine.id = member["id"].NonEmptyText();
  machine.token = member["token"].TextOrNull();
  machine.owner = member["owner"].TextOrNull();
  machine.address = member["address"].TextOrNull();
  machine.location = member["location"].NonEmptyText();
  machine.plan = member["plan"].NonEmptyText();
  const std::string state = member["state"].NonEmptyText();
  machine.state = StateOf(state);
  machine.state_text = member["state_text"].TextOrNull();
  if (machine.state_text.empty()) machine.state_text = state;
  machine.start_failure = ReadStartFailure(member["start_failure"]);
  const auto launched_at = ParseRfc3339(member["launched_at"].Text());
  if (!launched_at) member["launched_at"].Fail("a time such as 2026-03-02T18:00:00Z");
  machine.launched_at = *launched_at;
  return machine;
}

json OrNull(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

}  // namespace

json HelloQuestion(const std::string& account, const std::map<std::string, std::string>& settings) {
  return {{"call", "hello"},
          {"protocol", kExternalProtocol},
          {"account", account},
          {"settings", settings}};
}

json OffersQuestion() { return {{"call", "offers"}}; }

json CreateQuestion(const MachineSpec& spec) {
  return {{"call", "create"},
          {"spec",
           {{"token", spec.token},
            {"owner", spec.owner},
            {"cluster", spec.cluster},
            {"host", spec.host},
            {"location", spec.location},
            {"plan", spec.plan},
            {"cluster_type", Name(spec.cluster_type)},
            {"hypervisor", Name(spec.hypervisor)},
            {"user_data", OrNull(spec.user_data)},
            {"is_repeated", spec.is_repeated}}}};
}

json FindQuestion(const std::string& token, const std::string& location,
                  const std::string& machine_id) {
  return {{"call", "find"},
          {"token", token},
          {"location", location},
          {"machine_id", OrNull(machine_id)}};
}

json ListQuestion(const std::string& owner, const std::string& cursor) {
  return {{"call", "list"}, {"owner", owner}, {"cursor", OrNull(cursor)}};
}

json DeleteQuestion(const std::string& machine_id, const std::string& location) {
  return {{"call", "delete"}, {"machine_id", machine_id}, {"location", location}};
}

Result<json> ReadAnswer(const std::string& line, std::int64_t id, const std::string& where) {
  json answer = json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (answer.is_discarded()) throw BadAnswer("the line is not JSON");
  const Member root(&answer, "answer");
  if (root["id"].Integer(0) != id) {
    throw BadAnswer("answer.id: expected that of the question, " + std::to_string(id));
  }
  const bool has_error = answer.contains("error");
  if (has_error == answer.contains("result")) {
    throw BadAnswer("answer: expected either result or error");
  }
  if (!has_error) return std::move(answer["result"]);
  const Member error = root["error"];
  const auto kind = ErrorKindFrom(error["kind"].Text());
  if (!kind) error["kind"].Fail("one of the kinds of the protocol");
  return Error{*kind, where, error["code"].Text(), error["text"].Text()};
}

ExternalHello ReadHello(const json& result) {
  const Member root = RootOf(result);
  if (root["protocol"].Integer(1) != kExternalProtocol) {
    throw BadAnswer("result.protocol: this Spillway speaks version " +
                    std::to_string(kExternalProtocol));
  }
  ExternalHello hello;
  hello.name = root["name"].NonEmptyText();
  hello.version = root["version"].NonEmptyText();
  for (const ClusterType type : {ClusterType::kMetal, ClusterType::kVirtual}) {
    MatrixRow row{type, ReadHypervisors(root["hosts"][std::string(Name(type))])};
    if (!row.hypervisors.empty()) hello.rows.push_back(row);
  }
  for (const char* call : {"offers", "create", "find", "list", "delete"}) {
    hello.limits[call] = root["time_limits_s"][call].DurationInSeconds(0.001);
  }
  return hello;
}

Catalogue ReadCatalogue(const json& result, const std::string& provider,
                        std::span<const MatrixRow> rows) {
  const Member root = RootOf(result);
  Catalogue catalogue;
  std::set<std::string> ids;
  std::set<std::string> quotas;
  for (const Member& entry : root["quotas"].List()) {
    catalogue.quotas.push_back(ReadQuota(entry, provider));
    quotas.insert(catalogue.quotas.back().name);
  }
  for (const Member& entry : root["remarks"].List()) catalogue.remarks.push_back(entry.Text());
  for (const Member& entry : root["offers"].List()) {
    Offer offer = ReadOffer(entry, provider);
    if (!ids.insert(offer.id).second) entry.Fail("each plan once at each location");
    if (!offer.quota.empty() && !quotas.contains(offer.quota)) {
      entry["quota"].Fail("the name of one of the quotas");
    }
    std::erase_if(offer.hypervisors, [&](Hypervisor hypervisor) {
      return !Allows(rows, offer.cluster_type, hypervisor);
    });
    if (offer.hypervisors.empty()) {
      catalogue.remarks.push_back(offer.location + "/" + offer.plan +
                                  " is left out: it is none of " + Describe(rows));
    } else {
      catalogue.offers.push_back(std::move(offer));
    }
  }
  return catalogue;
}

Machine ReadMachine(const json& result) { return MachineAt(RootOf(result)["machine"]); }

Page<Machine> ReadMachines(const json& result) {
  const Member root = RootOf(result);
  Page<Machine> page;
  for (const Member& entry : root["machines"].List()) page.items.push_back(MachineAt(entry));
  page.next = root["next"].TextOrNull();
  return page;
}

Done ReadDeleted(const json& result) {
  if (!result.is_object()) RootOf(result).Fail("an object, which may be empty");
  return {};
}

}  // namespace spillway
