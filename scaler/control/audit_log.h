// What people asked for, done or refused: a line of the log each, and kept as notes of the store.
// Loop thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "scaler/control/api_tokens.h"
#include "scaler/runtime/log.h"
#include "scaler/store/journal.h"

namespace spillway {

inline constexpr const char* kAuditNote = "audit";

struct AuditEntry {
  std::string id;  // the later, the greater, as texts too
  Time time;
  std::string who;  // the name of a token
  Role role = Role::kViewer;
  std::string peer;     // the address that it came from
  std::string action;   // "pause"
  std::string subject;  // "clusters/edge"
  std::string reason;   // theirs; may be empty
  bool is_done = false;
  std::string detail;  // why it was refused

  friend bool operator==(const AuditEntry&, const AuditEntry&) = default;
};

Note NoteOf(const AuditEntry& entry);
// Nothing for a note that is none.
std::optional<AuditEntry> AuditEntryFrom(const Note& note);

struct AuditPage {
  std::vector<AuditEntry> entries;  // newest first
  bool has_more = false;
};

class AuditLog {
 public:
  // Takes up what is stored; may throw StoreError. Beyond `most` entries the oldest goes. All
  // outlive it.
  AuditLog(Store& store, Journal& journal, Log& log, std::size_t most = 5'000);
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  // Gives it its id; it is durable with the next commit.
  void Add(AuditEntry entry);

  // Those that are older than the entry of the id `before`; empty: from the newest on.
  AuditPage Newest(std::size_t limit, const std::string& before) const;

 private:
  Journal& journal_;
  Log& log_;
  const std::size_t most_;
  std::deque<AuditEntry> entries_;  // oldest first
  std::int64_t last_ = 0;           // number of the newest
};

}  // namespace spillway
