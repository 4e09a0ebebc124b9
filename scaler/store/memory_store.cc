#include "scaler/store/memory_store.h"

#include <iterator>
#include <limits>

#include "scaler/store/retention.h"

namespace spillway {
namespace {

template <class Map>
auto ValuesOf(const Map& map) {
  std::vector<typename Map::mapped_type> values;
  values.reserve(map.size());
  for (const auto& [key, value] : map) values.push_back(value);
  return values;
}

}  // namespace

void MemoryStore::Commit(const Changes& changes) {
  for (const HostRecord& host : changes.hosts) hosts_[host.id] = host;
  for (const ClusterState& cluster : changes.clusters) clusters_[cluster.cluster] = cluster;
  for (const OfferBackoff& backoff : changes.backoffs) backoffs_[backoff.key] = backoff;
  for (const Note& note : changes.notes) {
    notes_[{note.kind, note.key}] = note;
    if (note.text.empty()) notes_.erase({note.kind, note.key});
  }
  for (const PolicyMemory& memory : changes.memories) {
    memories_[{memory.cluster, memory.policy}] = memory;
  }
  for (const DecisionRecord& decision : changes.decisions) Put(decision);
}

void MemoryStore::Put(const DecisionRecord& record) {
  const auto known = decision_keys_.find(record.decision.id);
  const bool is_new = known == decision_keys_.end();
  const std::int64_t number = is_new ? next_decision_++ : known->second.second;
  if (!is_new) decisions_.erase(known->second);
  const DecisionKey key(record.decision.time, number);
  decisions_[key] = record;
  decision_keys_[record.decision.id] = key;
}

std::vector<HostRecord> MemoryStore::Hosts(bool gone) {
  std::vector<HostRecord> hosts;
  for (const auto& [id, host] : hosts_) {
    if (gone || IsLive(host)) hosts.push_back(host);
  }
  return hosts;
}

std::optional<HostRecord> MemoryStore::FindHost(const std::string& id) {
  const auto found = hosts_.find(id);
  return found == hosts_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<ClusterState> MemoryStore::Clusters() { return ValuesOf(clusters_); }

std::vector<OfferBackoff> MemoryStore::Backoffs() { return ValuesOf(backoffs_); }

std::vector<PolicyMemory> MemoryStore::Memories() { return ValuesOf(memories_); }

std::vector<Note> MemoryStore::Notes(const std::string& kind) {
  std::vector<Note> notes = ValuesOf(notes_);
  std::erase_if(notes, [&](const Note& note) { return note.kind != kind; });
  return notes;
}

std::vector<DecisionRecord> MemoryStore::Decisions(const DecisionQuery& query) {
  constexpr std::int64_t kBeforeAll = std::numeric_limits<std::int64_t>::min();
  auto next = query.before ? decisions_.lower_bound({*query.before, kBeforeAll}) : decisions_.end();
  std::vector<DecisionRecord> found;
  while (next != decisions_.begin() && std::ssize(found) < query.limit) {
    const DecisionRecord& record = (--next)->second;
    if (query.cluster.empty() || record.decision.cluster == query.cluster) found.push_back(record);
  }
  return found;
}

std::optional<DecisionRecord> MemoryStore::FindDecision(const std::string& id) {
  const auto known = decision_keys_.find(id);
  if (known == decision_keys_.end()) return std::nullopt;
  return decisions_.at(known->second);
}

std::int64_t MemoryStore::Prune(const Retention& retention, Time now, std::int64_t at_most) {
  std::int64_t deleted = 0;
  const Time decisions_cutoff = DecisionsCutoff(retention, now);
  for (auto oldest = decisions_.begin(); oldest != decisions_.end() && deleted < at_most;) {
    if (oldest->first.first >= decisions_cutoff) break;
    decision_keys_.erase(oldest->second.decision.id);
    oldest = decisions_.erase(oldest);
    ++deleted;
  }
  const Time hosts_cutoff = GoneHostsCutoff(retention, now);
  for (auto next = hosts_.begin(); next != hosts_.end() && deleted < at_most;) {
    const HostRecord& host = next->second;
    const bool is_over = !IsLive(host) && EndOf(host) < hosts_cutoff;
    next = is_over ? hosts_.erase(next) : std::next(next);
    deleted += is_over ? 1 : 0;
  }
  return deleted;
}

}  // namespace spillway
