// A string that must not be seen: it has no operator<<, no comparison, no JSON, and is wiped when
// it goes. Only Reveal() gives it, at the one place where it is used.
#pragma once

#include <string>
#include <utility>

namespace spillway {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret& other);
  ~Secret() { Wipe(); }

  bool empty() const { return value_.empty(); }
  const std::string& Reveal() const { return value_; }

 private:
  void Wipe();

  std::string value_;
};

// `text` with every occurrence of a non-empty `secret` replaced by "***": for texts of the other
// side that may repeat what was sent.
std::string Redact(std::string text, const Secret& secret);

}  // namespace spillway
