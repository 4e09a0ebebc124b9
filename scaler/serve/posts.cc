#include "scaler/serve/posts.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

#include "scaler/runtime/digest.h"
#include "scaler/serve/problem.h"
#include "scaler/serve/query.h"

namespace spillway {
namespace {

using nlohmann::json;

// As far as it can be read: what is wrong with it is said by who reads it with types.
std::string ReasonIn(const std::string& body) {
  const json read = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!read.is_object() || !read.contains("reason") || !read["reason"].is_string()) return "";
  constexpr std::size_t kMostBytes = 2'000;
  return read["reason"].get<std::string>().substr(0, kMostBytes);
}

// "/v1/clusters/edge/pause": "pause" is done with "clusters/edge".
AuditEntry EntryOf(const HttpQuestion& question, const Caller& caller, Time now) {
  constexpr std::string_view kRoot = "/v1/";
  const std::string path = question.path.substr(kRoot.size());
  const std::size_t slash = path.rfind('/');
  AuditEntry entry;
  entry.time = now;
  entry.who = caller.name;
  entry.role = caller.role;
  entry.peer = question.peer;
  entry.action = path.substr(slash + 1);
  entry.subject = path.substr(0, slash);
  entry.reason = ReasonIn(question.body);
  return entry;
}

// Of a body that says why something was not done.
std::string ProblemIn(const std::string& body) {
  const json problem = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!problem.is_object()) return "";
  const std::string type = problem.value("type", "");
  return type.substr(type.rfind(':') + 1) + ": " + problem.value("detail", "");
}

std::string FingerprintOf(const HttpQuestion& question) {
  return Sha256Hex(question.method + " " + question.path + "?" + question.query + "\n" +
                   question.body);
}

void CheckMediaType(const HttpQuestion& question) {
  std::string_view type = question.Header("content-type");
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  if (question.body.empty() || type == "application/json") return;
  throw Problem(415, "unsupported_media_type", "expected a body of Content-Type: application/json");
}

std::string KeyOf(const HttpQuestion& question) {
  std::string key(question.Header("idempotency-key"));
  if (key.empty() || IsIdempotencyKey(key)) return key;
  throw Invalid({{"header.idempotency-key", "expected 1 to 255 printable characters of ASCII"}});
}

}  // namespace

Posts::Posts(Orders& orders, AuditLog& audit, Store& store, Journal& journal)
    : orders_(orders), audit_(audit), journal_(journal) {
  for (const Note& note : store.Notes(kPostNote)) {
    if (auto answer = KeptAnswerFrom(note.text)) answers_.Keep(note.key, std::move(*answer));
  }
}

HttpAnswer Posts::Answer(const HttpQuestion& question, const Caller& caller, Time now,
                         const std::function<HttpAnswer()>& act) {
  const bool is_dry_run = Query(question.query).Flag("dry_run");
  AuditEntry entry = EntryOf(question, caller, now);
  try {
    CheckMediaType(question);
    if (is_dry_run) return act();
    const std::string key = KeyOf(question);
    const std::string fingerprint = FingerprintOf(question);
    if (auto before = AnsweredBefore(caller, key, fingerprint, now)) return *std::move(before);
    if (!orders_.is_able()) {
      throw Problem(503, "store_failed", "nothing can be kept now: the store does not work");
    }
    HttpAnswer answer = act();
    Asked asked{caller, key, fingerprint, std::move(entry), now};
    if (answer.later) return WhenFound(answer, std::move(asked));
    Conclude(answer, std::move(asked));
    return WhenDurable(std::move(answer));
  } catch (const Problem& problem) {
    if (is_dry_run) throw;
    entry.detail = problem.code() + ": " + problem.what();
    audit_.Add(std::move(entry));
    throw;
  }
}

// One that is repeated before the first is durable waits with it.
std::optional<HttpAnswer> Posts::AnsweredBefore(const Caller& caller, const std::string& key,
                                                const std::string& fingerprint, Time now) const {
  if (key.empty()) return std::nullopt;
  const RepeatedPosts::Known known = answers_.Find(caller.name, key, fingerprint, now);
  if (std::holds_alternative<RepeatedPosts::Fresh>(known)) return std::nullopt;
  if (std::holds_alternative<RepeatedPosts::OtherRequest>(known)) {
    throw Problem(422, "key_used", "this Idempotency-Key was used for another request");
  }
  const KeptAnswer& kept = *std::get<const KeptAnswer*>(known);
  HttpAnswer answer{kept.status, kept.content_type, kept.body, {{"Idempotency-Replayed", "true"}}};
  return WhenDurable(std::move(answer));
}

// What was not done may be asked again: only what was is kept.
void Posts::Keep(const Asked& asked, const HttpAnswer& answer) {
  if (asked.key.empty()) return;
  const KeptAnswer kept{asked.fingerprint, answer.status, answer.content_type, answer.body,
                        asked.now};
  const std::string note = RepeatedPosts::NoteKey(asked.caller.name, asked.key);
  journal_.Put(Note{kPostNote, note, TextOf(kept)});
  answers_.Keep(note, kept);
  for (const std::string& old : answers_.Forget(asked.now)) {
    journal_.Put(Note{kPostNote, old, ""});
  }
}

void Posts::Conclude(const HttpAnswer& answer, Asked asked) {
  asked.entry.is_done = answer.status < 400;
  if (asked.entry.is_done) {
    Keep(asked, answer);
  } else {
    asked.entry.detail = ProblemIn(answer.body);
  }
  audit_.Add(std::move(asked.entry));
}

HttpAnswer Posts::WhenFound(const HttpAnswer& promised, Asked asked) {
  HttpAnswer later;
  later.later = [this, find = promised.later,
                 asked = std::move(asked)](std::function<void(HttpAnswer)> deliver) {
    find([this, asked, deliver = std::move(deliver)](const HttpAnswer& found) {
      Conclude(found, asked);
      orders_.AfterCommit([found, deliver] { deliver(found); });
    });
  };
  return later;
}

HttpAnswer Posts::WhenDurable(HttpAnswer answer) const {
  HttpAnswer promised;
  promised.later = [this, answer = std::move(answer)](std::function<void(HttpAnswer)> deliver) {
    orders_.AfterCommit([answer, deliver = std::move(deliver)] { deliver(answer); });
  };
  return promised;
}

}  // namespace spillway
