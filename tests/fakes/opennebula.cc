#include "tests/fakes/opennebula.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace spillway::fakes {
namespace {

constexpr int kInternal = 8192;
constexpr int kLocked = 32768;

bool Fits(const std::string& signature, const std::vector<OneParam>& params) {
  if (params.size() < signature.size() + 1) return false;
  for (std::size_t i = 0; i < signature.size(); ++i) {
    const std::size_t kind = params[i + 1].index();
    if (kind != std::string("sib").find(signature[i])) return false;
  }
  return true;
}

std::string Text(const OneReply& reply) {
  const auto* text = std::get_if<std::string>(&reply.value);
  return text ? *text : "";
}

}  // namespace

const std::map<std::string, OpenNebula::Method>& OpenNebula::Methods() {
  static const std::map<std::string, Method> kMethods = {
      {"one.system.version", {"", &OpenNebula::Version, false}},
      {"one.clusterpool.info", {"", &OpenNebula::ClusterPoolInfo, true}},
      {"one.cluster.allocate", {"s", &OpenNebula::ClusterAllocate, false}},
      {"one.cluster.adddatastore", {"ii", &OpenNebula::ClusterAddDatastore, false}},
      {"one.cluster.addvnet", {"ii", &OpenNebula::ClusterAddVnet, false}},
      {"one.cluster.delete", {"i", &OpenNebula::ClusterDelete, false}},
      {"one.hostpool.info", {"", &OpenNebula::HostPoolInfo, true}},
      {"one.hostpool.monitoring", {"i", &OpenNebula::HostPoolMonitoring, false}},
      {"one.host.allocate", {"sssi", &OpenNebula::HostAllocate, false}},
      {"one.host.info", {"i", &OpenNebula::HostInfo, true}},
      {"one.host.update", {"isi", &OpenNebula::HostUpdate, false}},
      {"one.host.status", {"ii", &OpenNebula::HostStatus, false}},
      {"one.host.delete", {"i", &OpenNebula::HostDelete, false}},
      {"one.vmpool.infoset", {"sb", &OpenNebula::VmPoolInfoSet, true}},
      {"one.vmpool.infoextended", {"iiii", &OpenNebula::VmPoolInfoExtended, true}},
      {"one.vm.migrate", {"iibbii", &OpenNebula::VmMigrate, false}},
      {"one.vm.action", {"si", &OpenNebula::VmAction, false}},
  };
  return kMethods;
}

OpenNebula::OpenNebula(OpenNebulaOptions options)
    : options_(std::move(options)),
      clusters_{{0, "default", options_.datastores, {}}},
      version_(options_.version),
      last_step_(std::chrono::steady_clock::now()),
      server_([this](const Request& request) { return Handle(request); }, options_.address,
              options_.port) {
  if (options_.publishes_events) events_.emplace();
}

Response OpenNebula::Handle(const Request& request) {
  const std::lock_guard lock(mutex_);
  Response response;
  response.content_type = "text/xml; charset=utf-8";
  const std::optional<OneCall> call = ReadOneCall(request.body);
  if (request.method != "POST" || request.target != "/RPC2" || !call) {
    response.status = call ? 404 : 400;
    return response;
  }
  PassTime();
  std::optional<OneFault> fault;
  if (std::deque<OneFault>& waiting = faults_[call->method]; !waiting.empty()) {
    fault = waiting.front();
    waiting.pop_front();
  }
  const auto refuse = [&](int code, const std::string& text) {
    response.body = WriteOneReply({"[" + call->method + "] " + text, code, -1});
    return response;
  };
  if (fault == OneFault::kElection) return refuse(kInternal, "oned cluster in election mode");
  if (fault == OneFault::kLocked) return refuse(kLocked, "The resource is locked");
  if (fault == OneFault::kEcho) return refuse(kInternal, "Cannot process " + request.body);
  if (fault == OneFault::kLostRequest) response.delivery = Delivery::kCutBefore;
  if (fault == OneFault::kHttp500) response.status = 500;
  if (fault == OneFault::kRpcFault) response.body = WriteOneFault(-500, "internal error");
  if (!response.body.empty() || response.status != 200 ||
      response.delivery == Delivery::kCutBefore) {
    return response;
  }
  response.body = Answer(*call);
  if (fault == OneFault::kGarbage) response.body = "<html>Bad gateway";
  if (fault == OneFault::kLostAnswer) response.delivery = Delivery::kCutAfter;
  if (fault == OneFault::kHang) response.delivery = Delivery::kHang;
  return response;
}

