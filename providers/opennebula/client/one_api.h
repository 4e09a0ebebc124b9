// The calls of OpenNebula's API that Spillway makes, typed: one method, one XML-RPC request.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "providers/opennebula/client/one_xml.h"
#include "providers/opennebula/client/xml_rpc.h"
#include "scaler/model/result.h"
#include "scaler/model/time.h"
#include "scaler/runtime/http_client.h"
#include "scaler/runtime/secret.h"

namespace spillway {

// A row of oned's list of error codes: what it means to the caller.
struct OneErrorCode {
  std::int64_t code;
  ErrorKind kind;
  std::string_view name;
};
std::span<const OneErrorCode> OneErrorCodes();

// How a guest is moved: running; or stopped, its disks copied, started again (a guest that is
// powered off or suspended stays so).
enum class OneMigration { kLive, kCold, kPowerOff };

// Blocking and thread-safe. `http` outlives it. A call that only reads never gives
// kUnknownOutcome. The session, and the password in it, are replaced in every error text.
class OneApi {
 public:
  struct Access {
    std::string endpoint;  // "http://front-end:2633/RPC2"
    Secret session;        // "user:password"
    Duration timeout = std::chrono::seconds(20);
  };

  OneApi(HttpClient& http, std::string name, Access access);
  OneApi(const OneApi&) = delete;
  OneApi& operator=(const OneApi&) = delete;

  Result<std::string> Version() const;  // of the front-end: "7.2.0"

  Result<std::vector<OneCluster>> Clusters() const;
  Result<int> AllocateCluster(const std::string& name) const;
  // Done already: a success.
  Result<Done> AddDatastore(int cluster, int datastore) const;
  Result<Done> AddNetwork(int cluster, int network) const;

  Result<std::vector<OneHost>> Hosts() const;
  Result<OneHost> Host(int id) const;
  // What the monitors said last.
  Result<std::vector<OneHostUse>> HostUse() const;
  // kConflict: the name is taken.
  Result<int> AllocateHost(const std::string& name, const std::string& driver, int cluster) const;
  // Adds the attributes to the host's template, replacing those of the same names.
  Result<Done> UpdateHost(int id, const std::map<std::string, std::string>& attributes) const;
  Result<Done> EnableHost(int id) const;
  Result<Done> DisableHost(int id) const;
  Result<Done> DeleteHost(int id) const;

  // Those of `ids` that exist.
  Result<std::vector<OneVm>> Vms(std::span<const int> ids) const;
  // Those that are PENDING, of all users.
  Result<std::vector<OneWaitingVm>> WaitingVms() const;
  // Only where the host's capacity is enough for the guest.
  Result<Done> Migrate(int vm, int host, OneMigration how) const;
  // `action`: "resched", "terminate", …
  Result<Done> Act(const std::string& action, int vm) const;

 private:
  enum class Effect { kReads, kChanges };

  Result<RpcValue> Call(Effect effect, const std::string& method, std::vector<RpcParam> params,
                        std::size_t max_bytes) const;
  Result<std::string> Read(const std::string& method, std::vector<RpcParam> params,
                           std::size_t max_bytes) const;
  Result<int> Change(const std::string& method, std::vector<RpcParam> params) const;
  Result<Done> Do(const std::string& method, std::vector<RpcParam> params) const;
  std::string Where(const std::string& method) const;
  Error Unreadable(const std::string& method, const std::string& expected) const;
  Error Clean(Error error) const;

  HttpClient& http_;
  const std::string name_;
  const Access access_;
  const Secret password_;
};

}  // namespace spillway
