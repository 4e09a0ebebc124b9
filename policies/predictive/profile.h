// What is usual at a time of the hour, the day or the week: one slowly moving mean per slot.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "scaler/model/time.h"

namespace spillway::predictive {

class Profile {
 public:
  // `weight` of each new value.
  Profile(Duration period, std::size_t slots, float weight)
      : period_(period.count()), weight_(weight), means_(slots) {}

  void Add(Time t, float value) {
    float& mean = means_[static_cast<std::size_t>(Phase(t))];
    mean += weight_ * (value - mean);
  }
  // Between the middles of two slots: linear.
  float At(Time t) const {
    const double at = Phase(t) + static_cast<double>(means_.size()) - 0.5;
    const auto slot = static_cast<std::size_t>(at);
    const auto share = static_cast<float>(at - std::floor(at));
    return means_[slot % means_.size()] * (1 - share) + means_[(slot + 1) % means_.size()] * share;
  }

  static void Fields(auto& self, auto& archive) { archive(self.means_); }

 private:
  // In slots.
  double Phase(Time t) const {
    return static_cast<double>(t.time_since_epoch().count() % period_) /
           static_cast<double>(period_) * static_cast<double>(means_.size());
  }

  const std::int64_t period_;
  const float weight_;
  std::vector<float> means_;
};

}  // namespace spillway::predictive
