#include "tests/fakes/google.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "scaler/runtime/random.h"
#include "tests/fakes/google_answers.h"
#include "tests/fakes/google_identity.h"
#include "tests/fakes/google_project.h"

namespace spillway::fakes {
namespace {

constexpr Time kFirstDay = Time(std::chrono::sys_days(std::chrono::year(2026) / 3 / 2));

// What a request asks for: a method of the API by its name in Google's documents, and the parts of
// the path that it is about.
struct Asked {
  std::string method;  // empty: there is no such thing
  std::string zone;    // or region
  std::string name;
  GoogleProject::Query query;
};

std::vector<std::string> Parts(const std::string& path) {
  std::vector<std::string> parts;
  std::size_t begin = 1;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    parts.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

Asked ReadTarget(const Request& request, const std::string& project) {
  const std::size_t mark = std::min(request.target.find('?'), request.target.size());
  const std::string path = request.target.substr(0, mark);
  Asked asked;
  asked.query = ParseForm(request.target.substr(std::min(mark + 1, request.target.size())));
  if (path == "/token" && request.method == "POST") asked.method = "token";
  if (path.starts_with("/computeMetadata/v1/")) asked.method = "metadata";
  const std::string start = "/compute/v1/projects/" + project;
  if (!path.starts_with(start)) return asked;

  struct Route {
    std::string_view verb;
    std::vector<std::string_view> pattern;  // "Z": zone or region, "N": a name
    std::string_view method;
  };
  static const std::vector<Route> kRoutes = {
      {"GET", {}, "projects.get"},
      {"GET", {"regions", "Z"}, "regions.get"},
      {"GET", {"aggregated", "instances"}, "instances.aggregatedList"},
      {"POST", {"zones", "Z", "instances"}, "instances.insert"},
      {"GET", {"zones", "Z", "instances", "N"}, "instances.get"},
      {"DELETE", {"zones", "Z", "instances", "N"}, "instances.delete"},
      {"GET", {"zones", "Z", "operations"}, "zoneOperations.list"},
      {"GET", {"zones", "Z", "machineTypes"}, "machineTypes.list"},
  };
  const std::vector<std::string> parts = Parts(path.substr(start.size()));
  for (const Route& route : kRoutes) {
    if (route.verb != request.method || route.pattern.size() != parts.size()) continue;
    Asked candidate = asked;
    bool fits = true;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (route.pattern[i] == "Z") {
        candidate.zone = parts[i];
      } else if (route.pattern[i] == "N") {
        candidate.name = parts[i];
      } else {
        fits = fits && route.pattern[i] == parts[i];
      }
    }
    if (!fits) continue;
    candidate.method = route.method;
    return candidate;
  }
  return asked;
}

}  // namespace

GoogleFault GoogleFault::Refused(int status, std::string reason, std::string message) {
  GoogleFault fault;
  fault.status = status;
  fault.reason = std::move(reason);
  fault.message = std::move(message);
  return fault;
}

GoogleFault GoogleFault::Carried(Delivery delivery) {
  GoogleFault fault;
  fault.delivery = delivery;
  return fault;
}

GoogleFault GoogleFault::Lost() { return Carried(Delivery::kCutAfter); }

GoogleFault GoogleFault::Garbled() {
  GoogleFault fault;
  fault.is_garbled = true;
  return fault;
}

GoogleFault GoogleFault::Indiscreet() {
  GoogleFault fault = Refused(400, "invalid", "this was sent");
  fault.is_indiscreet = true;
  return fault;
}

GoogleFault GoogleFault::NeverCame() {
  GoogleFault fault = Page(503);
  fault.delivery = Delivery::kCutAfter;
  return fault;
}

struct FakeGoogle::Impl {
  explicit Impl(GoogleOptions o)
      : options(std::move(o)),
        identity(options.project),
        project(options),
        random(options.chaos.seed) {}

  Response Handle(const Request& request);
  std::optional<GoogleFault> NextFault(const std::string& method);
  std::optional<GoogleFault> ChaoticFault(const std::string& method);
  Response Act(const Asked& asked, const Request& request);
  Time Now() const {
    if (!options.real_time) return kFirstDay + advanced;
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }

