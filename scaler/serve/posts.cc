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

// Of a problem, as one that is thrown is told: its code, and why; empty when it is none.
std::string DetailIn(const std::string& body) {
  const json read = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!read.is_object()) return "";
  const std::string type = read.value("type", "");
  return type.substr(type.rfind(':') + 1) + ": " + read.value("detail", "");
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
  Asked asked{caller.name, "", FingerprintOf(question), EntryOf(question, caller, now)};
  try {
    CheckMediaType(question);
    if (is_dry_run) return act();
    asked.key = KeyOf(question);
    if (auto before = AnsweredBefore(asked)) return *std::move(before);
    if (!orders_.is_able()) {
      throw Problem(503, "store_failed", "nothing can be kept now: the store does not work");
    }
    HttpAnswer answer = act();
    if (!answer.later) return Conclude(std::move(asked), std::move(answer));
    HttpAnswer promised;
    promised.later = [this, asked, later = answer.later](const auto& deliver) {
      later([this, asked, deliver](HttpAnswer last) {
        Conclude(asked, std::move(last)).later(deliver);
      });
    };
    return promised;
  } catch (const Problem& problem) {
    if (is_dry_run) throw;
    asked.entry.detail = problem.code() + ": " + problem.what();
    audit_.Add(std::move(asked.entry));
    throw;
  }
}

// What was not done may be asked again: only what was is kept.
HttpAnswer Posts::Conclude(Asked asked, HttpAnswer answer) {
  asked.entry.is_done = answer.status < 400;
  if (asked.entry.is_done) {
    Keep(asked, answer);
  } else {
    asked.entry.detail = DetailIn(answer.body);
  }
  audit_.Add(std::move(asked.entry));
  return WhenDurable(std::move(answer));
}

// One that is repeated before the first is durable waits with it.
std::optional<HttpAnswer> Posts::AnsweredBefore(const Asked& asked) const {
  if (asked.key.empty()) return std::nullopt;
  const RepeatedPosts::Known known =
      answers_.Find(asked.caller, asked.key, asked.fingerprint, asked.entry.time);
  if (std::holds_alternative<RepeatedPosts::Fresh>(known)) return std::nullopt;
  if (std::holds_alternative<RepeatedPosts::OtherRequest>(known)) {
    throw Problem(422, "key_used", "this Idempotency-Key was used for another request");
  }
  const KeptAnswer& kept = *std::get<const KeptAnswer*>(known);
  HttpAnswer answer{kept.status, kept.content_type, kept.body, {{"Idempotency-Replayed", "true"}}};
  return WhenDurable(std::move(answer));
}

void Posts::Keep(const Asked& asked, const HttpAnswer& answer) {
  if (asked.key.empty()) return;
  const Time now = asked.entry.time;
  const KeptAnswer kept{asked.fingerprint, answer.status, answer.content_type, answer.body, now};
  const std::string note = RepeatedPosts::NoteKey(asked.caller, asked.key);
  journal_.Put(Note{kPostNote, note, TextOf(kept)});
  answers_.Keep(note, kept);
  for (const std::string& old : answers_.Forget(now)) journal_.Put(Note{kPostNote, old, ""});
}

HttpAnswer Posts::WhenDurable(HttpAnswer answer) const {
  HttpAnswer promised;
  promised.later = [this, answer = std::move(answer)](std::function<void(HttpAnswer)> deliver) {
    orders_.AfterCommit([answer, deliver = std::move(deliver)] { deliver(answer); });
  };
  return promised;
}

}  // namespace spillway
