#include "tests/fakes/equinix.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <sstream>
#include <thread>
#include <utility>

#include "scaler/runtime/random.h"
#include "tests/fakes/equinix_answers.h"
#include "tests/fakes/equinix_project.h"

namespace spillway::fakes {
namespace {

constexpr Time kFirstDay = Time(std::chrono::sys_days(std::chrono::year(2026) / 3 / 2));
constexpr const char* kBasePath = "/metal/v1";

// "DELETE /devices/ID?force_delete=true", taken apart.
struct Call {
  std::string name;  // "delete device"; empty: there is no such call
  std::string project;
  std::string device;
  std::map<std::string, std::string> query;
};

std::vector<std::string> PathParts(const std::string& path) {
  std::vector<std::string> parts;
  std::istringstream stream(path);
  for (std::string part; std::getline(stream, part, '/');) {
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

Call ReadCall(const Request& request) {
  Call call;
  const std::size_t query = std::min(request.target.find('?'), request.target.size());
  std::string path = request.target.substr(0, query);
  if (query < request.target.size()) call.query = ParseForm(request.target.substr(query + 1));
  if (!path.starts_with(kBasePath)) return call;
  path.erase(0, std::string_view(kBasePath).size());

  const std::vector<std::string> parts = PathParts(path);
  std::string shape = request.method;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool is_id = i == 1 && (parts[0] == "projects" || parts[0] == "devices");
    if (is_id) (parts[0] == "projects" ? call.project : call.device) = parts[i];
    shape += "/" + (is_id ? "ID" : parts[i]);
  }
  static const std::map<std::string, std::string> kNames = {
      {"POST/projects/ID/devices", "create device"}, {"GET/projects/ID/devices", "list devices"},
      {"GET/projects/ID/plans", "list plans"},       {"GET/devices/ID", "get device"},
      {"DELETE/devices/ID", "delete device"},        {"GET/devices/ID/events", "list events"},
      {"GET/locations/metros", "list metros"},       {"GET/capacity/metros", "list capacity"},
      {"POST/capacity/metros", "check capacity"},
  };
  const auto name = kNames.find(shape);
  if (name != kNames.end()) call.name = name->second;
  return call;
}

}  // namespace

EquinixFault EquinixFault::Refused(int status, std::string text) {
  EquinixFault fault;
  fault.status = status;
  fault.text = std::move(text);
  return fault;
}

EquinixFault EquinixFault::Throttled() {
  EquinixFault fault = Refused(429, "You have made too many requests");
  fault.headers = {{"X-RateLimit-Limit", "600"}, {"X-RateLimit-Remaining", "0"}};
  return fault;
}

EquinixFault EquinixFault::Garbled(std::string body) {
  EquinixFault fault;
  fault.body = std::move(body);
  return fault;
}

EquinixFault EquinixFault::Lost() { return Carried(Delivery::kCutAfter); }

EquinixFault EquinixFault::Carried(Delivery delivery) {
  EquinixFault fault;
  fault.delivery = delivery;
  return fault;
}

EquinixFault EquinixFault::NeverCame() {
  EquinixFault fault = Refused(503, "unavailable");
  fault.delivery = Delivery::kCutAfter;
  return fault;
}

struct FakeEquinix::Impl {
  explicit Impl(EquinixOptions o)
      : options(std::move(o)), project(options), random(options.chaos.seed) {}

  // What is scripted for calls of a name.
  struct Script {
    std::string name;
    EquinixFault fault;
    int times = 0;
    int after = 0;
  };

  Response Handle(const Request& request);
  std::optional<Response> Admit(const Request& request, const Call& call) const;
  std::optional<EquinixFault> NextFault(const std::string& name);
  std::optional<EquinixFault> ChaoticFault(const std::string& name);
  Response Act(const Call& call, const std::string& body);
  Response Failed(const EquinixFault& fault) const;
  Time Now() const {
    if (!options.real_time) return kFirstDay + advanced;
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }

