#include "providers/digitalocean/digitalocean_provider.h"

#include <algorithm>
#include <regex>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include "providers/digitalocean/digitalocean_credentials.h"
#include "providers/digitalocean/digitalocean_errors.h"
#include "providers/flat_tags.h"
#include "providers/pages.h"

namespace spillway {
namespace {

constexpr const char* kEndpoint = "https://api.digitalocean.com";
constexpr std::size_t kLongestUserData = 64 << 10;
constexpr std::size_t kLongestName = 255;

// A token may ask 250 times a minute and 5,000 times an hour; together these two never do.
constexpr RestApi::Rate kReads{.per_second = 0.9, .burst = 120};
constexpr RestApi::Rate kChanges{.per_second = 0.4, .burst = 20};

RestApi ApiOf(const DigitalOceanConfig& config, const Surroundings& surroundings) {
  RestApi api;
  api.service = "digitalocean";
  api.base_url = config.account.endpoint;
  if (api.base_url.empty()) {
    api.base_url = surroundings.variable("DIGITALOCEAN_API_URL").value_or(kEndpoint);
  }
  while (api.base_url.ends_with('/')) api.base_url.pop_back();
  api.base_url += "/v2";
  api.time_limit = config.account.call_time_limit;
  api.rules = DigitalOceanErrorRules();
  api.read_words = ReadDigitalOceanWords;
  api.reads = kReads;
  api.changes = kChanges;
  api.paused_until = DigitalOceanPausedUntil;
  return api;
}

// A list as far as it could be had and read.
template <class T>
struct Listed {
  std::vector<T> items;
  std::optional<Error> error;
  std::int64_t total = 0;  // as the API counts
  int unreadable = 0;
};

// `make` gives the call for a page, `read` the DigitalOceanPage<T> of its answer.
template <class T, class Make, class Read>
Listed<T> ReadList(RestClient& api, Make make, Read read) {
  Listed<T> list;
  Pages<T> pages = ReadPages<T>("digitalocean " + make("").name,
                                [&](const std::string& cursor) -> Result<Page<T>> {
                                  const auto answer = api.Ask(make(cursor), read);
                                  if (!answer) return answer.error();
                                  list.total = std::max(list.total, answer->total);
                                  list.unreadable += answer->unreadable;
                                  return answer->page;
                                });
  list.items = std::move(pages.items);
  list.error = std::move(pages.error);
  return list;
}

Listed<Droplet> DropletsWith(RestClient& api, const std::string& tag) {
  return ReadList<Droplet>(
      api, [&tag](const std::string& page) { return ListDroplets(tag, page); }, ReadDroplets);
}

MachineState StateOf(const std::string& status) {
  if (status == "new") return MachineState::kStarting;
  if (status == "active") return MachineState::kRunning;
  if (status == "off" || status == "archive") return MachineState::kStopped;
  return MachineState::kUnknown;
}

Error Invalid(const std::string& call, std::string text) {
  return {ErrorKind::kInvalid, "digitalocean " + call, "", std::move(text)};
}

std::vector<std::string> TagsOf(const MachineSpec& spec) {
  // The host is the Droplet's name: every tag that is ever used stays in the account.
  return {FlatTag("owner", spec.owner), FlatTag("token", spec.token),
          FlatTag("cluster", spec.cluster)};
}

// What DigitalOcean would refuse is refused before it costs a call.
std::optional<Error> Check(const MachineSpec& spec) {
  static const std::regex kName("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?");
  if (spec.host.size() > kLongestName || !std::regex_match(spec.host, kName)) {
    return Invalid("create droplet", "\"" + spec.host +
                                         "\" cannot be a Droplet's name: expected at most 255 "
                                         "letters, digits, '-' and '.'");
  }
  static const std::regex kTag("[A-Za-z0-9_:-]*");
  for (const std::string& tag : TagsOf(spec)) {
    if (tag.size() <= kLongestName && std::regex_match(tag, kTag)) continue;
    return Invalid("create droplet", "\"" + tag +
                                         "\" cannot be a tag: expected at most 255 letters, "
                                         "digits, '_', ':' and '-'");
  }
  if (spec.token.empty()) return Invalid("create droplet", "expected a token");
  if (spec.user_data.size() > kLongestUserData) {
    return Invalid("create droplet", "user data has " + std::to_string(spec.user_data.size()) +
                                         " bytes, DigitalOcean takes at most 65536");
  }
  return std::nullopt;
}

Error NotFound(const std::string& call, const std::string& text) {
  return {ErrorKind::kNotFound, "digitalocean " + call, "", text};
}

}  // namespace

DigitalOceanProvider::DigitalOceanProvider(DigitalOceanConfig config, const PluginContext& context)
    : config_(std::move(config)),
      channel_{config_.account.name, config_.account.parallel_calls},
      token_("Authorization", "Bearer ",
             [doctl = config_.context, surroundings = context.surroundings]() -> Result<Secret> {
               const Result<DigitalOceanToken> found = FindDigitalOceanToken(doctl, surroundings);
               if (!found) return found.error();
               return found->token;
             }),
      api_(ApiOf(config_, context.surroundings), token_, context.http, context.clock),
      made_(context.clock),
      deleted_(context.clock),
      asked_for_(context.clock) {
  if (const auto found = token_.Headers(); !found) {
    throw std::runtime_error("provider " + config_.account.name + ": " + Describe(found.error()));
  }
}

Result<Catalogue> DigitalOceanProvider::Offers() {
  const auto account = api_.Ask(GetAccount(), ReadAccountAnswer);
  if (account && account->status == "locked") {
    return Error{ErrorKind::kDenied, "digitalocean get account", "locked",
                 "the account is locked: " + account->status_message};
  }
  const auto regions = ReadList<DigitalOceanRegion>(api_, ListRegions, ReadRegions);
  if (regions.error) return *regions.error;
  const auto sizes = ReadList<DigitalOceanSize>(api_, ListSizes, ReadSizes);
  if (sizes.error) return *sizes.error;
  const Result<DropletLimit> limit = Limit(account);

  Catalogue catalogue =
      DigitalOceanCatalogue(config_, regions.items, sizes.items,
                            limit ? std::optional<DropletLimit>(*limit) : std::nullopt);
  if (!limit) {
    catalogue.remarks.push_back("how many Droplets the account may still have: " +
                                Describe(limit.error()));
  }
  if (account && account->status == "warning") {
    catalogue.remarks.push_back("the account has a warning: " + account->status_message);
  }
  if (const int unreadable = regions.unreadable + sizes.unreadable; unreadable > 0) {
    catalogue.remarks.push_back(std::to_string(unreadable) +
                                " regions or sizes are not in the form that was expected");
  }
  return catalogue;
}

Result<DropletLimit> DigitalOceanProvider::Limit(const Result<DigitalOceanAccount>& account) {
  if (!account) return account.error();
  const auto used = api_.Ask(ListDroplets("", "", 1), ReadDroplets);
  if (!used) return used.error();
  return DropletLimit{account->droplet_limit, used->total};
}

Result<Machine> DigitalOceanProvider::Create(const MachineSpec& spec) {
  if (const auto error = Check(spec)) return *error;
  const DigitalOceanPlace* place = PlaceAt(spec.location);
  if (place == nullptr) {
    return Invalid("create droplet",
                   "\"" + spec.location + "\" is no region of provider " + config_.account.name);
  }
  const bool may_be_there = asked_for_.Has(spec.token);
  if (!spec.is_repeated && !may_be_there) return Launch(spec, *place);

  const Result<Machine> found = FindByToken(spec.token);
  if (found) {
    if (found->plan == spec.plan && found->location == spec.location) return found;
    return Error{ErrorKind::kConflict, "digitalocean create droplet", "",
                 "token " + spec.token + " has a " + found->plan + " in " + found->location +
                     " already, asked for is a " + spec.plan + " in " + spec.location};
  }
  if (found.error().kind != ErrorKind::kNotFound) return found;
  if (!may_be_there) return Launch(spec, *place);
  return Error{ErrorKind::kUnknownOutcome, "digitalocean create droplet", "",
               "it was asked for minutes ago and may still appear; it is not asked for again"};
}

Result<Machine> DigitalOceanProvider::Launch(const MachineSpec& spec,
                                             const DigitalOceanPlace& place) {
  DropletRequest request;
  request.name = spec.host;
  request.region = place.region;
  request.size = spec.plan;
  request.image = config_.image;
  request.ssh_keys = config_.ssh_keys;
  request.vpc = place.vpc;
  request.user_data = spec.user_data;
  request.ipv6 = config_.ipv6;
  request.monitoring = config_.monitoring;
  request.tags = TagsOf(spec);

  const auto created = api_.Ask(CreateDroplet(request), ReadCreatedDroplet);
  if (created || created.error().kind == ErrorKind::kUnknownOutcome) {
    asked_for_.Remember(spec.token);
  }
  if (!created) return created.error();
  made_.Remember(created->droplet.id);
  RememberAction(*created);
  Machine machine = MachineOf(created->droplet);
  machine.token = spec.token;  // the answer comes before the tags are on it
  machine.owner = spec.owner;
  return machine;
}

Result<Machine> DigitalOceanProvider::Find(const std::string& token, const std::string&,
                                           const std::string& machine_id) {
  return machine_id.empty() ? FindByToken(token) : FindById(machine_id);
}

Result<Machine> DigitalOceanProvider::FindById(const std::string& machine_id) {
  if (!IsDigitalOceanId(machine_id)) {
    return Invalid("get droplet", "\"" + machine_id + "\" is no id of a Droplet");
  }
  const auto droplet = api_.Ask(GetDroplet(machine_id), ReadDroplet);
  if (droplet) {
    if (droplet->status != "new") ForgetAction(machine_id);
    return MachineOf(*droplet);
  }
  if (droplet.error().kind != ErrorKind::kNotFound || !HasFailed(machine_id)) {
    return droplet.error();
  }
  Machine machine;
  machine.id = machine_id;
  machine.state = MachineState::kGone;
  machine.state_text = "gone: the action that makes it has failed";
  return machine;
}

Result<Machine> DigitalOceanProvider::FindByToken(const std::string& token) {
  Listed<Droplet> droplets = DropletsWith(api_, FlatTag("token", token));
  std::erase_if(droplets.items, [&token](const Droplet& droplet) {
    return ReadFlatTag(droplet.tags, "token") != token;
  });
  if (!droplets.items.empty()) {
    const auto younger = [](const Droplet& a, const Droplet& b) {
      return a.created_at < b.created_at;
    };
    return MachineOf(*std::max_element(droplets.items.begin(), droplets.items.end(), younger));
  }
  if (droplets.error) return *droplets.error;
  if (droplets.unreadable > 0) {
    return Error{ErrorKind::kTransient, "digitalocean list droplets", "",
                 "the machine with token " + token + " is there and cannot be read"};
  }
  return NotFound("list droplets", "no machine with token " + token);
}

// Droplets that come and go while pages are read move others over their edges; then the count
// does not fit. Tags are looked at again, because a filter that is not understood lets all pass.
Result<MachineList> DigitalOceanProvider::List(const std::string& owner) {
  const Listed<Droplet> droplets = DropletsWith(api_, FlatTag("owner", owner));
  // A tag that was never used may not exist at all. Nothing is proved by that.
  const bool has_no_tag = droplets.error && droplets.error->kind == ErrorKind::kNotFound;
  if (droplets.error && droplets.items.empty() && !has_no_tag) return *droplets.error;

  MachineList list;
  std::set<std::string> seen;
  for (const Droplet& droplet : droplets.items) {
    if (!seen.insert(droplet.id).second) continue;
    if (ReadFlatTag(droplet.tags, "owner") == owner) list.machines.push_back(MachineOf(droplet));
  }
  list.is_complete = !droplets.error && droplets.unreadable == 0 &&
                     static_cast<std::int64_t>(seen.size()) >= droplets.total;
  return list;
}

Result<Done> DigitalOceanProvider::Delete(const std::string& machine_id, const std::string&) {
  if (!IsDigitalOceanId(machine_id)) {
    return Invalid("delete droplet", "\"" + machine_id + "\" is no id of a Droplet");
  }
  if (deleted_.Has(machine_id)) return Done{};
  const auto answer = api_.Call(DeleteDroplet(machine_id));
  if (answer) {
    deleted_.Remember(machine_id);
    ForgetAction(machine_id);
    return Done{};
  }
  Error error = answer.error();
  if (error.kind != ErrorKind::kNotFound) return error;
  if (!made_.Has(machine_id)) return Done{};
  error.kind = ErrorKind::kTransient;
  return error;
}

Machine DigitalOceanProvider::MachineOf(const Droplet& droplet) const {
  Machine machine;
  machine.id = droplet.id;
  machine.token = ReadFlatTag(droplet.tags, "token");
  machine.owner = ReadFlatTag(droplet.tags, "owner");
  machine.address =
      config_.account.public_address ? droplet.public_address : droplet.private_address;
  machine.location = droplet.region;
  machine.plan = droplet.size;
  machine.state = StateOf(droplet.status);
  machine.state_text = droplet.status;
  machine.launched_at = droplet.created_at;
  if (deleted_.Has(droplet.id)) {
    // It keeps its status until it is gone.
    machine.state = MachineState::kStopping;
    machine.state_text += ", being deleted";
  }
  return machine;
}

const DigitalOceanPlace* DigitalOceanProvider::PlaceAt(const std::string& location) const {
  const auto place = std::find_if(config_.places.begin(), config_.places.end(),
                                  [&](const DigitalOceanPlace& p) { return p.region == location; });
  return place == config_.places.end() ? nullptr : &*place;
}

void DigitalOceanProvider::RememberAction(const CreatedDroplet& created) {
  if (created.action.empty()) return;
  const std::lock_guard lock(mutex_);
  actions_[created.droplet.id] = created.action;
}

void DigitalOceanProvider::ForgetAction(const std::string& machine_id) {
  const std::lock_guard lock(mutex_);
  actions_.erase(machine_id);
}

bool DigitalOceanProvider::HasFailed(const std::string& machine_id) {
  std::string action;
  {
    const std::lock_guard lock(mutex_);
    const auto known = actions_.find(machine_id);
    if (known == actions_.end()) return false;
    action = known->second;
  }
  const auto status = api_.Ask(GetAction(action), ReadActionStatus);
  return status && *status == "errored";
}

}  // namespace spillway
