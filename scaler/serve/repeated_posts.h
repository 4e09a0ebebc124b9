// Posts that carry an Idempotency-Key
// (https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header): who did not
// get the answer asks again under the same key, and gets the first answer; nothing is done twice.
// Answers are kept for a day, as texts for the store's notes. Loop thread only.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "scaler/model/time.h"

namespace spillway {

// What was answered to a post.
struct KeptAnswer {
  std::string fingerprint;  // of the request: method, target and body
  int status = 0;
  std::string content_type;
  std::string body;
  Time at;

  friend bool operator==(const KeptAnswer&, const KeptAnswer&) = default;
};

// How notes hold them: JSON, with members of these names.
std::string TextOf(const KeptAnswer& answer);
// Nothing for any other text.
std::optional<KeptAnswer> KeptAnswerFrom(std::string_view text);

// Whether it may be a key: 1 to 255 printable characters of ASCII.
bool IsIdempotencyKey(std::string_view key);

class RepeatedPosts {
 public:
  // What there is to say to a post.
  struct Fresh {};         // nobody asked this: do it, and Keep what was answered
  struct OtherRequest {};  // the key was used for something else: refuse it
  using Known = std::variant<Fresh, OtherRequest, const KeptAnswer*>;  // valid until the next call

  // At most `most` answers (1 or more): beyond it the oldest goes.
  explicit RepeatedPosts(std::size_t most = 10'000) : most_(most) {}

  // A key is its caller's own: another one may use the same for something else. Names may hold
  // anything but a line break.
  Known Find(const std::string& caller, const std::string& key, const std::string& fingerprint,
             Time now) const;

  // Also what is taken up from the store. The note's key of it is NoteKey(caller, key).
  void Keep(const std::string& note_key, KeptAnswer answer);
  static std::string NoteKey(const std::string& caller, const std::string& key);

  // Forgets what is over, or too much; returns the notes' keys of that, to take them away.
  std::vector<std::string> Forget(Time now);

  std::size_t size() const { return answers_.size(); }

 private:
  const std::size_t most_;
  std::map<std::string, KeptAnswer> answers_;  // by NoteKey
  std::multimap<Time, std::string> by_time_;   // the same keys, the oldest first
};

}  // namespace spillway