  const EquinixOptions options;
  mutable std::mutex mutex;  // guards what follows but the server
  EquinixProject project;
  Random random;
  Duration advanced{0};
  std::vector<Script> scripts;
  std::map<std::string, int> calls;
  std::unique_ptr<HttpServer> server;
};

Response FakeEquinix::Impl::Handle(const Request& request) {
  const Call call = ReadCall(request);
  std::optional<EquinixFault> fault;
  {
    const std::lock_guard lock(mutex);
    ++calls[call.name];
    fault = NextFault(call.name);
  }
  if (fault) std::this_thread::sleep_for(fault->delay);

  const std::lock_guard lock(mutex);
  if (const auto refusal = Admit(request, call)) return *refusal;
  const bool is_refused = fault && fault->status != 0;
  Response response = is_refused ? Failed(*fault) : Act(call, request.body);
  if (fault && !fault->body.empty()) {
    response = EquinixAnswer(response.status == 204 ? 200 : response.status, fault->body);
  }
  if (fault) response.delivery = fault->delivery;
  return response;
}

Response FakeEquinix::Impl::Failed(const EquinixFault& fault) const {
  Response response = EquinixRefusal(fault.status, fault.text);
  if (fault.text.empty()) {
    response.body = "<html><head><title>Bad Gateway</title></head><body><br></body></html>";
    response.content_type = "text/html";
  }
  response.headers = fault.headers;
  return response;
}

std::optional<Response> FakeEquinix::Impl::Admit(const Request& request, const Call& call) const {
  const auto header = request.headers.find("x-auth-token");
  const std::string key = header == request.headers.end() ? "" : header->second;
  if (key.empty() || (!options.key.empty() && key != options.key)) {
    return EquinixAnswer(401, R"({"error":"Invalid authentication token"})");
  }
  if (call.name.empty() || (!call.project.empty() && call.project != options.project)) {
    return EquinixRefusal(404, "Not found");
  }
  return std::nullopt;
}

std::optional<EquinixFault> FakeEquinix::Impl::NextFault(const std::string& name) {
  const auto script = std::find_if(scripts.begin(), scripts.end(), [&name](const Script& s) {
    return s.name == name || s.name == "*";
  });
  if (script == scripts.end()) return ChaoticFault(name);
  if (script->after-- > 0) return std::nullopt;
  const EquinixFault fault = script->fault;
  if (--script->times == 0) scripts.erase(script);
  return fault;
}

std::optional<EquinixFault> FakeEquinix::Impl::ChaoticFault(const std::string& name) {
  const EquinixChaos& chaos = options.chaos;
  if (random.Chance(chaos.never_came)) return EquinixFault::NeverCame();
  if (random.Chance(chaos.throttled)) return EquinixFault::Throttled();
  if (random.Chance(chaos.page)) return EquinixFault::Page(502);
  if (random.Chance(chaos.lost)) return EquinixFault::Lost();
  if (name != "create device") return std::nullopt;
  if (random.Chance(chaos.no_capacity)) {
    return EquinixFault::Refused(422, "There aren't available servers in that metro");
  }
  if (random.Chance(chaos.start_failed)) {
    project.start_failures.push_back("Provisioning failed: no available servers");
  }
  return std::nullopt;
}

Response FakeEquinix::Impl::Act(const Call& call, const std::string& body) {
  if (call.name == "create device") return project.CreateDevice(body, Now());
  if (call.name == "get device") return project.GetDevice(call.device, Now());
  if (call.name == "list devices") return project.ListDevices(call.query, Now());
  if (call.name == "delete device") return project.DeleteDevice(call.device, Now());
  if (call.name == "list events") return project.ListEvents(call.device, Now());
  if (call.name == "list plans") return EquinixAnswer(200, PlansAnswer().dump());
  if (call.name == "list metros") return EquinixAnswer(200, MetrosAnswer().dump());
  if (call.name == "list capacity") return project.ListCapacity();
  return project.CheckCapacity(body);
}

FakeEquinix::FakeEquinix(EquinixOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))), port_(impl_->options.port) {
  Listen();
}