  GoogleOptions options;
  std::string url;
  mutable std::mutex mutex;  // guards what follows but the server, and what of `options` changes
  GoogleIdentity identity;
  GoogleProject project;
  Random random;
  Duration advanced{0};
  std::vector<std::pair<std::string, GoogleFault>> faults;  // by method, in their order
  std::map<std::string, int> calls;
  std::unique_ptr<HttpServer> server;
};

Response FakeGoogle::Impl::Handle(const Request& request) {
  const Asked asked = ReadTarget(request, options.project);
  std::optional<GoogleFault> fault;
  {
    const std::lock_guard lock(mutex);
    ++calls[asked.method];
    fault = NextFault(asked.method);
  }
  if (fault) std::this_thread::sleep_for(fault->delay);

  const std::lock_guard lock(mutex);
  Response response;
  if (fault && fault->status != 0) {
    std::string message = fault->message;
    if (fault->is_indiscreet) message += ": " + GoogleIdentity::Authorization(request);
    response = GoogleRefusal(fault->status, fault->reason, message);
  } else {
    response = Act(asked, request);
  }
  if (!fault) return response;
  if (fault->is_garbled || (fault->status != 0 && fault->reason.empty())) {
    response.body = "<!DOCTYPE html><html><title>Error 502 (Server Error)!!1</title></html>";
    response.content_type = "text/html";
  }
  response.delivery = fault->delivery;
  return response;
}

std::optional<GoogleFault> FakeGoogle::Impl::NextFault(const std::string& method) {
  const auto next = std::find_if(faults.begin(), faults.end(), [&](const auto& entry) {
    return entry.first == method || entry.first == "*";
  });
  if (next == faults.end()) return ChaoticFault(method);
  const GoogleFault fault = next->second;
  faults.erase(next);
  return fault;
}

std::optional<GoogleFault> FakeGoogle::Impl::ChaoticFault(const std::string& method) {
  const GoogleChaos& chaos = options.chaos;
  if (random.Chance(chaos.never_came)) return GoogleFault::NeverCame();
  if (random.Chance(chaos.throttled)) return GoogleFault::Throttled();
  if (random.Chance(chaos.page)) return GoogleFault::Page(502);
  if (random.Chance(chaos.lost)) return GoogleFault::Lost();
  if (method != "instances.insert") return std::nullopt;
  if (random.Chance(chaos.no_capacity)) {
    return GoogleFault::Refused(503, "backendError",
                                "The zone does not have enough resources available to fulfill the "
                                "request.");
  }
  if (random.Chance(chaos.start_failed)) {
    project.start_failures.push_back({"ZONE_RESOURCE_POOL_EXHAUSTED", false});
  }
  return std::nullopt;
}

Response FakeGoogle::Impl::Act(const Asked& asked, const Request& request) {
  const Time now = Now();
  if (asked.method == "token") return identity.Token(request, url + "/token", now);
  if (asked.method == "metadata") return identity.Metadata(request, now);
  if (asked.method.empty()) {
    return {.status = 404, .body = "<html>Not Found</html>", .content_type = "text/html"};
  }
  if (!identity.Admits(request, now)) {
    return GoogleRefusal(401, "authError", "Request had invalid authentication credentials.");
  }
  if (asked.method == "projects.get") return project.GetProject();
  if (asked.method == "regions.get") return project.GetRegion(asked.zone);
  if (asked.method == "instances.aggregatedList") return project.AggregatedList(asked.query, now);
  if (asked.method == "instances.insert") {
    return project.Insert(asked.zone, asked.query, request.body, now);
  }
  if (asked.method == "instances.get") return project.Get(asked.zone, asked.name, now);
  if (asked.method == "instances.delete") {
    return project.Delete(asked.zone, asked.name, asked.query, now);
  }
  if (asked.method == "zoneOperations.list") {
    return project.ListOperations(asked.zone, asked.query);
  }
  return project.ListTypes(asked.zone, asked.query);
}

FakeGoogle::FakeGoogle(GoogleOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))), port_(impl_->options.port) {
  Listen();
}

// The server's threads use what is here, so it goes first.
FakeGoogle::~FakeGoogle() { StopListening(); }

std::string FakeGoogle::url() const { return "http://" + host(); }
std::string FakeGoogle::host() const { return fmt::format("{}:{}", impl_->options.listen, port_); }
const std::string& FakeGoogle::project() const { return impl_->options.project; }

std::string FakeGoogle::ServiceAccountFile() const {
  return impl_->identity.ServiceAccountFile(url() + "/token");
}

std::string FakeGoogle::UserFile() const { return impl_->identity.UserFile(url() + "/token"); }

