// A stateful fake of OpenNebula's oned, over HTTP and XML-RPC on a real socket: the calls that
// Spillway makes, with the states, refusals and failures that were seen on a real one.
//
// Things take steps, not time: a step is made by Advance(), by so many reading calls, or, for
// the program, by time that has passed when a call comes.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tests/fakes/http_server.h"
#include "tests/fakes/opennebula_events.h"
#include "tests/fakes/opennebula_wire.h"

namespace spillway::fakes {

struct OpenNebulaOptions {
  std::string session = "oneadmin:opennebula";
  std::string version = "7.2.0";
  std::vector<int> datastores = {0, 1, 2};
  std::vector<int> networks = {0};
  // Of every host, once it is monitored.
  std::int64_t host_cpu_percent = 800;
  std::int64_t host_memory_kib = 16 << 20;
  int steps_to_monitored = 1;
  int step_every_reads = 0;                      // 0: reading makes no steps
  std::chrono::milliseconds step_every_time{0};  // 0: time makes no steps
  std::string address = "127.0.0.1";
  int port = 0;
  bool publishes_events = false;
};

enum class OneFault {
  kLostRequest,  // the connection closes, nothing was done
  kLostAnswer,   // it was done, the connection closes
  kHang,         // it was done, nothing comes
  kHttp500,
  kRpcFault,  // -500
  kElection,  // INTERNAL, "oned cluster in election mode"
  kLocked,
  kGarbage,  // it was done, the answer is not XML
  kEcho,     // INTERNAL with everything that was sent, the session too, in its text
};

class OpenNebula {
 public:
  explicit OpenNebula(OpenNebulaOptions options = {});

  std::string endpoint() const { return server_.url() + "/RPC2"; }
  // What its hook manager publishes: guests that begin to wait, run and end, and calls that a real
  // one tells of too. REQUIRES: publishes_events.
  OneEventSocket& events() { return *events_; }

  // One step of everything that is under way.
  void Advance();
  // The next `times` calls of `method` fail in this way.
  void FailNext(const std::string& method, OneFault fault, int times = 1);

  // The world, as somebody else changes it. Ids are given back.
  int AddCluster(const std::string& name);
  // Monitored at once.
  int AddHost(const std::string& name, const std::string& driver, int cluster);
  // `guest.id` is chosen here.
  int AddGuest(OneGuest guest);
  // One that waits for a place, with an image in `datastore`: it may run in the clusters that have
  // that now, and in no others, whatever is done to them later. The scheduler looks at it at the
  // next step.
  int AddWaitingGuest(OneGuest guest, int datastore);
  void RemoveGuest(int id);
  // As a front-end that was upgraded.
  void SetVersion(const std::string& version);
  void SetUnreachable(int host, bool is_unreachable);
  void SetAttribute(int host, const std::string& name, const std::string& value);
  void SetUse(int host, const OneHostRecord::Use& use);

  // And as it is.
  std::vector<OneClusterState> Clusters() const;
  std::vector<OneHostRecord> Hosts() const;
  std::vector<OneGuest> Guests() const;

 private:
  using Handler = OneReply (OpenNebula::*)(const OneCall&);
  struct Method {
    std::string signature;  // of the parameters after the session: s, i, b
    Handler handler;
    bool reads;
  };
  static const std::map<std::string, Method>& Methods();

  Response Handle(const Request& request);
  std::string Answer(const OneCall& call);
  void PassTime();
  void Step();

  OneReply ClusterPoolInfo(const OneCall& call);
  OneReply ClusterAllocate(const OneCall& call);
  OneReply ClusterAddDatastore(const OneCall& call);
  OneReply ClusterAddVnet(const OneCall& call);
  OneReply ClusterDelete(const OneCall& call);
  OneReply HostPoolInfo(const OneCall& call);
  OneReply HostPoolMonitoring(const OneCall& call);
  OneReply HostAllocate(const OneCall& call);
  OneReply HostInfo(const OneCall& call);
  OneReply HostUpdate(const OneCall& call);
  OneReply HostStatus(const OneCall& call);
  OneReply HostDelete(const OneCall& call);
  OneReply VmPoolInfoSet(const OneCall& call);
  OneReply VmPoolInfoExtended(const OneCall& call);
  OneReply VmMigrate(const OneCall& call);
  OneReply VmAction(const OneCall& call);
  OneReply Version(const OneCall& call);

  OneClusterState* FindCluster(std::int64_t id);
  OneHostRecord* FindHost(std::int64_t id);
  OneGuest* FindGuest(std::int64_t id);
  bool HasRoom(const OneHostRecord& host, const OneGuest& guest) const;
  void StepHost(OneHostRecord& host);
  void StepGuest(OneGuest& guest);
  void Schedule(OneGuest& guest);
  void StartMove(OneGuest& guest, int target, bool is_live);
  void TellOf(const std::string& object, const std::string& state, const std::string& lcm_state,
              int id);

  const OpenNebulaOptions options_;
  mutable std::mutex mutex_;
  std::vector<OneClusterState> clusters_;
  std::vector<OneHostRecord> hosts_;
  std::vector<OneGuest> guests_;
  std::map<std::string, std::deque<OneFault>> faults_;
  std::string version_;
  int next_cluster_ = 100;
  int next_host_ = 0;
  int next_guest_ = 0;
  int reads_ = 0;
  std::chrono::steady_clock::time_point last_step_;
  std::optional<OneEventSocket> events_;
  HttpServer server_;  // last: it calls into the rest
};

}  // namespace spillway::fakes
