#include "scaler/store/sqlite_schema.h"

#include <array>
#include <string>

namespace spillway {
namespace {

// Marks the file as ours: "SPWL".
constexpr std::int64_t kApplicationId = 0x5350574C;

// Records are JSON, whole; beside them stand the columns that are searched by.
constexpr std::array kMigrations = {
    Migration{1, R"sql(
      CREATE TABLE meta (
        name  TEXT PRIMARY KEY,
        value TEXT NOT NULL
      ) STRICT;

      CREATE TABLE hosts (
        id       TEXT PRIMARY KEY,
        cluster  TEXT NOT NULL,
        state    TEXT NOT NULL,
        ended_at INTEGER NOT NULL,  -- 0 while it is not gone
        record   TEXT NOT NULL
      ) STRICT;
      CREATE INDEX hosts_live ON hosts (id) WHERE state <> 'gone';
      CREATE INDEX hosts_ended ON hosts (ended_at) WHERE state = 'gone';

      CREATE TABLE clusters (
        name   TEXT PRIMARY KEY,
        record TEXT NOT NULL
      ) STRICT;

      CREATE TABLE decisions (
        number  INTEGER PRIMARY KEY AUTOINCREMENT,
        id      TEXT NOT NULL UNIQUE,
        cluster TEXT NOT NULL,
        time    INTEGER NOT NULL,
        record  TEXT NOT NULL
      ) STRICT;
      CREATE INDEX decisions_time ON decisions (time, number);
      CREATE INDEX decisions_cluster ON decisions (cluster, time, number);

      CREATE TABLE backoffs (
        key    TEXT PRIMARY KEY,
        record TEXT NOT NULL
      ) STRICT;
    )sql"},
    Migration{2, R"sql(
      CREATE TABLE policy_memories (
        cluster TEXT NOT NULL,
        policy  TEXT NOT NULL,
        bytes   BLOB NOT NULL,
        PRIMARY KEY (cluster, policy)
      ) STRICT;
    )sql"},
    Migration{3, R"sql(
      CREATE TABLE notes (
        kind TEXT NOT NULL,
        key  TEXT NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (kind, key)
      ) STRICT;
    )sql"},
};

std::int64_t NumberOf(SqliteDatabase& database, const std::string& sql) {
  SqliteStatement statement(database, sql);
  return statement.Step() ? statement.Number(0) : 0;
}

}  // namespace

std::span<const Migration> Migrations() { return kMigrations; }

std::int64_t SchemaVersion(SqliteDatabase& database, std::span<const Migration> migrations) {
  if (NumberOf(database, "SELECT count(*) FROM sqlite_schema") == 0) return 0;
  if (NumberOf(database, "PRAGMA application_id") != kApplicationId) {
    database.Refuse("this is a database, but not a store of Spillway");
  }
  const std::int64_t version = NumberOf(database, "PRAGMA user_version");
  const std::int64_t newest = migrations.back().version;
  if (version > newest) {
    database.Refuse("its schema " + std::to_string(version) +
                    " is newer than this version of Spillway, which knows up to " +
                    std::to_string(newest));
  }
  return version;
}

void Migrate(SqliteDatabase& database, std::span<const Migration> migrations) {
  const std::int64_t found = SchemaVersion(database, migrations);
  for (const Migration& migration : migrations) {
    if (migration.version <= found) continue;
    SqliteTransaction transaction(database);
    database.Run("PRAGMA application_id = " + std::to_string(kApplicationId));
    database.Run(migration.sql);
    database.Run("PRAGMA user_version = " + std::to_string(migration.version));
    transaction.Commit();
  }
}

}  // namespace spillway
