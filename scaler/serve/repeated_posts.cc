#include "scaler/serve/repeated_posts.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace spillway {
namespace {

using nlohmann::json;

constexpr Duration kKeptFor = std::chrono::hours(24);
constexpr std::size_t kLongestKey = 255;

}  // namespace

std::string TextOf(const KeptAnswer& answer) {
  const json j = {{"fingerprint", answer.fingerprint},
                  {"status", answer.status},
                  {"content_type", answer.content_type},
                  {"body", answer.body},
                  {"at", answer.at.time_since_epoch().count()}};
  // A body that is no UTF-8 must not end the service.
  return j.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<KeptAnswer> KeptAnswerFrom(std::string_view text) {
  try {
    const json j = json::parse(text);
    return KeptAnswer{j.at("fingerprint").get<std::string>(), j.at("status").get<int>(),
                      j.at("content_type").get<std::string>(), j.at("body").get<std::string>(),
                      Time(Duration(j.at("at").get<std::int64_t>()))};
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

bool IsIdempotencyKey(std::string_view key) {
  return !key.empty() && key.size() <= kLongestKey &&
         std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

RepeatedPosts::Known RepeatedPosts::Find(const std::string& caller, const std::string& key,
                                         const std::string& fingerprint, Time now) const {
  const auto found = answers_.find(NoteKey(caller, key));
  if (found == answers_.end() || found->second.at + kKeptFor <= now) return Fresh{};
  if (found->second.fingerprint != fingerprint) return OtherRequest{};
  return &found->second;
}

void RepeatedPosts::Keep(const std::string& note_key, KeptAnswer answer) {
  const auto known = answers_.find(note_key);
  if (known != answers_.end()) {
    std::erase_if(by_time_, [&](const auto& entry) { return entry.second == note_key; });
  }
  by_time_.emplace(answer.at, note_key);
  answers_[note_key] = std::move(answer);
}

// No key of a request holds a line break: the parts cannot run into each other.
std::string RepeatedPosts::NoteKey(const std::string& caller, const std::string& key) {
  return caller + "\n" + key;
}

std::vector<std::string> RepeatedPosts::Forget(Time now) {
  std::vector<std::string> forgotten;
  while (!by_time_.empty()) {
    const auto oldest = by_time_.begin();
    if (oldest->first + kKeptFor > now && answers_.size() <= most_) break;
    answers_.erase(oldest->second);
    forgotten.push_back(std::move(oldest->second));
    by_time_.erase(oldest);
  }
  return forgotten;
}

}  // namespace spillway
