#include "scaler/store/sqlite_store.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "scaler/model/json.h"
#include "scaler/store/file_lock.h"
#include "scaler/store/retention.h"
#include "scaler/store/sqlite.h"
#include "scaler/store/sqlite_schema.h"

namespace spillway {
namespace {

std::int64_t Millis(Time time) { return time.time_since_epoch().count(); }

template <class T>
std::string TextOf(const T& record) {
  // Other systems' words may be no UTF-8, and must not stop a commit.
  return nlohmann::json(record).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string DirectoryOf(const std::string& path) {
  const std::string directory = std::filesystem::path(path).parent_path().string();
  return directory.empty() ? "." : directory;
}

class SqliteStore final : public Store {
 public:
  SqliteStore(const std::string& path, StoreMode mode, const std::string& new_deployment_id);

  std::string DeploymentId() override;
  void Commit(const Changes& changes) override;
  std::vector<HostRecord> Hosts(bool gone) override;
  std::optional<HostRecord> FindHost(const std::string& id) override;
  std::vector<ClusterState> Clusters() override;
  std::vector<OfferBackoff> Backoffs() override;
  std::vector<PolicyMemory> Memories() override;
  std::vector<Note> Notes(const std::string& kind) override;
  std::vector<DecisionRecord> Decisions(const DecisionQuery& query) override;
  std::optional<DecisionRecord> FindDecision(const std::string& id) override;
  std::int64_t Prune(const Retention& retention, Time now, std::int64_t at_most) override;

 private:
  // Prepared once the tables are there.
  struct Statements {
    explicit Statements(SqliteDatabase& database);
    SqliteStatement deployment_id, new_deployment_id;
    SqliteStatement put_host, put_cluster, put_decision, put_backoff, put_memory;
    SqliteStatement put_note, take_note;
    SqliteStatement all_hosts, live_hosts, host, clusters, backoffs, memories, notes;
    SqliteStatement decisions, decisions_of_cluster, decision;
    SqliteStatement prune_decisions, prune_hosts;
  };

  void OpenForWriting(const std::string& new_deployment_id);
  void OpenForReading();
  template <class T>
  std::vector<T> ReadAll(SqliteStatement& bound_select);

  std::optional<FileLock> lock_;
  bool may_note_ = false;
  std::optional<SqliteDatabase> database_;
  std::optional<Statements> statements_;
};

SqliteStore::Statements::Statements(SqliteDatabase& db)
    : deployment_id(db, "SELECT value FROM meta WHERE name = 'deployment_id'"),
      new_deployment_id(db, "INSERT OR IGNORE INTO meta VALUES ('deployment_id', ?)"),
      put_host(db,
               "INSERT INTO hosts (id, cluster, state, ended_at, record) VALUES (?, ?, ?, ?, ?)"
               " ON CONFLICT (id) DO UPDATE SET cluster = excluded.cluster,"
               " state = excluded.state, ended_at = excluded.ended_at, record = excluded.record"),
      put_cluster(db,
                  "INSERT INTO clusters (name, record) VALUES (?, ?)"
                  " ON CONFLICT (name) DO UPDATE SET record = excluded.record"),
      put_decision(db,
                   "INSERT INTO decisions (id, cluster, time, record) VALUES (?, ?, ?, ?)"
                   " ON CONFLICT (id) DO UPDATE SET cluster = excluded.cluster,"
                   " time = excluded.time, record = excluded.record"),
      put_backoff(db,
                  "INSERT INTO backoffs (key, record) VALUES (?, ?)"
                  " ON CONFLICT (key) DO UPDATE SET record = excluded.record"),
      put_memory(db,
                 "INSERT INTO policy_memories (cluster, policy, bytes) VALUES (?, ?, ?)"
                 " ON CONFLICT (cluster, policy) DO UPDATE SET bytes = excluded.bytes"),
      put_note(db,
               "INSERT INTO notes (kind, key, text) VALUES (?, ?, ?)"
               " ON CONFLICT (kind, key) DO UPDATE SET text = excluded.text"),
      take_note(db, "DELETE FROM notes WHERE kind = ? AND key = ?"),
      all_hosts(db, "SELECT record FROM hosts ORDER BY id"),
      live_hosts(db, "SELECT record FROM hosts WHERE state <> 'gone' ORDER BY id"),
      host(db, "SELECT record FROM hosts WHERE id = ?"),
      clusters(db, "SELECT record FROM clusters ORDER BY name"),
      backoffs(db, "SELECT record FROM backoffs ORDER BY key"),
      memories(db, "SELECT cluster, policy, bytes FROM policy_memories ORDER BY cluster, policy"),
      notes(db, "SELECT kind, key, text FROM notes WHERE kind = ? ORDER BY key"),
      decisions(db,
                "SELECT record FROM decisions WHERE time < ?"
                " ORDER BY time DESC, number DESC LIMIT ?"),
      decisions_of_cluster(db,
                           "SELECT record FROM decisions WHERE cluster = ? AND time < ?"
                           " ORDER BY time DESC, number DESC LIMIT ?"),
      decision(db, "SELECT record FROM decisions WHERE id = ?"),
      prune_decisions(db,
                      "DELETE FROM decisions WHERE number IN (SELECT number FROM decisions"
                      " WHERE time < ? ORDER BY time, number LIMIT ?)"),
      prune_hosts(db,
                  "DELETE FROM hosts WHERE id IN (SELECT id FROM hosts"
                  " WHERE state = 'gone' AND ended_at < ? LIMIT ?)") {}

SqliteStore::SqliteStore(const std::string& path, StoreMode mode,
                         const std::string& new_deployment_id) {
  const std::string directory = DirectoryOf(path);
  if (!std::filesystem::is_directory(directory)) {
    throw StoreError("store " + path + ": the directory " + directory + " does not exist");
  }
  const bool exists = std::filesystem::exists(path);
  if (exists && !std::filesystem::is_regular_file(path)) {
    throw StoreError("store " + path + ": this is not a file");
  }
  if (mode != StoreMode::kReadWrite && !exists) {
    throw StoreError("store " + path + ": there is no such file; the service has not run yet");
  }
  if (mode == StoreMode::kReadWrite) lock_.emplace(path + ".lock");
  may_note_ = mode != StoreMode::kReadOnly;
  database_.emplace(path, mode == StoreMode::kReadOnly);
  if (mode == StoreMode::kReadWrite) {
    OpenForWriting(new_deployment_id);
  } else {
    OpenForReading();
  }
}

void SqliteStore::OpenForWriting(const std::string& new_deployment_id) {
  // Looked at before anything is changed: somebody else's database is left as it is.
  SchemaVersion(*database_, Migrations());
  SqliteStatement journal_mode(*database_, "PRAGMA journal_mode = WAL");
  if (!journal_mode.Step() || journal_mode.Text(0) != "wal") {
    database_->Refuse("its file system does not allow a write-ahead log");
  }
  journal_mode.Reset();
  database_->Run("PRAGMA synchronous = FULL");
  database_->Run("PRAGMA foreign_keys = ON");
  Migrate(*database_, Migrations());
  statements_.emplace(*database_);
  statements_->new_deployment_id.Bind(new_deployment_id).Run();
}

void SqliteStore::OpenForReading() {
  const std::int64_t version = SchemaVersion(*database_, Migrations());
  const std::int64_t newest = Migrations().back().version;
  if (version < newest) {
    database_->Refuse("its schema " + std::to_string(version) + " is older than " +
                      std::to_string(newest) + "; start the service once to bring it up to date");
  }
  statements_.emplace(*database_);
}

template <class T>
std::vector<T> SqliteStore::ReadAll(SqliteStatement& bound_select) {
  std::vector<T> records;
  while (bound_select.Step()) {
    const std::string text = bound_select.Text(0);
    try {
      records.push_back(nlohmann::json::parse(text).get<T>());
    } catch (const nlohmann::json::exception& error) {
      bound_select.Reset();
      database_->Refuse("damaged record: " + std::string(error.what()) + " in " +
                        text.substr(0, 80));
    }
  }
  return records;
}

std::string SqliteStore::DeploymentId() {
  SqliteStatement& select = statements_->deployment_id.Bind();
  if (!select.Step()) database_->Refuse("it has no deployment id");
  const std::string id = select.Text(0);
  select.Reset();
  return id;
}

void SqliteStore::Commit(const Changes& changes) {
  const bool has_records = !changes.hosts.empty() || !changes.clusters.empty() ||
                           !changes.decisions.empty() || !changes.backoffs.empty() ||
                           !changes.memories.empty();
  if (!may_note_ || (has_records && !lock_)) database_->Refuse("it was opened for reading only");
  SqliteTransaction transaction(*database_);
  for (const HostRecord& host : changes.hosts) {
    const std::int64_t ended_at = IsLive(host) ? 0 : Millis(EndOf(host));
    statements_->put_host
        .Bind(host.id, host.cluster, std::string(Name(host.state)), ended_at, TextOf(host))
        .Run();
  }
  for (const ClusterState& cluster : changes.clusters) {
    statements_->put_cluster.Bind(cluster.cluster, TextOf(cluster)).Run();
  }
  for (const DecisionRecord& record : changes.decisions) {
    const Decision& decision = record.decision;
    statements_->put_decision
        .Bind(decision.id, decision.cluster, Millis(decision.time), TextOf(record))
        .Run();
  }
  for (const OfferBackoff& backoff : changes.backoffs) {
    statements_->put_backoff.Bind(backoff.key, TextOf(backoff)).Run();
  }
  for (const Note& note : changes.notes) {
    if (note.text.empty()) {
      statements_->take_note.Bind(note.kind, note.key).Run();
    } else {
      statements_->put_note.Bind(note.kind, note.key, note.text).Run();
    }
  }
  for (const PolicyMemory& memory : changes.memories) {
    statements_->put_memory.Bind(memory.cluster, memory.policy, SqliteBlob{memory.bytes}).Run();
  }
  transaction.Commit();
}

std::vector<HostRecord> SqliteStore::Hosts(bool gone) {
  SqliteStatement& select = gone ? statements_->all_hosts : statements_->live_hosts;
  return ReadAll<HostRecord>(select.Bind());
}

std::optional<HostRecord> SqliteStore::FindHost(const std::string& id) {
  const auto found = ReadAll<HostRecord>(statements_->host.Bind(id));
  return found.empty() ? std::nullopt : std::optional(found.front());
}

std::vector<ClusterState> SqliteStore::Clusters() {
  return ReadAll<ClusterState>(statements_->clusters.Bind());
}

std::vector<OfferBackoff> SqliteStore::Backoffs() {
  return ReadAll<OfferBackoff>(statements_->backoffs.Bind());
}

std::vector<Note> SqliteStore::Notes(const std::string& kind) {
  std::vector<Note> notes;
  for (SqliteStatement& select = statements_->notes.Bind(kind); select.Step();) {
    notes.push_back({select.Text(0), select.Text(1), select.Text(2)});
  }
  return notes;
}

std::vector<PolicyMemory> SqliteStore::Memories() {
  std::vector<PolicyMemory> memories;
  for (SqliteStatement& select = statements_->memories.Bind(); select.Step();) {
    memories.push_back({select.Text(0), select.Text(1), select.Bytes(2)});
  }
  return memories;
}

std::vector<DecisionRecord> SqliteStore::Decisions(const DecisionQuery& query) {
  const std::int64_t before =
      query.before ? Millis(*query.before) : std::numeric_limits<std::int64_t>::max();
  const std::int64_t limit = std::max<std::int64_t>(query.limit, 0);  // below 0 is none to SQLite
  if (query.cluster.empty()) {
    return ReadAll<DecisionRecord>(statements_->decisions.Bind(before, limit));
  }
  return ReadAll<DecisionRecord>(
      statements_->decisions_of_cluster.Bind(query.cluster, before, limit));
}

std::optional<DecisionRecord> SqliteStore::FindDecision(const std::string& id) {
  const auto found = ReadAll<DecisionRecord>(statements_->decision.Bind(id));
  return found.empty() ? std::nullopt : std::optional(found.front());
}

std::int64_t SqliteStore::Prune(const Retention& retention, Time now, std::int64_t at_most) {
  if (!lock_) database_->Refuse("it was opened for reading only");
  SqliteTransaction transaction(*database_);
  const std::int64_t decisions =
      statements_->prune_decisions.Bind(Millis(DecisionsCutoff(retention, now)), at_most).Run();
  const std::int64_t hosts =
      statements_->prune_hosts.Bind(Millis(GoneHostsCutoff(retention, now)), at_most - decisions)
          .Run();
  transaction.Commit();
  return decisions + hosts;
}

}  // namespace

std::unique_ptr<Store> OpenSqliteStore(const std::string& path, StoreMode mode,
                                       const std::string& new_deployment_id) {
  return std::make_unique<SqliteStore>(path, mode, new_deployment_id);
}

}  // namespace spillway
