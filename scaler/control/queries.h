// The read side: what can be seen of clusters, hosts, decisions and offers, put together from the
// loop and the store. Changes nothing. Loop thread only; what touches the store may throw
// StoreError.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scaler/control/control_loop.h"
#include "scaler/model/plan.h"
#include "scaler/store/store.h"

namespace spillway {

// A place in the row of decisions: after (that is, older than) this one.
struct DecisionCursor {
  Time time;
  std::string id;

  friend bool operator==(const DecisionCursor&, const DecisionCursor&) = default;
};
// As it stands in addresses. Nothing for what is none.
std::string TextOf(const DecisionCursor& cursor);
std::optional<DecisionCursor> DecisionCursorFrom(std::string_view text);

struct DecisionFilter {
  std::string cluster;                   // empty: all
  std::optional<Time> since;             // not before it
  std::optional<Time> before;            // not at it
  std::optional<DecisionCursor> cursor;  // where the page before ended
  std::int64_t limit = 50;
  // Which clusters the caller may see; null: all.
  std::function<bool(const std::string& cluster)> sees;
};

struct DecisionPage {
  std::vector<DecisionRecord> decisions;  // newest first
  std::optional<DecisionCursor> next;     // nothing: there are no more
};

// The decision that held at a time, and until when.
struct DecisionInForce {
  DecisionRecord record;
  std::optional<Time> until;  // nothing: it still holds
};

// An offer, as one pool of a cluster sees it.
struct JudgedForPool {
  const Offer* offer = nullptr;
  std::string pool;
  std::optional<Reason> why_not;  // nothing: it may be taken
};

class Queries {
 public:
  // Both outlive it.
  Queries(ControlLoop& control, Store& store) : control_(control), store_(store) {}

  // Nothing: there is no such cluster in the configuration.
  std::optional<ClusterLook> FindCluster(std::string_view name) const;

  // Hosts that are not gone, and with `gone` those that are; by id.
  std::vector<HostRecord> Hosts(bool gone) const;
  std::optional<HostRecord> FindHost(const std::string& id) const;

  DecisionPage Decisions(const DecisionFilter& filter) const;
  std::optional<DecisionRecord> FindDecision(const std::string& id) const;
  std::optional<DecisionInForce> InForce(const std::string& cluster, Time at) const;

  // Offers of the cluster's ladder, rung by rung. Valid until the loop's next turn.
  std::vector<JudgedForPool> OffersFor(const ClusterSpec& cluster) const;

 private:
  ControlLoop& control_;
  Store& store_;
};

}  // namespace spillway