std::string OpenNebula::Answer(const OneCall& call) {
  const auto found = Methods().find(call.method);
  if (found == Methods().end()) {
    return WriteOneFault(-506, "Method '" + call.method + "' not defined");
  }
  const Method& method = found->second;
  if (!Fits(method.signature, call.params)) return WriteOneFault(-501, "Not enough parameters");
  if (call.params.front() != OneParam(options_.session)) {
    return WriteOneReply(
        {"[" + call.method + "] User couldn't be authenticated, aborting call.", 256, -1});
  }
  if (method.reads && options_.step_every_reads > 0) {
    if (++reads_ % options_.step_every_reads == 0) Step();
  }
  OneReply reply = (this->*method.handler)(call);
  if (reply.code != 0) reply.value = "[" + call.method + "] " + Text(reply);
  return WriteOneReply(reply);
}

// Several steps when much time has passed.
void OpenNebula::PassTime() {
  if (options_.step_every_time.count() <= 0) return;
  const auto now = std::chrono::steady_clock::now();
  for (; last_step_ + options_.step_every_time <= now; last_step_ += options_.step_every_time) {
    Step();
  }
}

void OpenNebula::Advance() {
  const std::lock_guard lock(mutex_);
  Step();
}

void OpenNebula::FailNext(const std::string& method, OneFault fault, int times) {
  const std::lock_guard lock(mutex_);
  std::deque<OneFault>& waiting = faults_[method];
  waiting.insert(waiting.end(), static_cast<std::size_t>(times), fault);
}

int OpenNebula::AddCluster(const std::string& name) {
  const std::lock_guard lock(mutex_);
  clusters_.push_back({next_cluster_, name, {}, {}});
  return next_cluster_++;
}

int OpenNebula::AddHost(const std::string& name, const std::string& driver, int cluster) {
  const std::lock_guard lock(mutex_);
  OneHostRecord host;
  host.id = next_host_++;
  host.name = name;
  host.driver = driver;
  host.cluster = cluster;
  hosts_.push_back(host);
  StepHost(hosts_.back());
  return host.id;
}

int OpenNebula::AddGuest(OneGuest guest) {
  const std::lock_guard lock(mutex_);
  guest.id = next_guest_++;
  guests_.push_back(guest);
  return guest.id;
}

int OpenNebula::AddWaitingGuest(OneGuest guest, int datastore) {
  const std::lock_guard lock(mutex_);
  for (const OneClusterState& cluster : clusters_) {
    const std::vector<int>& has = cluster.datastores;
    if (std::find(has.begin(), has.end(), datastore) != has.end()) {
      guest.clusters.push_back(cluster.id);
    }
  }
  guest.id = next_guest_++;
  guest.state = 1;  // PENDING
  guest.lcm_state = 0;
  guest.host = -1;
  guests_.push_back(guest);
  TellOf("VM", "PENDING", "LCM_INIT", guest.id);
  return guest.id;
}

void OpenNebula::RemoveGuest(int id) {
  const std::lock_guard lock(mutex_);
  std::erase_if(guests_, [id](const OneGuest& guest) { return guest.id == id; });
  TellOf("VM", "DONE", "LCM_INIT", id);
}

void OpenNebula::TellOf(const std::string& object, const std::string& state,
                        const std::string& lcm_state, int id) {
  if (events_) events_->PublishState(object, state, lcm_state, id);
}

void OpenNebula::SetVersion(const std::string& version) {
  const std::lock_guard lock(mutex_);
  version_ = version;
}

void OpenNebula::SetUnreachable(int host, bool is_unreachable) {
  const std::lock_guard lock(mutex_);
  if (OneHostRecord* found = FindHost(host)) found->is_unreachable = is_unreachable;
}

void OpenNebula::SetAttribute(int host, const std::string& name, const std::string& value) {
  const std::lock_guard lock(mutex_);
  if (OneHostRecord* found = FindHost(host)) found->attributes[name] = value;
}

void OpenNebula::SetUse(int host, const OneHostRecord::Use& use) {
  const std::lock_guard lock(mutex_);
  if (OneHostRecord* found = FindHost(host)) found->use = use;
}

std::vector<OneClusterState> OpenNebula::Clusters() const {
  const std::lock_guard lock(mutex_);
  return clusters_;
}

std::vector<OneHostRecord> OpenNebula::Hosts() const {
  const std::lock_guard lock(mutex_);
  return hosts_;
}

std::vector<OneGuest> OpenNebula::Guests() const {
  const std::lock_guard lock(mutex_);
  return guests_;
}

}  // namespace spillway::fakes
