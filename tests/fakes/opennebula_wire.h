// What goes over the wire between a client and the fake oned: XML-RPC and OpenNebula's XML, in the
// shapes of real answers. Written apart from the product's reader, so that both can be wrong only
// independently.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace spillway::fakes {

using OneParam = std::variant<std::string, std::int64_t, bool>;

struct OneCall {
  std::string method;
  std::vector<OneParam> params;  // the session first
};

// Nothing: not a method call.
std::optional<OneCall> ReadOneCall(const std::string& body);

// An answer of oned: [true, value, 0] or [false, text, code, object, -1].
struct OneReply {
  OneParam value;  // of a failure: the text
  int code = 0;
  int object = -1;
};

std::string WriteOneReply(const OneReply& reply);
std::string WriteOneFault(int code, const std::string& text);

// NAME="value" lines of a template.
std::map<std::string, std::string> ReadOneTemplate(const std::string& text);

struct OneClusterState {
  int id = 0;
  std::string name;
  std::vector<int> datastores;
  std::vector<int> networks;
};

struct OneHostRecord {
  int id = 0;
  std::string name;
  std::string driver;
  int state = 0;  // OpenNebula's number
  int cluster = 0;
  std::map<std::string, std::string> attributes;
  std::int64_t cpu_percent = 0;  // both 0 until it is monitored
  std::int64_t memory_kib = 0;
  int steps_to_monitored = 0;
  bool is_unreachable = false;
  // What its monitor said last.
  struct Use {
    std::int64_t timestamp = 0;  // seconds since 1970; 0: nothing yet
    std::int64_t cpu_percent = 0;
    std::int64_t memory_kib = 0;
  };
  Use use = {};
};

struct OneGuest {
  int id = 0;
  int state = 3;  // OpenNebula's numbers: ACTIVE, RUNNING
  int lcm_state = 3;
  bool is_to_be_rescheduled = false;
  std::int64_t cpu_percent = 100;
  std::int64_t memory_mib = 1024;
  int host = -1;
  int target = -1;  // where it is going; -1: nowhere
  int state_after_move = 3;
  std::vector<int> lcm_ahead = {};  // LCM states still to come; then the move is over
  bool is_ending = false;
  bool fails_to_move = false;
  std::string refusal = {};  // what oned says to a migration; empty: it does it
  // Of one that waits (state 1): what it was given when it was created, the user's own, and why the
  // scheduler did not place it.
  std::vector<int> clusters = {};  // that it may run in; empty: all
  std::string requirements = {};
  std::string sched_message = {};
  std::string obstacle = {};  // why it cannot run anywhere, in the scheduler's words; empty: it can

  bool IsOn(int id_of_host) const { return host == id_of_host || target == id_of_host; }
};

std::string WriteClusters(const std::vector<OneClusterState>& clusters,
                          const std::vector<OneHostRecord>& hosts);
std::string WriteHost(const OneHostRecord& host, const std::string& cluster,
                      const std::vector<OneGuest>& guests);
std::string WriteHosts(const std::vector<OneHostRecord>& hosts,
                       const std::vector<OneClusterState>& clusters,
                       const std::vector<OneGuest>& guests);
std::string WriteMonitoring(const std::vector<OneHostRecord>& hosts);
// As oned makes them when a machine is created.
std::string AutomaticRequirements(const OneGuest& guest);
std::string WriteGuests(const std::vector<OneGuest>& guests);

}  // namespace spillway::fakes