// The server's threads use what is here, so it goes first.
FakeEquinix::~FakeEquinix() { StopListening(); }

std::string FakeEquinix::origin() const {
  return fmt::format("http://{}:{}", impl_->options.listen, port_);
}
std::string FakeEquinix::url() const { return origin() + kBasePath; }
int FakeEquinix::port() const { return port_; }
const EquinixOptions& FakeEquinix::options() const { return impl_->options; }

void FakeEquinix::Listen() {
  impl_->server = std::make_unique<HttpServer>(
      [impl = impl_.get()](const Request& request) { return impl->Handle(request); },
      impl_->options.listen, port_);
  port_ = impl_->server->port();
}

void FakeEquinix::StopListening() { impl_->server.reset(); }

void FakeEquinix::Fail(const std::string& name, const EquinixFault& fault, int times, int after) {
  const std::lock_guard lock(impl_->mutex);
  impl_->scripts.push_back({name, fault, times, after});
}

void FakeEquinix::FailStarts(const std::string& event, int times) {
  const std::lock_guard lock(impl_->mutex);
  for (int i = 0; i < times; ++i) impl_->project.start_failures.push_back(event);
}

void FakeEquinix::SetCapacity(const std::string& metro, const std::string& plan, int devices) {
  const std::lock_guard lock(impl_->mutex);
  impl_->project.capacity[{metro, plan}] = devices;
}

void FakeEquinix::SetDeviceLimit(int devices) {
  const std::lock_guard lock(impl_->mutex);
  impl_->project.device_limit = devices;
}

void FakeEquinix::SetPageSize(int devices) {
  const std::lock_guard lock(impl_->mutex);
  impl_->project.page_size = devices;
}

void FakeEquinix::RepeatPages() {
  const std::lock_guard lock(impl_->mutex);
  impl_->project.repeats_pages = true;
}

void FakeEquinix::SetHiddenLooks(int looks) {
  const std::lock_guard lock(impl_->mutex);
  impl_->project.hidden_looks = looks;
}

void FakeEquinix::Advance(Duration d) {
  const std::lock_guard lock(impl_->mutex);
  impl_->advanced += d;
}

void FakeEquinix::SetState(const std::string& id, const std::string& state) {
  const std::lock_guard lock(impl_->mutex);
  if (EquinixFakeDevice* device = impl_->project.Find(id)) device->state = state;
}

void FakeEquinix::Lock(const std::string& id) {
  const std::lock_guard lock(impl_->mutex);
  if (EquinixFakeDevice* device = impl_->project.Find(id)) device->is_locked = true;
}

void FakeEquinix::TakeAway(const std::string& id) { SetState(id, ""); }

void FakeEquinix::Forget(const std::string& id) { SetState(id, "deleted"); }

std::string FakeEquinix::Add(const std::string& metro, const std::string& plan,
                             const std::vector<std::string>& tags) {
  const std::lock_guard lock(impl_->mutex);
  EquinixFakeDevice device;
  device.state = "active";
  device.metro = metro;
  device.plan = plan;
  device.tags = tags;
  device.created_at = impl_->Now();
  device.starting_looks = impl_->options.starting_looks;
  device.removing_looks = impl_->options.removing_looks;
  return impl_->project.Add(std::move(device));
}

std::vector<EquinixFakeDevice> FakeEquinix::devices() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->project.devices();
}

int FakeEquinix::live() const {
  const auto all = devices();
  return static_cast<int>(
      std::count_if(all.begin(), all.end(), [](const auto& d) { return d.IsLive(); }));
}

int FakeEquinix::made(const std::string& tag) const {
  const auto all = devices();
  return static_cast<int>(std::count_if(all.begin(), all.end(), [&](const auto& d) {
    return std::find(d.tags.begin(), d.tags.end(), tag) != d.tags.end();
  }));
}

int FakeEquinix::calls(const std::string& name) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->calls.find(name);
  return found == impl_->calls.end() ? 0 : found->second;
}

}  // namespace spillway::fakes
