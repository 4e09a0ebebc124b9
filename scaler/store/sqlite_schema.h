// The tables of a SQLite store and how older ones become today's.
#pragma once

#include <cstdint>
#include <span>

#include "scaler/store/sqlite.h"

namespace spillway {

// What leads from schema `version` - 1 to `version`. Once released it is never changed.
struct Migration {
  std::int64_t version;
  const char* sql;
};

// All of them, from 1 upwards without a gap.
std::span<const Migration> Migrations();

// The schema of the file; 0: an empty one. StoreError: damaged, not a store of Spillway, or newer
// than the last of `migrations`.
std::int64_t SchemaVersion(SqliteDatabase& database, std::span<const Migration> migrations);

// Brings the file to the last of `migrations`, each in a transaction of its own, so that a crash
// leaves a whole version behind.
void Migrate(SqliteDatabase& database, std::span<const Migration> migrations);

}  // namespace spillway
