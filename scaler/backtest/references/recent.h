// Values of the last stretch of time, for what looks back over a window.
#pragma once

#include <algorithm>
#include <deque>
#include <utility>

#include "scaler/model/time.h"

namespace spillway {

// Values of (now - window, now].
template <class T>
class Recent {
 public:
  explicit Recent(Duration window) : window_(window) {}

  void Add(Time now, T value) {
    values_.emplace_back(now, std::move(value));
    Forget(now);
  }
  void Forget(Time now) {
    while (!values_.empty() && values_.front().first <= now - window_) values_.pop_front();
  }

  bool empty() const { return values_.empty(); }
  std::size_t size() const { return values_.size(); }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }
  // REQUIRES: not empty.
  T Largest() const { return std::max_element(begin(), end(), BySecond)->second; }
  T Smallest() const { return std::min_element(begin(), end(), BySecond)->second; }
  T Sum() const {
    T sum{};
    for (const auto& [time, value] : values_) sum += value;
    return sum;
  }

 private:
  using Entry = std::pair<Time, T>;
  static bool BySecond(const Entry& a, const Entry& b) { return a.second < b.second; }

  const Duration window_;
  std::deque<Entry> values_;
};

}  // namespace spillway
