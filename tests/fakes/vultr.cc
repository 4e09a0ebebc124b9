#include "tests/fakes/vultr.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "scaler/runtime/random.h"
#include "tests/fakes/vultr_account.h"
#include "tests/fakes/vultr_answers.h"

namespace spillway::fakes {
namespace {

constexpr Time kFirstDay = Time(std::chrono::sys_days(std::chrono::year(2026) / 3 / 2));

// "POST /v2/bare-metals/ID?x=y" taken apart.
struct Call {
  std::string action;  // empty: there is no such path
  ClusterType type = ClusterType::kVirtual;
  std::string id;  // of a machine or a region
  std::map<std::string, std::string> query;
  bool needs_key = true;
};

std::vector<std::string> Split(const std::string& path) {
  std::vector<std::string> parts(1);
  for (const char c : path.substr(path.starts_with('/') ? 1 : 0)) {
    if (c == '/') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::string MachineAction(const std::string& method, bool has_id) {
  if (method == "POST" && !has_id) return "create";
  if (method == "DELETE" && has_id) return "delete";
  if (method == "GET") return has_id ? "get" : "list";
  return "";
}

Call CallOf(const Request& request) {
  const auto question = std::min(request.target.find('?'), request.target.size());
  const std::vector<std::string> parts = Split(request.target.substr(0, question));
  Call call;
  call.query = ParseForm(request.target.substr(std::min(question + 1, request.target.size())));
  if (parts.size() < 2 || parts[0] != "v2") return call;
  const std::string& folder = parts[1];
  if (parts.size() > 2) call.id = parts[2];
  if (folder == "instances" || folder == "bare-metals") {
    call.type = folder == "instances" ? ClusterType::kVirtual : ClusterType::kMetal;
    call.action = MachineAction(request.method, parts.size() == 3);
  } else if (request.method == "GET" && folder == "account") {
    call.action = "account";
  } else if (request.method == "GET" && (folder == "plans" || folder == "plans-metal")) {
    call.type = folder == "plans" ? ClusterType::kVirtual : ClusterType::kMetal;
    call.action = "plans";
    call.needs_key = false;
  } else if (request.method == "GET" && (folder == "os" || folder == "regions")) {
    call.action = parts.size() == 4 && parts[3] == "availability" ? "stock" : folder;
    call.needs_key = false;
  }
  return call;
}

}  // namespace

VultrFault VultrFault::Refused(int status, std::string text) {
  VultrFault fault;
  fault.status = status;
  fault.text = std::move(text);
  return fault;
}

VultrFault VultrFault::Carried(Delivery delivery) {
  VultrFault fault;
  fault.delivery = delivery;
  return fault;
}

VultrFault VultrFault::Lost() { return Carried(Delivery::kCutAfter); }

VultrFault VultrFault::NeverCame() {
  VultrFault fault = Page(503);
  fault.delivery = Delivery::kCutBefore;
  return fault;
}

VultrFault VultrFault::Garbled() {
  VultrFault fault;
  fault.is_garbled = true;
  return fault;
}

std::string VultrFakeMachine::path() const {
  return (type == ClusterType::kMetal ? "bare-metals/" : "instances/") + id;
}

bool VultrFakeMachine::HasTag(const std::string& tag) const {
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

struct FakeVultr::Impl {
  explicit Impl(VultrOptions o)
      : options(std::move(o)), account(options), random(options.chaos.seed) {
    account.hidden_looks = options.hidden_looks;
    account.page_size = options.page_size;
  }

  Response Handle(const Request& request);
  bool IsLetIn(const Request& request) const;
  std::optional<VultrFault> NextFault(const std::string& action);
  std::optional<VultrFault> ChaoticFault(const std::string& action);
  Response Act(const Call& call, const Request& request);
  Time Now() const {
    if (!options.real_time) return kFirstDay + advanced;
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }

  const VultrOptions options;
  mutable std::mutex mutex;  // guards what follows but the server
  VultrAccount account;
  Random random;
  Duration advanced{0};
  std::vector<std::pair<std::string, VultrFault>> faults;  // by action, in their order
  std::map<std::string, int> calls;
  std::unique_ptr<HttpServer> server;
};

Response FakeVultr::Impl::Handle(const Request& request) {
  const Call call = CallOf(request);
  std::optional<VultrFault> fault;
  {
    const std::lock_guard lock(mutex);
    ++calls[call.action];
    fault = NextFault(call.action);
  }
  if (fault) std::this_thread::sleep_for(fault->delay);

  const std::lock_guard lock(mutex);
  if (call.needs_key && !IsLetIn(request)) return VultrRefusal(401, "Invalid API token.");
  Response response;
  if (fault && fault->status != 0) {
    response = VultrRefusal(fault->status, fault->text);
    response.headers = fault->headers;
  } else {
    response = Act(call, request);
  }
  if (!fault) return response;
  if (fault->is_garbled || (fault->status != 0 && fault->text.empty())) {
    response.body = "<html><head><title>Bad Gateway</title></head><body><br></body></html>";
    response.content_type = "text/html";
  }
  response.delivery = fault->delivery;
  return response;
}

bool FakeVultr::Impl::IsLetIn(const Request& request) const {
  const auto header = request.headers.find("authorization");
  if (header == request.headers.end() || !header->second.starts_with("Bearer ")) return false;
  return options.api_key.empty() || header->second == "Bearer " + options.api_key;
}

std::optional<VultrFault> FakeVultr::Impl::NextFault(const std::string& action) {
  const auto next = std::find_if(faults.begin(), faults.end(), [&action](const auto& entry) {
    return entry.first == action || entry.first == "*";
  });
  if (next == faults.end()) return ChaoticFault(action);
  const VultrFault fault = next->second;
  faults.erase(next);
  return fault;
}

std::optional<VultrFault> FakeVultr::Impl::ChaoticFault(const std::string& action) {
  const VultrChaos& chaos = options.chaos;
  if (random.Chance(chaos.never_came)) return VultrFault::NeverCame();
  if (random.Chance(chaos.throttled)) return VultrFault::Refused(429, "Rate limit exceeded");
  if (random.Chance(chaos.page)) return VultrFault::Page(502);
  if (random.Chance(chaos.lost)) return VultrFault::Lost();
  if (action == "create" && random.Chance(chaos.no_capacity)) {
    return VultrFault::Refused(400, "The plan is not available in the selected region.");
  }
  if (action == "delete" && random.Chance(chaos.locked)) {
    return VultrFault::Refused(
        500, "Unable to destroy server: Unable to remove VM: Server is currently locked");
  }
  return std::nullopt;
}

Response FakeVultr::Impl::Act(const Call& call, const Request& request) {
  if (call.action == "create") return account.Create(call.type, request.body, Now());
  if (call.action == "get") return account.Get(call.type, call.id, Now());
  if (call.action == "delete") return account.Delete(call.type, call.id, Now());
  if (call.action == "list") return account.List(call.type, call.query, Now());
  if (call.action == "account") return VultrAnswer(200, VultrAccountAnswer());
  if (call.action == "regions") return VultrAnswer(200, VultrRegionsAnswer());
  if (call.action == "plans") return VultrAnswer(200, VultrPlansAnswer(call.type));
  if (call.action == "os") return VultrAnswer(200, VultrOsAnswer());
  if (call.action == "stock") {
    const auto type = call.query.find("type");
    return account.Stock(call.id, type == call.query.end() ? "all" : type->second);
  }
  return VultrRefusal(404, "Invalid API path.");
}

FakeVultr::FakeVultr(VultrOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))), port_(impl_->options.port) {
  Listen();
}

// The server's threads use what is here, so it goes first.
FakeVultr::~FakeVultr() { StopListening(); }

std::string FakeVultr::url() const {
  return fmt::format("http://{}:{}", impl_->options.listen, port_);
}
int FakeVultr::port() const { return port_; }

void FakeVultr::Listen() {
  impl_->server = std::make_unique<HttpServer>(
      [impl = impl_.get()](const Request& request) { return impl->Handle(request); },
      impl_->options.listen, port_);
  port_ = impl_->server->port();
}

void FakeVultr::StopListening() { impl_->server.reset(); }

void FakeVultr::Fail(const std::string& action, const VultrFault& fault, int times) {
  const std::lock_guard lock(impl_->mutex);
  for (int i = 0; i < times; ++i) impl_->faults.emplace_back(action, fault);
}

void FakeVultr::SetCapacity(const std::string& plan, int machines) {
  const std::lock_guard lock(impl_->mutex);
  impl_->account.capacity[plan] = machines;
}

void FakeVultr::SetMachineLimit(ClusterType type, int machines) {
  const std::lock_guard lock(impl_->mutex);
  impl_->account.machine_limits[type] = machines;
}

void FakeVultr::SetHiddenLooks(int looks) {
  const std::lock_guard lock(impl_->mutex);
  impl_->account.hidden_looks = looks;
}

void FakeVultr::SetPageSize(int machines) {
  const std::lock_guard lock(impl_->mutex);
  impl_->account.page_size = machines;
}

void FakeVultr::RepeatPages() {
  const std::lock_guard lock(impl_->mutex);
  impl_->account.repeats_pages = true;
}

void FakeVultr::Advance(Duration d) {
  const std::lock_guard lock(impl_->mutex);
  impl_->advanced += d;
}

void FakeVultr::SetState(const std::string& id, const std::string& status,
                         const std::string& power_status, const std::string& server_status) {
  const std::lock_guard lock(impl_->mutex);
  if (VultrFakeMachine* machine = impl_->account.Find(id)) {
    machine->status = status;
    machine->power_status = power_status;
    machine->server_status = server_status;
  }
}

void FakeVultr::Forget(const std::string& id) { SetState(id, "", "", ""); }

std::string FakeVultr::Add(ClusterType type, const std::string& region, const std::string& plan,
                           const std::vector<std::string>& tags) {
  const std::lock_guard lock(impl_->mutex);
  VultrFakeMachine machine;
  machine.type = type;
  machine.region = region;
  machine.plan = plan;
  machine.status = "active";
  if (type == ClusterType::kVirtual) {
    machine.power_status = "running";
    machine.server_status = "ok";
  }
  machine.tags = tags;
  machine.created_at = impl_->Now();
  return impl_->account.Add(std::move(machine));
}

std::vector<VultrFakeMachine> FakeVultr::machines() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->account.machines();
}

int FakeVultr::live() const {
  const auto all = machines();
  return static_cast<int>(
      std::count_if(all.begin(), all.end(), [](const auto& m) { return m.IsLive(); }));
}

int FakeVultr::made(const std::string& tag) const {
  const auto all = machines();
  return static_cast<int>(
      std::count_if(all.begin(), all.end(), [&tag](const auto& m) { return m.HasTag(tag); }));
}

int FakeVultr::calls(const std::string& action) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->calls.find(action);
  return found == impl_->calls.end() ? 0 : found->second;
}

}  // namespace spillway::fakes
