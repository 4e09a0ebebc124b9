#include "tests/conformance/example/acme_provider.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "providers/flat_tags.h"
#include "providers/pages.h"
#include "scaler/model/rfc3339.h"

namespace spillway::example {
namespace {

using nlohmann::json;

constexpr const char* kEndpoint = "https://api.acme.example";
constexpr const char* kTokenVariable = "ACME_TOKEN";

// What Acme's refusals mean for the caller; the rest is as HTTP has it.
constexpr std::array kRules = {
    ErrorRule{.code = "sold_out", .kind = ErrorKind::kNoCapacity},
    ErrorRule{.code = "limit_reached", .kind = ErrorKind::kQuota},
};

RefusalWords ReadWords(const json& body) {
  return {body.at("error").at("code"), body.at("error").at("message")};
}

RestApi ApiOf(const AcmeConfig& config) {
  RestApi api;
  api.service = "acme";
  api.base_url = (config.account.endpoint.empty() ? kEndpoint : config.account.endpoint) + "/v1";
  api.time_limit = config.account.call_time_limit;
  api.rules = kRules;
  api.read_words = ReadWords;
  return api;
}

Secret HeaderOf(const AcmeConfig& config, const Surroundings& surroundings) {
  const auto token = surroundings.variable(kTokenVariable);
  if (!token) {
    throw std::runtime_error("provider " + config.account.name + ": " + kTokenVariable +
                             " is not set");
  }
  return Secret("Bearer " + *token);
}

// A word that is new to us counts as existing.
MachineState StateOf(const std::string& status) {
  if (status == "building") return MachineState::kStarting;
  if (status == "up") return MachineState::kRunning;
  if (status == "down") return MachineState::kStopped;
  if (status == "deleting") return MachineState::kStopping;
  return MachineState::kUnknown;
}

// `at` throws for what is missing, and RestClient makes an error of it.
Machine ReadMachine(const json& from) {
  const std::vector<std::string> tags = from.at("tags");
  const auto launched_at = ParseRfc3339(from.at("created_at").get<std::string>());
  Machine machine;
  machine.id = from.at("id");
  machine.token = ReadFlatTag(tags, "token");
  machine.owner = ReadFlatTag(tags, "owner");
  if (!from.at("address").is_null()) machine.address = from.at("address");
  machine.location = from.at("site");
  machine.plan = from.at("plan");
  machine.state_text = from.at("status");
  machine.state = StateOf(machine.state_text);
  machine.launched_at = launched_at.value_or(kDistantPast);
  return machine;
}

Page<Machine> ReadMachines(const json& from) {
  Page<Machine> page;
  for (const json& entry : from.at("machines")) page.items.push_back(ReadMachine(entry));
  if (!from.at("next").is_null()) page.next = from.at("next");
  return page;
}

Pages<Machine> MachinesWith(RestClient& api, const std::string& tag) {
  return ReadPages<Machine>("acme list machines", [&](const std::string& cursor) {
    std::string path = "/machines?tag=" + PercentEncode(tag);
    if (!cursor.empty()) path += "&page=" + PercentEncode(cursor);
    return api.Ask({.name = "list machines", .path = path}, ReadMachines);
  });
}

Offer ReadOffer(const json& from, const std::string& provider, const std::string& site) {
  Offer offer;
  offer.provider = provider;
  offer.location = site;
  offer.plan = from.at("name");
  offer.id = provider + "/" + site + "/" + offer.plan;
  offer.cluster_type = ClusterType::kVirtual;
  offer.hypervisors = {Hypervisor::kLxc};
  offer.capacity = {from.at("vcpu"), from.at("memory_mib")};
  offer.price_per_hour = Money::FromDouble(from.at("price_per_hour"));
  offer.billing = {std::chrono::seconds(1), std::chrono::minutes(1)};
  offer.time_to_ready = std::chrono::seconds(90);
  return offer;
}

Error NotFound(const std::string& token) {
  return {ErrorKind::kNotFound, "acme list machines", "", "no machine with token " + token};
}

}  // namespace

ParsedProvider ParseAcmeProvider(const std::string& name, const ConfigNode& node) {
  AcmeConfig config;
  config.account = ReadAccount(name, node);
  config.sites = node.Strings("sites").Required();
  return {.matrix_kind = "acme",
          .make =
              [config](const PluginContext& context) {
                return std::unique_ptr<Provider>(std::make_unique<AcmeProvider>(config, context));
              },
          .own_rows = {{ClusterType::kVirtual, {Hypervisor::kLxc}}},
          .sight_credentials = [](const Surroundings& surroundings) -> CredentialSighting {
            const std::string where = std::string("environment: ") + kTokenVariable;
            if (surroundings.variable(kTokenVariable)) {
              return {CredentialSighting::State::kFound, where};
            }
            return {CredentialSighting::State::kMissing, where + " is not set"};
          }};
}

AcmeProvider::AcmeProvider(AcmeConfig config, const PluginContext& context)
    : config_(std::move(config)),
      channel_{config_.account.name, config_.account.parallel_calls},
      key_("Authorization", HeaderOf(config_, context.surroundings)),
      api_(ApiOf(config_), key_, context.http, context.clock),
      made_(context.clock),
      asked_for_(context.clock) {}

Result<Catalogue> AcmeProvider::Offers() {
  return api_.Ask({.name = "list plans", .path = "/plans"}, [this](const json& answer) {
    Catalogue catalogue;
    for (const json& plan : answer.at("plans")) {
      for (const std::string& site : config_.sites) {
        catalogue.offers.push_back(ReadOffer(plan, config_.account.name, site));
      }
    }
    return catalogue;
  });
}

Result<Machine> AcmeProvider::Create(const MachineSpec& spec) {
  const bool may_be_there = asked_for_.Has(spec.token);
  if (spec.is_repeated || may_be_there) {
    Result<Machine> found = Find(spec.token, spec.location, "");
    if (found || found.error().kind != ErrorKind::kNotFound) return found;
    if (may_be_there) {  // tags become visible late
      return Error{ErrorKind::kUnknownOutcome, "acme create machine", "",
                   "it was asked for minutes ago and may still appear; it is not asked for again"};
    }
  }
  RestCall call{
      .name = "create machine", .method = "POST", .path = "/machines", .effect = Effect::kCreates};
  call.body = {{"name", spec.host},
               {"site", spec.location},
               {"plan", spec.plan},
               {"tags", FlatTags(spec)},
               {"user_data", spec.user_data}};
  const Result<Machine> made = api_.Ask(call, ReadMachine);
  if (made) made_.Remember(made->id);
  if (made || made.error().kind == ErrorKind::kUnknownOutcome) asked_for_.Remember(spec.token);
  return made;
}

Result<Machine> AcmeProvider::Find(const std::string& token, const std::string&,
                                   const std::string& machine_id) {
  if (!machine_id.empty()) {
    return api_.Ask({.name = "get machine", .path = "/machines/" + PercentEncode(machine_id)},
                    ReadMachine);
  }
  const Pages<Machine> pages = MachinesWith(api_, FlatTag("token", token));
  if (!pages.items.empty()) return pages.items.front();
  if (pages.error) return *pages.error;  // a page that could not be read proves nothing
  return NotFound(token);
}

Result<MachineList> AcmeProvider::List(const std::string& owner) {
  Pages<Machine> pages = MachinesWith(api_, FlatTag("owner", owner));
  if (pages.error && pages.items.empty()) return *pages.error;
  return MachineList{std::move(pages.items), !pages.error};
}

Result<Done> AcmeProvider::Delete(const std::string& machine_id, const std::string&) {
  const RestCall call{.name = "delete machine",
                      .method = "DELETE",
                      .path = "/machines/" + PercentEncode(machine_id),
                      .effect = Effect::kRepeatable};
  const Result<json> deleted = api_.Call(call);
  if (deleted) return Done{};
  Error error = deleted.error();
  if (error.kind != ErrorKind::kNotFound) return error;
  if (!made_.Has(machine_id)) return Done{};
  error.kind = ErrorKind::kTransient;  // too young to be believed
  return error;
}

}  // namespace spillway::example
