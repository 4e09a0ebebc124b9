#include "scaler/runtime/secret.h"

#include <string.h>

namespace spillway {

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    Wipe();
    value_ = other.value_;
  }
  return *this;
}

void Secret::Wipe() { explicit_bzero(value_.data(), value_.size()); }

std::string Redact(std::string text, const Secret& secret) {
  const std::string& hidden = secret.Reveal();
  if (hidden.empty()) return text;
  for (std::size_t at = 0; (at = text.find(hidden, at)) != std::string::npos; at += 3) {
    text.replace(at, hidden.size(), "***");
  }
  return text;
}

}  // namespace spillway
