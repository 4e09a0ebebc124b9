#include "scaler/store/sqlite.h"

#include <sqlite3.h>

#include <utility>

#include "scaler/store/store.h"

namespace spillway {
namespace {

constexpr int kBusyTimeoutMs = 2000;

}  // namespace

void SqliteDatabase::Close::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

SqliteDatabase::SqliteDatabase(std::string path, bool is_read_only) : path_(std::move(path)) {
  const int mode = is_read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path_.c_str(), &handle, mode, nullptr);
  handle_.reset(handle);  // also when opening failed: the words of the error are in it
  if (code != SQLITE_OK) Fail("open");
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, kBusyTimeoutMs);
}

void SqliteDatabase::Run(const std::string& sql) {
  if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) Fail(sql);
}

void SqliteDatabase::Fail(const std::string& doing) const {
  Refuse("cannot " + doing + ": " + sqlite3_errmsg(handle_.get()) + " (SQLite code " +
         std::to_string(sqlite3_extended_errcode(handle_.get())) + ")");
}

void SqliteDatabase::Refuse(const std::string& what) const {
  throw StoreError("store " + path_ + ": " + what);
}

void SqliteStatement::Finalize::operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }

SqliteStatement::SqliteStatement(SqliteDatabase& database, const std::string& sql)
    : database_(database) {
  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v3(database_.handle_.get(), sql.c_str(), -1,
                                      SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) database_.Fail("prepare \"" + sql + "\"");
}

void SqliteStatement::Reset() { sqlite3_reset(handle_.get()); }

void SqliteStatement::BindAt(int index, const std::string& value) {
  const int code = sqlite3_bind_text64(handle_.get(), index, value.data(), value.size(),
                                       SQLITE_TRANSIENT, SQLITE_UTF8);
  if (code != SQLITE_OK) database_.Fail("bind a text");
}

void SqliteStatement::BindAt(int index, const SqliteBlob& value) {
  const int code = sqlite3_bind_blob64(handle_.get(), index, value.bytes.data(), value.bytes.size(),
                                       SQLITE_TRANSIENT);
  if (code != SQLITE_OK) database_.Fail("bind bytes");
}

void SqliteStatement::BindAt(int index, std::int64_t value) {
  if (sqlite3_bind_int64(handle_.get(), index, value) != SQLITE_OK) database_.Fail("bind a number");
}

bool SqliteStatement::Step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) {
    const std::string doing = std::string("run \"") + sqlite3_sql(handle_.get()) + "\"";
    try {
      database_.Fail(doing);
    } catch (...) {
      Reset();  // a statement that stays open keeps its transaction open
      throw;
    }
  }
  Reset();
  return false;
}

std::int64_t SqliteStatement::Run() {
  while (Step()) continue;
  return sqlite3_changes64(database_.handle_.get());
}

std::string SqliteStatement::Text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
  if (text == nullptr) return "";
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

std::string SqliteStatement::Bytes(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle_.get(), column));
  if (bytes == nullptr) return "";
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

std::int64_t SqliteStatement::Number(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}

// Immediate: the only writer meets a lock here, if ever, and not halfway through.
SqliteTransaction::SqliteTransaction(SqliteDatabase& database) : database_(database) {
  database_.Run("BEGIN IMMEDIATE");
}

SqliteTransaction::~SqliteTransaction() {
  // Some errors (disk full) have rolled back already. A rollback that fails is made good by the
  // next opening.
  sqlite3* handle = database_.handle_.get();
  if (sqlite3_get_autocommit(handle) == 0) {
    sqlite3_exec(handle, "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

void SqliteTransaction::Commit() { database_.Run("COMMIT"); }

}  // namespace spillway
