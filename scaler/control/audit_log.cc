#include "scaler/control/audit_log.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

namespace spillway {
namespace {

using nlohmann::json;

std::string IdOf(std::int64_t number) { return fmt::format("{:012}", number); }

}  // namespace

Note NoteOf(const AuditEntry& entry) {
  const json j = {{"time", entry.time.time_since_epoch().count()},
                  {"who", entry.who},
                  {"role", Name(entry.role)},
                  {"peer", entry.peer},
                  {"action", entry.action},
                  {"subject", entry.subject},
                  {"reason", entry.reason},
                  {"done", entry.is_done},
                  {"detail", entry.detail}};
  return {kAuditNote, entry.id, j.dump(-1, ' ', false, json::error_handler_t::replace)};
}

std::optional<AuditEntry> AuditEntryFrom(const Note& note) {
  try {
    const json j = json::parse(note.text);
    const auto text = [&](const char* name) { return j.at(name).get<std::string>(); };
    const std::optional<Role> role = RoleFrom(text("role"));
    if (!role) return std::nullopt;
    return AuditEntry{note.key,
                      Time(Duration(j.at("time").get<std::int64_t>())),
                      text("who"),
                      *role,
                      text("peer"),
                      text("action"),
                      text("subject"),
                      text("reason"),
                      j.at("done").get<bool>(),
                      text("detail")};
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

AuditLog::AuditLog(Store& store, Journal& journal, Log& log, std::size_t most)
    : journal_(journal), log_(log), most_(most) {
  for (const Note& note : store.Notes(kAuditNote)) {
    if (auto entry = AuditEntryFrom(note)) entries_.push_back(std::move(*entry));
  }
  if (entries_.empty()) return;
  const std::string& id = entries_.back().id;
  std::from_chars(id.data(), id.data() + id.size(), last_);
}

void AuditLog::Add(AuditEntry entry) {
  entry.id = IdOf(++last_);
  log_.Info("audit", {{"id", entry.id},
                      {"who", entry.who},
                      {"role", Name(entry.role)},
                      {"peer", entry.peer},
                      {"action", entry.action},
                      {"subject", entry.subject},
                      {"outcome", entry.is_done ? "done" : "refused"},
                      {"reason", entry.reason},
                      {"detail", entry.detail}});
  journal_.Put(NoteOf(entry));
  entries_.push_back(std::move(entry));
  while (entries_.size() > most_) {
    journal_.Put(Note{kAuditNote, entries_.front().id, ""});
    entries_.pop_front();
  }
}

AuditPage AuditLog::Newest(std::size_t limit, const std::string& before) const {
  const auto end =
      before.empty()
          ? entries_.end()
          : std::lower_bound(entries_.begin(), entries_.end(), before,
                             [](const AuditEntry& entry, const auto& id) { return entry.id < id; });
  AuditPage page;
  auto next = end;
  while (next != entries_.begin() && page.entries.size() < limit) page.entries.push_back(*--next);
  page.has_more = next != entries_.begin();
  return page;
}

}  // namespace spillway
