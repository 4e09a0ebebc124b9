// What was learned, as bytes and back. A class lists its members once, for both ways:
//
//   static void Fields(auto& self, auto& archive) { archive(self.mean_, self.counts_); }
//
// Numbers are written as they lie in memory (little-endian, as on every machine we run on), vectors
// of numbers with their zeros counted instead of written: most cells of a histogram are empty.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace spillway::predictive {

template <class T>
concept Number = std::is_arithmetic_v<T>;

class Writer {
 public:
  void operator()(const auto&... members) { (Put(members), ...); }

  std::string bytes() && { return std::move(bytes_); }

 private:
  template <Number T>
  void Put(const T& value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  template <Number T>
  void Put(const std::vector<T>& values) {
    Put(static_cast<std::uint32_t>(values.size()));
    for (std::size_t i = 0; i < values.size();) {
      std::size_t zeros = i;
      while (zeros < values.size() && values[zeros] == T{}) ++zeros;
      std::size_t end = zeros;
      while (end < values.size() && values[end] != T{}) ++end;
      Put(static_cast<std::uint32_t>(zeros - i));
      Put(static_cast<std::uint32_t>(end - zeros));
      bytes_.append(reinterpret_cast<const char*>(values.data() + zeros),
                    (end - zeros) * sizeof(T));
      i = end;
    }
  }
  template <class T, std::size_t N>
  void Put(const std::array<T, N>& values) {
    for (const T& value : values) Put(value);
  }
  template <class T>
  requires std::is_class_v<T>
  void Put(const std::vector<T>& values) {
    Put(static_cast<std::uint32_t>(values.size()));
    for (const T& value : values) Put(value);
  }
  template <class T>
  requires requires(const T& t, Writer& w) { T::Fields(t, w); }
  void Put(const T& value) { T::Fields(value, *this); }

  std::string bytes_;
};

// Reads what a Writer wrote. Never reads past the end, and never makes more of a vector than can
// have been meant; `is_good` says whether everything fitted. A vector that is not empty has its
// size already, and must come with it.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  void operator()(auto&... members) { (Get(members), ...); }

  bool is_good() const { return is_good_; }
  std::string_view rest() const { return rest_; }
  bool is_done() const { return is_good_ && rest_.empty(); }

 private:
  static constexpr std::uint32_t kMost = 1U << 24;

  template <Number T>
  void Get(T& value) {
    if (rest_.size() < sizeof value) is_good_ = false;
    if (!is_good_) return;
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
  }
  template <class T>
  bool Resize(std::vector<T>& values) {
    std::uint32_t size = 0;
    Get(size);
    if (size > kMost || (!values.empty() && values.size() != size)) is_good_ = false;
    if (is_good_) values.resize(size);
    return is_good_;
  }
  template <Number T>
  void Get(std::vector<T>& values) {
    if (!Resize(values)) return;
    for (std::size_t i = 0; i < values.size() && is_good_;) {
      std::uint32_t zeros = 0;
      std::uint32_t count = 0;
      (*this)(zeros, count);
      const std::size_t left = values.size() - i;
      if (zeros > left || count > left - zeros || count > rest_.size() / sizeof(T) ||
          zeros + count == 0) {
        is_good_ = false;
        return;
      }
      std::fill_n(values.begin() + static_cast<std::ptrdiff_t>(i), zeros, T{});
      std::memcpy(values.data() + i + zeros, rest_.data(), count * sizeof(T));
      rest_.remove_prefix(count * sizeof(T));
      i += zeros + count;
    }
  }
  template <class T, std::size_t N>
  void Get(std::array<T, N>& values) {
    for (T& value : values) Get(value);
  }
  template <class T>
  requires std::is_class_v<T>
  void Get(std::vector<T>& values) {
    std::uint32_t size = 0;
    Get(size);
    if (size != values.size()) is_good_ = false;
    for (T& value : values) Get(value);
  }
  template <class T>
  requires requires(T& t, Reader& r) { T::Fields(t, r); }
  void Get(T& value) { T::Fields(value, *this); }

  std::string_view rest_;
  bool is_good_ = true;
};

// Of bytes, to know what was cut off or overwritten (FNV-1a: Fowler, Noll, Vo).
inline std::uint64_t Checksum(std::string_view bytes) {
  std::uint64_t sum = 0xcbf29ce484222325U;
  for (const char c : bytes) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return sum;
}

}  // namespace spillway::predictive
