// A linear regression that forgets: recursive least squares with a forgetting factor (Ljung and
// Söderström, Theory and Practice of Recursive Identification, 1983).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace spillway::predictive {

class Regression {
 public:
  // What lies `memory` outcomes back weighs 1/e.
  Regression(std::size_t features, double memory);

  double Predict(std::span<const float> features) const;
  // Errors above 1 count as 1: one broken value must not bend what thousands have taught.
  void Learn(std::span<const float> features, double outcome);

  static void Fields(auto& self, auto& archive) { archive(self.weights_, self.covariance_); }

 private:
  const std::size_t size_;
  const double forgetting_;
  std::vector<double> weights_;
  std::vector<double> covariance_;  // row by row
};

}  // namespace spillway::predictive
