#include "tests/fakes/redfish.h"

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "tests/fakes/redfish_bmc.h"
#include "tests/fakes/tls_front.h"

namespace spillway::fakes {
namespace {

constexpr Time kFirstDay = Time(std::chrono::sys_days(std::chrono::year(2026) / 3 / 2));

}  // namespace

RedfishFault RedfishFault::Refused(int status, std::string code, std::string message) {
  RedfishFault fault;
  fault.status = status;
  fault.code = std::move(code);
  fault.message = std::move(message);
  return fault;
}

RedfishFault RedfishFault::NeverCame() {
  RedfishFault fault = Refused(503, "ServiceTemporarilyUnavailable");
  fault.delivery = Delivery::kCutAfter;
  return fault;
}

RedfishFault RedfishFault::Garbled() {
  RedfishFault fault;
  fault.is_garbled = true;
  return fault;
}

RedfishFault RedfishFault::Carried(Delivery delivery) {
  RedfishFault fault;
  fault.delivery = delivery;
  return fault;
}

struct FakeRedfish::Impl {
  // What stands at one address. Its server's threads use the rest, so it goes first.
  struct Place {
    Place(const RedfishOptions& options, int number) : bmc(options, number) {}

    RedfishBmc bmc;
    std::vector<std::pair<std::string, RedfishFault>> faults;  // by kind of request, in their order
    std::map<std::string, int> requests;
    std::unique_ptr<HttpServer> server;
    std::unique_ptr<TlsFront> front;
    std::string url;
  };

  explicit Impl(RedfishOptions o) : options(std::move(o)) {
    for (int i = 0; i < options.machines; ++i) Open(places.emplace_back(options, i), i);
  }

  void Open(Place& place, int number) {
    const int port = options.port == 0 ? 0 : options.port + number;
    place.server = std::make_unique<HttpServer>(
        [this, &place](const Request& request) { return Handle(place, request); },
        options.uses_tls ? "127.0.0.1" : options.listen, options.uses_tls ? 0 : port);
    place.url = place.server->url();
    if (!options.uses_tls) return;
    place.front =
        std::make_unique<TlsFront>(place.server->port(), options.listen, options.listen, port);
    place.url = place.front->url();
  }

  Response Handle(Place& place, const Request& request) {
    std::optional<RedfishFault> fault;
    {
      const std::lock_guard lock(mutex);
      const std::string kind = place.bmc.KindOf(request);
      ++place.requests[kind];
      fault = NextFault(place, kind);
    }
    if (fault) std::this_thread::sleep_for(fault->delay);
    const std::lock_guard lock(mutex);
    const bool is_refused = fault && fault->status != 0;
    Response response = is_refused ? RedfishRefusal(fault->status, fault->code, fault->message)
                                   : place.bmc.Answer(request, Now());
    if (!fault) return response;
    if (fault->is_garbled || (is_refused && fault->code.empty())) {
      response.status = is_refused ? fault->status : 200;
      response.body = "<html><head><title>Bad Gateway</title></head><body><br></body></html>";
      response.content_type = "text/html";
    }
    if (fault->retry_after > 0) {
      response.headers["Retry-After"] = std::to_string(fault->retry_after);
    }
    response.delivery = fault->delivery;
    return response;
  }

  static std::optional<RedfishFault> NextFault(Place& place, const std::string& kind) {
    const auto next = std::find_if(
        place.faults.begin(), place.faults.end(),
        [&kind](const auto& entry) { return entry.first == kind || entry.first == "*"; });
    if (next == place.faults.end()) return std::nullopt;
    const RedfishFault fault = next->second;
    place.faults.erase(next);
    return fault;
  }

  Time Now() const {
    if (!options.real_time) return kFirstDay + advanced;
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }

  Place& At(int machine) { return places.at(static_cast<std::size_t>(machine)); }

  const RedfishOptions options;
  mutable std::mutex mutex;  // guards what follows but the servers
  Duration advanced{0};
  std::deque<Place> places;
};

FakeRedfish::FakeRedfish(RedfishOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}

FakeRedfish::~FakeRedfish() = default;

std::string FakeRedfish::url(int machine) const { return impl_->At(machine).url; }
std::string FakeRedfish::certificate(int machine) const {
  return impl_->At(machine).front->certificate();
}
std::string FakeRedfish::pinned_key(int machine) const {
  return impl_->At(machine).front->pinned_key();
}

void FakeRedfish::Fail(int machine, const std::string& request, const RedfishFault& fault,
                       int times) {
  const std::lock_guard lock(impl_->mutex);
  auto& faults = impl_->At(machine).faults;
  for (int i = 0; i < times; ++i) faults.emplace_back(request, fault);
}

void FakeRedfish::Unplug(int machine) {
  impl_->At(machine).front.reset();
  impl_->At(machine).server.reset();
}

void FakeRedfish::IgnoreShutdown(int machine) {
  const std::lock_guard lock(impl_->mutex);
  impl_->At(machine).bmc.IgnoreShutdown();
}

void FakeRedfish::SetPower(int machine, const std::string& state) {
  const std::lock_guard lock(impl_->mutex);
  impl_->At(machine).bmc.SetPower(state);
}

void FakeRedfish::SetHealth(int machine, const std::string& health) {
  const std::lock_guard lock(impl_->mutex);
  impl_->At(machine).bmc.SetHealth(health);
}

void FakeRedfish::EndSessions(int machine) {
  const std::lock_guard lock(impl_->mutex);
  impl_->At(machine).bmc.EndSessions();
}

void FakeRedfish::Advance(Duration d) {
  const std::lock_guard lock(impl_->mutex);
  impl_->advanced += d;
}

std::string FakeRedfish::power(int machine) const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->At(machine).bmc.Power(impl_->Now());
}

int FakeRedfish::sessions(int machine) const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->At(machine).bmc.sessions();
}

int FakeRedfish::requests(int machine, const std::string& request) const {
  const std::lock_guard lock(impl_->mutex);
  const auto& requests = impl_->At(machine).requests;
  const auto found = requests.find(request);
  return found == requests.end() ? 0 : found->second;
}

std::vector<std::string> FakeRedfish::resets(int machine) const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->At(machine).bmc.resets();
}

}  // namespace spillway::fakes
