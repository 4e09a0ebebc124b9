#include "tests/fakes/digitalocean.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "scaler/runtime/random.h"
#include "tests/fakes/digitalocean_account.h"

namespace spillway::fakes {
namespace {

constexpr Time kFirstDay = Time(std::chrono::sys_days(std::chrono::year(2026) / 3 / 2));

std::string Header(const Request& request, const std::string& name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? "" : found->second;
}

// A request as one of the calls that this fake knows.
struct Call {
  std::string name;  // empty: none of them
  std::string id;
  std::string path;
  Parameters query;
};

Call ReadCall(const Request& request) {
  Call call;
  const std::size_t question = std::min(request.target.find('?'), request.target.size());
  call.path = request.target.substr(0, question);
  if (question < request.target.size()) call.query = ParseForm(request.target.substr(question + 1));
  struct Route {
    const char* method;
    std::string path;
    bool has_id;
    const char* name;
  };
  static const Route kRoutes[] = {
      {"POST", "/v2/droplets", false, "create droplet"},
      {"GET", "/v2/droplets", false, "list droplets"},
      {"GET", "/v2/droplets/", true, "get droplet"},
      {"DELETE", "/v2/droplets/", true, "delete droplet"},
      {"GET", "/v2/actions/", true, "get action"},
      {"GET", "/v2/account", false, "get account"},
      {"GET", "/v2/regions", false, "list regions"},
      {"GET", "/v2/sizes", false, "list sizes"},
  };
  for (const Route& route : kRoutes) {
    if (request.method != route.method) continue;
    const bool fits = route.has_id ? call.path.starts_with(route.path) : call.path == route.path;
    if (!fits) continue;
    call.name = route.name;
    call.id = call.path.substr(route.path.size());
  }
  return call;
}

}  // namespace

DigitalOceanFault DigitalOceanFault::Refused(int status, std::string id, std::string message) {
  DigitalOceanFault fault;
  fault.status = status;
  fault.id = std::move(id);
  fault.message = std::move(message);
  return fault;
}

DigitalOceanFault DigitalOceanFault::Throttled(const std::map<std::string, std::string>& headers) {
  DigitalOceanFault fault = Refused(429, "too_many_requests", "API rate limit exceeded.");
  fault.headers = headers;
  return fault;
}

DigitalOceanFault DigitalOceanFault::Carried(Delivery delivery) {
  DigitalOceanFault fault;
  fault.delivery = delivery;
  return fault;
}

DigitalOceanFault DigitalOceanFault::NeverCame() {
  DigitalOceanFault fault = Refused(503, "service_unavailable");
  fault.delivery = Delivery::kCutAfter;
  return fault;
}

DigitalOceanFault DigitalOceanFault::Garbled() {
  DigitalOceanFault fault;
  fault.is_garbled = true;
  return fault;
}

struct FakeDigitalOcean::Impl {
  explicit Impl(DigitalOceanOptions o)
      : options(std::move(o)), account(options), random(options.chaos.seed) {}

  Response Handle(const Request& request);
  std::optional<Response> Admit(const Request& request) const;
  std::optional<DigitalOceanFault> NextFault(const std::string& call);
  std::optional<DigitalOceanFault> ChaoticFault(const std::string& call);
  Response Act(const Call& call, const Request& request);
  void AddRateHeaders(Response& response) const;
  Time Now() const {
    if (!options.real_time) return kFirstDay + advanced;
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }

