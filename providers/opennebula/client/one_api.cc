#include "providers/opennebula/client/one_api.h"

#include <array>
#include <limits>
#include <utility>

namespace spillway {
namespace {

constexpr std::array kErrorCodes = {
    OneErrorCode{0x100, ErrorKind::kDenied, "AUTHENTICATION"},
    OneErrorCode{0x200, ErrorKind::kDenied, "AUTHORIZATION"},
    OneErrorCode{0x400, ErrorKind::kNotFound, "NO_EXISTS"},
    OneErrorCode{0x800, ErrorKind::kConflict, "ACTION"},
    OneErrorCode{0x1000, ErrorKind::kInvalid, "XML_RPC_API"},
    // Among others "no leader found" and "cluster in election mode".
    OneErrorCode{0x2000, ErrorKind::kTransient, "INTERNAL"},
    OneErrorCode{0x4000, ErrorKind::kConflict, "ALLOCATE"},
    OneErrorCode{0x8000, ErrorKind::kTransient, "LOCKED"},
    // The leader took the change and could not spread it: it may yet be applied.
    OneErrorCode{0x10000, ErrorKind::kUnknownOutcome, "REPLICATION"},
};

// A host's answer is some 30 KB; pools hold thousands.
constexpr std::size_t kOneObject = 4 << 20;
constexpr std::size_t kPool = 64 << 20;

Error ErrorOf(const std::vector<RpcValue>& answer, const std::string& where) {
  const auto* text = answer.size() > 1 ? std::get_if<std::string>(&answer[1]) : nullptr;
  const auto* code = answer.size() > 2 ? std::get_if<std::int64_t>(&answer[2]) : nullptr;
  Error error{ErrorKind::kTransient, where, "", text ? *text : ""};
  if (!code) return error;
  error.code = std::to_string(*code);
  for (const OneErrorCode& row : kErrorCodes) {
    if (row.code != *code) continue;
    error.kind = row.kind;
    error.code = std::string(row.name) + " (" + error.code + ")";
  }
  return error;
}

// A value of OpenNebula's template language.
std::string Quoted(const std::string& value) {
  std::string quoted = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return quoted + "\"";
}

Secret PasswordOf(const Secret& session) {
  const std::size_t colon = session.Reveal().find(':');
  return Secret(colon == std::string::npos ? "" : session.Reveal().substr(colon + 1));
}

}  // namespace

std::span<const OneErrorCode> OneErrorCodes() { return kErrorCodes; }

OneApi::OneApi(HttpClient& http, std::string name, Access access)
    : http_(http),
      name_(std::move(name)),
      access_(std::move(access)),
      password_(PasswordOf(access_.session)) {}

Result<std::string> OneApi::Version() const { return Read("one.system.version", {}, kOneObject); }

Result<std::vector<OneCluster>> OneApi::Clusters() const {
  const std::string method = "one.clusterpool.info";
  const Result<std::string> xml = Read(method, {}, kPool);
  if (!xml) return xml.error();
  auto clusters = ReadClusterPool(*xml);
  if (!clusters) return Unreadable(method, "a CLUSTER_POOL");
  return *std::move(clusters);
}

Result<int> OneApi::AllocateCluster(const std::string& name) const {
  return Change("one.cluster.allocate", {name});
}

Result<Done> OneApi::AddDatastore(int cluster, int datastore) const {
  return Do("one.cluster.adddatastore", {cluster, datastore});
}

Result<Done> OneApi::AddNetwork(int cluster, int network) const {
  return Do("one.cluster.addvnet", {cluster, network});
}

Result<std::vector<OneHost>> OneApi::Hosts() const {
  const std::string method = "one.hostpool.info";
  const Result<std::string> xml = Read(method, {}, kPool);
  if (!xml) return xml.error();
  auto hosts = ReadHostPool(*xml);
  if (!hosts) return Unreadable(method, "a HOST_POOL");
  return *std::move(hosts);
}

Result<OneHost> OneApi::Host(int id) const {
  const std::string method = "one.host.info";
  const Result<std::string> xml = Read(method, {id}, kOneObject);
  if (!xml) return xml.error();
  auto host = ReadHost(*xml);
  if (!host) return Unreadable(method, "a HOST");
  return *std::move(host);
}

Result<std::vector<OneHostUse>> OneApi::HostUse() const {
  const std::string method = "one.hostpool.monitoring";
  constexpr int kLastOfEach = 0;
  const Result<std::string> xml = Read(method, {kLastOfEach}, kPool);
  if (!xml) return xml.error();
  auto use = ReadHostUse(*xml);
  if (!use) return Unreadable(method, "a MONITORING_DATA");
  return *std::move(use);
}

Result<int> OneApi::AllocateHost(const std::string& name, const std::string& driver,
                                 int cluster) const {
  return Change("one.host.allocate", {name, driver, driver, cluster});
}

Result<Done> OneApi::UpdateHost(int id,
                                const std::map<std::string, std::string>& attributes) const {
  std::string text;
  for (const auto& [attribute, value] : attributes) {
    text += attribute + "=" + Quoted(value) + "\n";
  }
  constexpr int kMerge = 1;
  return Do("one.host.update", {id, text, kMerge});
}

Result<Done> OneApi::EnableHost(int id) const { return Do("one.host.status", {id, 0}); }

Result<Done> OneApi::DisableHost(int id) const { return Do("one.host.status", {id, 1}); }

Result<Done> OneApi::DeleteHost(int id) const { return Do("one.host.delete", {id}); }

Result<std::vector<OneVm>> OneApi::Vms(std::span<const int> ids) const {
  const std::string method = "one.vmpool.infoset";
  std::string list;
  for (const int id : ids) list += (list.empty() ? "" : ",") + std::to_string(id);
  constexpr bool kExtended = false;
  const Result<std::string> xml = Read(method, {list, kExtended}, kPool);
  if (!xml) return xml.error();
  auto vms = ReadVmPool(*xml);
  if (!vms) return Unreadable(method, "a VM_POOL");
  return *std::move(vms);
}

Result<std::vector<OneWaitingVm>> OneApi::WaitingVms() const {
  const std::string method = "one.vmpool.infoextended";
  constexpr int kOfAllUsers = -2;
  constexpr int kAll = -1;  // first and last
  constexpr int kPending = 1;
  const Result<std::string> xml = Read(method, {kOfAllUsers, kAll, kAll, kPending}, kPool);
  if (!xml) return xml.error();
  auto vms = ReadWaitingVms(*xml);
  if (!vms) return Unreadable(method, "a VM_POOL");
  return *std::move(vms);
}

Result<Done> OneApi::Migrate(int vm, int host, OneMigration how) const {
  constexpr bool kEnforce = true;
  constexpr int kSameDatastore = -1;
  const bool is_live = how == OneMigration::kLive;
  const int type = how == OneMigration::kPowerOff ? 1 : 0;
  return Do("one.vm.migrate", {vm, host, is_live, kEnforce, kSameDatastore, type});
}

Result<Done> OneApi::Act(const std::string& action, int vm) const {
  return Do("one.vm.action", {action, vm});
}

Result<RpcValue> OneApi::Call(Effect effect, const std::string& method,
                              std::vector<RpcParam> params, std::size_t max_bytes) const {
  params.insert(params.begin(), access_.session.Reveal());
  const Result<std::vector<RpcValue>> answer = SendRpc(http_, {.url = access_.endpoint,
                                                               .method = method,
                                                               .params = std::move(params),
                                                               .where = Where(method),
                                                               .timeout = access_.timeout,
                                                               .max_response_bytes = max_bytes});
  if (!answer) {
    Error error = Clean(answer.error());
    if (effect == Effect::kReads && error.kind == ErrorKind::kUnknownOutcome) {
      error.kind = ErrorKind::kTransient;
    }
    return error;
  }
  const auto* is_success = answer->empty() ? nullptr : std::get_if<bool>(&answer->front());
  if (!is_success) return Unreadable(method, "an array that begins with a boolean");
  if (!*is_success) return Clean(ErrorOf(*answer, Where(method)));
  if (answer->size() < 2) return Unreadable(method, "a result after the boolean");
  return (*answer)[1];
}

Result<std::string> OneApi::Read(const std::string& method, std::vector<RpcParam> params,
                                 std::size_t max_bytes) const {
  Result<RpcValue> value = Call(Effect::kReads, method, std::move(params), max_bytes);
  if (!value) return value.error();
  if (auto* text = std::get_if<std::string>(&*value)) return std::move(*text);
  return Unreadable(method, "a string");
}

Result<int> OneApi::Change(const std::string& method, std::vector<RpcParam> params) const {
  const Result<RpcValue> value = Call(Effect::kChanges, method, std::move(params), kOneObject);
  if (!value) return value.error();
  const auto* id = std::get_if<std::int64_t>(&*value);
  if (!id || *id < 0 || *id > std::numeric_limits<int>::max()) {
    Error error = Unreadable(method, "an id");
    error.kind = ErrorKind::kUnknownOutcome;
    return error;
  }
  return static_cast<int>(*id);
}

Result<Done> OneApi::Do(const std::string& method, std::vector<RpcParam> params) const {
  const Result<RpcValue> value = Call(Effect::kChanges, method, std::move(params), kOneObject);
  if (!value) return value.error();
  return Done{};
}

std::string OneApi::Where(const std::string& method) const {
  return "opennebula " + name_ + " " + method;
}

Error OneApi::Unreadable(const std::string& method, const std::string& expected) const {
  return {ErrorKind::kTransient, Where(method), "unreadable answer", "expected " + expected};
}

Error OneApi::Clean(Error error) const {
  for (const Secret* secret : {&access_.session, &password_}) {
    error.code = Redact(std::move(error.code), *secret);
    error.text = Redact(std::move(error.text), *secret);
  }
  return error;
}

}  // namespace spillway
