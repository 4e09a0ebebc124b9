// Everything that must survive a restart. One writer (the loop); readers in other processes see
// whole commits only.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "scaler/model/decision.h"
#include "scaler/model/host.h"
#include "scaler/model/offer.h"
#include "scaler/model/plan.h"

namespace spillway {

// The store could not do it: disk full, file damaged, version too new. Says what, where, and what
// the database said. A failed Commit changed nothing.
class StoreError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What a policy of a cluster has learned.
struct PolicyMemory {
  std::string cluster;
  std::string policy;
  std::string bytes;

  friend bool operator==(const PolicyMemory&, const PolicyMemory&) = default;
};

// Something small that is kept for whoever put it there: its text is their business.
struct Note {
  std::string kind;
  std::string key;
  std::string text;  // empty: it is taken away

  friend bool operator==(const Note&, const Note&) = default;
};

// What one commit writes: whole records, each replacing the one of the same id. Every member has
// its initializer, so that a caller may name some and leave the others out.
struct Changes {
  std::vector<HostRecord> hosts{};
  std::vector<ClusterState> clusters{};
  std::vector<DecisionRecord> decisions{};
  std::vector<OfferBackoff> backoffs{};
  std::vector<PolicyMemory> memories{};
  std::vector<Note> notes{};

  bool IsEmpty() const {
    return hosts.empty() && clusters.empty() && decisions.empty() && backoffs.empty() &&
           memories.empty() && notes.empty();
  }
};

struct DecisionQuery {
  std::string cluster{};         // empty: all
  std::optional<Time> before{};  // not at it
  std::int64_t limit = 50;
};

// How long what is finished is kept. Hosts that are not gone are never deleted, and gone ones not
// before the month of their end and the one after it are over, because the books need them.
struct Retention {
  Duration decisions = std::chrono::hours(24 * 90);
  Duration gone_hosts = std::chrono::hours(24 * 90);

  friend bool operator==(const Retention&, const Retention&) = default;
};

// Loop thread only. Every function may throw StoreError.
class Store {
 public:
  virtual ~Store() = default;

  // The deployment's identity: made once, the `owner` tag of every machine.
  virtual std::string DeploymentId() = 0;

  // Writes all of it or nothing; durable on return.
  virtual void Commit(const Changes& changes) = 0;

  // Hosts in the order of their ids; with `gone`, those that are gone too.
  virtual std::vector<HostRecord> Hosts(bool gone) = 0;
  // Gone ones too.
  virtual std::optional<HostRecord> FindHost(const std::string& id) = 0;
  virtual std::vector<ClusterState> Clusters() = 0;
  virtual std::vector<OfferBackoff> Backoffs() = 0;
  virtual std::vector<PolicyMemory> Memories() = 0;
  // In the order of their keys.
  virtual std::vector<Note> Notes(const std::string& kind) = 0;
  // Newest first.
  virtual std::vector<DecisionRecord> Decisions(const DecisionQuery& query) = 0;
  virtual std::optional<DecisionRecord> FindDecision(const std::string& id) = 0;

  // Deletes what is older than its retention, oldest decisions first, at most so many records, so
  // that the loop need not wait for long; returns how many. When it is `at_most` there may be more.
  virtual std::int64_t Prune(const Retention& retention, Time now, std::int64_t at_most) = 0;
};

}  // namespace spillway