  DigitalOceanOptions options;
  mutable std::mutex mutex;  // guards what follows but the server, and what of `options` changes
  DigitalOceanAccount account;
  Random random;
  Duration advanced{0};
  std::vector<std::pair<std::string, DigitalOceanFault>> faults;  // by call, in their order
  std::map<std::string, int> calls;
  std::vector<std::string> requests;
  std::unique_ptr<HttpServer> server;
};

Response FakeDigitalOcean::Impl::Handle(const Request& request) {
  const Call call = ReadCall(request);
  std::optional<DigitalOceanFault> fault;
  {
    const std::lock_guard lock(mutex);
    ++calls[call.name];
    requests.push_back(request.method + " " + request.target);
    fault = NextFault(call.name);
  }
  if (fault) std::this_thread::sleep_for(fault->delay);

  const std::lock_guard lock(mutex);
  if (const auto refusal = Admit(request)) return *refusal;
  Response response = fault && fault->status != 0
                          ? DigitalOceanRefusal(fault->status, fault->id, fault->message)
                          : Act(call, request);
  AddRateHeaders(response);
  if (!fault) return response;
  for (const auto& [name, value] : fault->headers) response.headers[name] = value;
  if (fault->is_garbled || (fault->status != 0 && fault->id.empty())) {
    if (response.status == 204) response.status = 200;
    response.body = "<html><head><title>Bad Gateway</title></head><body><br></body></html>";
    response.content_type = "text/html";
  }
  response.delivery = fault->delivery;
  return response;
}

std::optional<Response> FakeDigitalOcean::Impl::Admit(const Request& request) const {
  const std::string start = "Bearer ";
  const std::string authorization = Header(request, "authorization");
  const bool has_token = authorization.starts_with(start) && authorization.size() > start.size();
  if (has_token && (options.token.empty() || authorization == start + options.token)) {
    return std::nullopt;
  }
  return DigitalOceanRefusal(401, "unauthorized", "Unable to authenticate you");
}

std::optional<DigitalOceanFault> FakeDigitalOcean::Impl::NextFault(const std::string& call) {
  const auto next = std::find_if(faults.begin(), faults.end(), [&call](const auto& entry) {
    return entry.first == call || entry.first == "*";
  });
  if (next == faults.end()) return ChaoticFault(call);
  const DigitalOceanFault fault = next->second;
  faults.erase(next);
  return fault;
}

std::optional<DigitalOceanFault> FakeDigitalOcean::Impl::ChaoticFault(const std::string& call) {
  const DigitalOceanChaos& chaos = options.chaos;
  if (random.Chance(chaos.never_came)) return DigitalOceanFault::NeverCame();
  if (random.Chance(chaos.throttled)) return DigitalOceanFault::Throttled({{"retry-after", "1"}});
  if (random.Chance(chaos.page)) return DigitalOceanFault::Page(502);
  if (random.Chance(chaos.lost)) return DigitalOceanFault::Lost();
  if (call != "create droplet") return std::nullopt;
  if (random.Chance(chaos.no_capacity)) {
    return DigitalOceanFault::Refused(422, "unprocessable_entity",
                                      "Size is not available in this region.");
  }
  if (random.Chance(chaos.creation_failed)) ++account.failing_creations;
  return std::nullopt;
}

Response FakeDigitalOcean::Impl::Act(const Call& call, const Request& request) {
  if (call.name == "create droplet") return account.CreateDroplet(request.body, Now());
  if (call.name == "list droplets") return account.ListDroplets(call.query, call.path, Now());
  if (call.name == "get droplet") return account.GetDroplet(call.id, Now());
  if (call.name == "delete droplet") return account.DeleteDroplet(call.id, Now());
  if (call.name == "get action") return account.GetAction(call.id);
  if (call.name == "get account") return account.GetAccount();
  if (call.name == "list regions") return account.ListRegions(call.query, call.path);
  if (call.name == "list sizes") return account.ListSizes(call.query, call.path);
  return DigitalOceanRefusal(404, "not_found", "there is nothing at " + request.target);
}

// The budget of an hour is never used up here; faults say so.
void FakeDigitalOcean::Impl::AddRateHeaders(Response& response) const {
  const auto second = std::chrono::floor<std::chrono::seconds>(Now().time_since_epoch()).count();
  response.headers["ratelimit-limit"] = "5000";
  response.headers["ratelimit-remaining"] = "4900";
  response.headers["ratelimit-reset"] = std::to_string(second + 60);
}

FakeDigitalOcean::FakeDigitalOcean(DigitalOceanOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {
  impl_->server = std::make_unique<HttpServer>(
      [impl = impl_.get()](const Request& request) { return impl->Handle(request); },
      impl_->options.listen, impl_->options.port);
}

// The server's threads use what is here, so it goes first.
FakeDigitalOcean::~FakeDigitalOcean() { impl_->server.reset(); }

std::string FakeDigitalOcean::url() const { return impl_->server->url(); }

void FakeDigitalOcean::Fail(const std::string& call, const DigitalOceanFault& fault, int times) {
  const std::lock_guard lock(impl_->mutex);
  for (int i = 0; i < times; ++i) impl_->faults.emplace_back(call, fault);
}

void FakeDigitalOcean::FailCreations(int times) {
  const std::lock_guard lock(impl_->mutex);
  impl_->account.failing_creations += times;
}

void FakeDigitalOcean::SetCapacity(const std::string& size, int droplets) {
  const std::lock_guard lock(impl_->mutex);
  impl_->account.capacity[size] = droplets;
}

void FakeDigitalOcean::CloseRegion(const std::string& region) {
  const std::lock_guard lock(impl_->mutex);
  impl_->account.closed_regions.insert(region);
}

void FakeDigitalOcean::SetAccountStatus(const std::string& status, const std::string& message) {
  const std::lock_guard lock(impl_->mutex);
  impl_->account.status = status;
  impl_->account.status_message = message;
}

void FakeDigitalOcean::RepeatPages() {
  const std::lock_guard lock(impl_->mutex);
  impl_->account.repeats_pages = true;
}

void FakeDigitalOcean::LeaveOut(const std::string& id, const std::string& member) {
  const std::lock_guard lock(impl_->mutex);
  impl_->account.left_out[id].insert(member);
}

void FakeDigitalOcean::SetToken(const std::string& token) {
  const std::lock_guard lock(impl_->mutex);
  impl_->options.token = token;
}

void FakeDigitalOcean::SetPageSize(int entries) {
  const std::lock_guard lock(impl_->mutex);
  impl_->options.page_size = entries;
}

void FakeDigitalOcean::HideNewDroplets(int looks) {
  const std::lock_guard lock(impl_->mutex);
  impl_->options.hidden_looks = looks;
}

void FakeDigitalOcean::Advance(Duration d) {
  const std::lock_guard lock(impl_->mutex);
  impl_->advanced += d;
}

void FakeDigitalOcean::SetStatus(const std::string& id, const std::string& status) {
  const std::lock_guard lock(impl_->mutex);
  if (FakeDroplet* droplet = impl_->account.Find(id)) droplet->status = status;
}

void FakeDigitalOcean::TakeAway(const std::string& id) {
  const std::lock_guard lock(impl_->mutex);
  if (FakeDroplet* droplet = impl_->account.Find(id)) droplet->is_gone = true;
}

std::string FakeDigitalOcean::Add(const std::string& region, const std::string& size,
                                  const std::vector<std::string>& tags) {
  const std::lock_guard lock(impl_->mutex);
  FakeDroplet droplet;
  droplet.name = "added";
  droplet.region = region;
  droplet.size = size;
  droplet.status = "active";
  droplet.action_status = "completed";
  droplet.tags = tags;
  droplet.created_at = impl_->Now();
  droplet.new_looks = impl_->options.new_looks;
  droplet.deleted_looks = impl_->options.deleted_looks;
  return impl_->account.Add(std::move(droplet));
}

std::vector<FakeDroplet> FakeDigitalOcean::droplets() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->account.droplets();
}

int FakeDigitalOcean::live() const {
  const auto all = droplets();
  return static_cast<int>(
      std::count_if(all.begin(), all.end(), [](const FakeDroplet& d) { return !d.is_gone; }));
}

int FakeDigitalOcean::made(const std::string& tag) const {
  const auto all = droplets();
  return static_cast<int>(std::count_if(all.begin(), all.end(), [&](const FakeDroplet& d) {
    return std::find(d.tags.begin(), d.tags.end(), tag) != d.tags.end();
  }));
}

int FakeDigitalOcean::calls(const std::string& call) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->calls.find(call);
  return found == impl_->calls.end() ? 0 : found->second;
}

std::vector<std::string> FakeDigitalOcean::requests() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->requests;
}

}  // namespace spillway::fakes
