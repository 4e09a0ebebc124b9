// A value or the error that the caller will decide by.
#pragma once

#include <utility>
#include <variant>

#include "scaler/model/error.h"

namespace spillway {

// REQUIRES on `*`, `->`: holds a value; on `error()`: holds an error.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& operator*() { return std::get<0>(state_); }
  const T& operator*() const { return std::get<0>(state_); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

// For calls that give nothing back: `return Done{};`
struct Done {
  friend bool operator==(const Done&, const Done&) = default;
};

}  // namespace spillway
