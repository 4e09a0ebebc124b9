#include "policies/predictive/regression.h"

#include <algorithm>
#include <cmath>

namespace spillway::predictive {
namespace {

constexpr double kPriorVariance = 10;
// Features that hardly vary for long let the covariance grow without bound ("wind-up").
constexpr double kLargestTrace = 1e4;

}  // namespace

Regression::Regression(std::size_t features, double memory)
    : size_(features),
      forgetting_(std::exp(-1.0 / memory)),
      weights_(features),
      covariance_(features * features) {
  for (std::size_t i = 0; i < size_; ++i) covariance_[i * size_ + i] = kPriorVariance;
}

double Regression::Predict(std::span<const float> features) const {
  double sum = 0;
  for (std::size_t i = 0; i < size_; ++i) sum += weights_[i] * features[i];
  return sum;
}

void Regression::Learn(std::span<const float> features, double outcome) {
  std::vector<double> gain(size_);
  double scale = forgetting_;
  for (std::size_t i = 0; i < size_; ++i) {
    for (std::size_t j = 0; j < size_; ++j) gain[i] += covariance_[i * size_ + j] * features[j];
    scale += features[i] * gain[i];
  }
  const double error = std::clamp(outcome - Predict(features), -1.0, 1.0);
  for (std::size_t i = 0; i < size_; ++i) weights_[i] += gain[i] / scale * error;
  double trace = 0;
  for (std::size_t i = 0; i < size_; ++i) {
    for (std::size_t j = 0; j < size_; ++j) {
      double& c = covariance_[i * size_ + j];
      c = (c - gain[i] * gain[j] / scale) / forgetting_;
    }
    trace += covariance_[i * size_ + i];
  }
  if (trace <= kLargestTrace) return;
  for (double& c : covariance_) c *= 0.5;
}

}  // namespace spillway::predictive