std::vector<std::string> FakeGoogle::secrets() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->identity.secrets();
}

void FakeGoogle::RevokeTokens() {
  const std::lock_guard lock(impl_->mutex);
  impl_->identity.RevokeTokens();
}

void FakeGoogle::RevokeKeys() {
  const std::lock_guard lock(impl_->mutex);
  impl_->identity.RevokeKeys();
}

void FakeGoogle::Listen() {
  auto server = std::make_unique<HttpServer>(
      [impl = impl_.get()](const Request& request) { return impl->Handle(request); },
      impl_->options.listen, port_);
  port_ = server->port();
  const std::lock_guard lock(impl_->mutex);
  impl_->url = url();
  impl_->server = std::move(server);
}

void FakeGoogle::StopListening() { impl_->server.reset(); }

void FakeGoogle::Fail(const std::string& method, const GoogleFault& fault, int times) {
  const std::lock_guard lock(impl_->mutex);
  for (int i = 0; i < times; ++i) impl_->faults.emplace_back(method, fault);
}

void FakeGoogle::FailStarts(const std::string& code, int times, bool at_once) {
  const std::lock_guard lock(impl_->mutex);
  for (int i = 0; i < times; ++i) impl_->project.start_failures.push_back({code, at_once});
}

void FakeGoogle::SetCapacity(const std::string& type, int instances) {
  const std::lock_guard lock(impl_->mutex);
  impl_->project.capacity[type] = instances;
}

void FakeGoogle::SetQuota(const std::string& metric, double limit) {
  const std::lock_guard lock(impl_->mutex);
  impl_->project.quotas[metric] = limit;
}

void FakeGoogle::LoseZone(const std::string& zone) {
  const std::lock_guard lock(impl_->mutex);
  impl_->project.lost_zones.insert(zone);
}

void FakeGoogle::RepeatPages() {
  const std::lock_guard lock(impl_->mutex);
  impl_->project.repeats_pages = true;
}

void FakeGoogle::SetPageSize(int items) {
  const std::lock_guard lock(impl_->mutex);
  impl_->options.page_size = items;
}

void FakeGoogle::HideNewInstances(int looks) {
  const std::lock_guard lock(impl_->mutex);
  impl_->options.hidden_looks = looks;
}

void FakeGoogle::Advance(Duration d) {
  const std::lock_guard lock(impl_->mutex);
  impl_->advanced += d;
}

void FakeGoogle::SettleAll() {
  const std::lock_guard lock(impl_->mutex);
  impl_->project.SettleAll(impl_->Now());
}

void FakeGoogle::SetStatus(const std::string& name, const std::string& status) {
  const std::lock_guard lock(impl_->mutex);
  if (GoogleFakeInstance* instance = impl_->project.Find(name)) instance->status = status;
}

void FakeGoogle::Forget(const std::string& name) {
  const std::lock_guard lock(impl_->mutex);
  if (GoogleFakeInstance* instance = impl_->project.Find(name)) instance->is_gone = true;
}

void FakeGoogle::ForgetOperations(const std::string& name) {
  const std::lock_guard lock(impl_->mutex);
  impl_->project.ForgetOperations(name);
}

void FakeGoogle::Add(const std::string& zone, const std::string& name, const std::string& type,
                     const std::map<std::string, std::string>& labels) {
  const std::lock_guard lock(impl_->mutex);
  GoogleFakeInstance instance;
  instance.zone = zone;
  instance.name = name;
  instance.type = type;
  instance.status = "RUNNING";
  instance.labels = labels;
  instance.created_at = impl_->Now();
  instance.starting_looks = impl_->options.starting_looks;
  instance.stopping_looks = impl_->options.stopping_looks;
  impl_->project.Add(std::move(instance));
}

std::vector<GoogleFakeInstance> FakeGoogle::instances() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->project.instances();
}

int FakeGoogle::live() const {
  const auto all = instances();
  return static_cast<int>(
      std::count_if(all.begin(), all.end(), [](const auto& i) { return !i.is_gone; }));
}

int FakeGoogle::made(const std::string& name) const {
  const auto all = instances();
  return static_cast<int>(
      std::count_if(all.begin(), all.end(), [&](const auto& i) { return i.name == name; }));
}

int FakeGoogle::calls(const std::string& method) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->calls.find(method);
  return found == impl_->calls.end() ? 0 : found->second;
}

}  // namespace spillway::fakes
