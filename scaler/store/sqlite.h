// SQLite as values that clean up after themselves; every failure is a StoreError that names the
// file and carries the database's own words. The source of this header is the door for SQLite.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace spillway {

class SqliteDatabase {
 public:
  // `is_read_only`: the file must exist; else it is created when it does not.
  SqliteDatabase(std::string path, bool is_read_only);

  // Runs one or more statements; their rows are ignored.
  void Run(const std::string& sql);

  // Throws StoreError: the path, `doing` ("commit"), and why the last call failed.
  [[noreturn]] void Fail(const std::string& doing) const;
  // Throws StoreError: the path and `what`.
  [[noreturn]] void Refuse(const std::string& what) const;

 private:
  friend class SqliteStatement;
  friend class SqliteTransaction;
  struct Close {
    void operator()(sqlite3* handle) const;
  };

  const std::string path_;
  std::unique_ptr<sqlite3, Close> handle_;
};

// Bytes that are no text.
struct SqliteBlob {
  std::string_view bytes;
};

// A statement that is prepared once and run many times:
//   insert.Bind(id, time).Run();
//   for (select.Bind(cluster); select.Step();) Use(select.Text(0));
class SqliteStatement {
 public:
  // `database` outlives the statement.
  SqliteStatement(SqliteDatabase& database, const std::string& sql);

  // Starts the statement anew with these values for its parameters, in order: texts, bytes
  // and whole numbers. Texts and bytes are copied.
  template <class... Values>
  SqliteStatement& Bind(const Values&... values) {
    Reset();
    int index = 0;
    (BindAt(++index, values), ...);
    return *this;
  }

  // Goes to the next row; false when there is none, and then the statement is reset.
  bool Step();
  // Runs a statement that has no rows; returns how many rows it changed.
  std::int64_t Run();

  // Ends it before its last row: an open statement keeps its view of the file, and the log grows.
  void Reset();

  // Columns of the row, from 0.
  std::string Text(int column) const;
  std::string Bytes(int column) const;
  std::int64_t Number(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const;
  };

  void BindAt(int index, const std::string& value);
  void BindAt(int index, const SqliteBlob& value);
  void BindAt(int index, std::int64_t value);

  SqliteDatabase& database_;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

// Everything from its construction to Commit() happens, or, without Commit(), nothing of it.
class SqliteTransaction {
 public:
  explicit SqliteTransaction(SqliteDatabase& database);
  ~SqliteTransaction();
  SqliteTransaction(const SqliteTransaction&) = delete;
  SqliteTransaction& operator=(const SqliteTransaction&) = delete;

  void Commit();

 private:
  SqliteDatabase& database_;
};

}  // namespace spillway
