#include "scaler/plan/bound.h"

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

constexpr double kEpsilon = 1e-11;

// Maximises c·y where A·y <= b, y >= 0, for b >= 0, so that y = 0 is a start: the simplex method
// on a dictionary. Columns and rows exchange their variables; variable `i` below the number of
// columns is y_i, the others are slacks.
class Simplex {
 public:
  Simplex(std::size_t rows, std::size_t columns)
      : rows_(rows), columns_(columns), cells_((rows + 1) * (columns + 1), 0.0) {
    for (std::size_t c = 0; c < columns; ++c) column_variable_.push_back(c);
    for (std::size_t r = 0; r < rows; ++r) row_variable_.push_back(columns + r);
  }

  double& A(std::size_t row, std::size_t column) { return cells_[row * (columns_ + 1) + column]; }
  double& B(std::size_t row) { return A(row, columns_); }
  double& C(std::size_t column) { return A(rows_, column); }

  // False when c·y has no bound; then y is a direction in which it grows for ever. Stops short of
  // the maximum rather than going in circles.
  bool Maximise(std::vector<double>& y) {
    y.assign(columns_, 0.0);
    for (std::size_t step = 0; step < 4 * (rows_ + columns_); ++step) {
      const std::size_t entering = Entering();
      if (entering == columns_) break;
      const std::size_t leaving = Leaving(entering);
      if (leaving == rows_) {
        Ray(entering, y);
        return false;
      }
      Pivot(leaving, entering);
    }
    for (std::size_t r = 0; r < rows_; ++r) {
      if (row_variable_[r] < columns_) y[row_variable_[r]] = std::max(0.0, B(r));
    }
    return true;
  }

 private:
  std::size_t Entering() {
    std::size_t best = columns_;
    for (std::size_t c = 0; c < columns_; ++c) {
      if (C(c) > kEpsilon && (best == columns_ || C(c) > C(best))) best = c;
    }
    return best;
  }

  std::size_t Leaving(std::size_t entering) {
    std::size_t best = rows_;
    for (std::size_t r = 0; r < rows_; ++r) {
      if (A(r, entering) <= kEpsilon) continue;
      if (best == rows_ || B(r) * A(best, entering) < B(best) * A(r, entering)) best = r;
    }
    return best;
  }

  void Ray(std::size_t entering, std::vector<double>& y) {
    if (column_variable_[entering] < columns_) y[column_variable_[entering]] = 1.0;
    for (std::size_t r = 0; r < rows_; ++r) {
      if (row_variable_[r] < columns_) y[row_variable_[r]] = std::max(0.0, -A(r, entering));
    }
  }

  void Pivot(std::size_t row, std::size_t column) {
    const double inverse = 1.0 / A(row, column);
    A(row, column) = 1.0;
    for (std::size_t c = 0; c <= columns_; ++c) A(row, c) *= inverse;
    for (std::size_t r = 0; r <= rows_; ++r) {
      const double factor = A(r, column);
      if (r == row || factor == 0.0) continue;
      A(r, column) = 0.0;
      for (std::size_t c = 0; c <= columns_; ++c) A(r, c) -= factor * A(row, c);
    }
    std::swap(row_variable_[row], column_variable_[column]);
  }

  std::size_t rows_;
  std::size_t columns_;
  std::vector<double> cells_;
  std::vector<std::size_t> column_variable_;
  std::vector<std::size_t> row_variable_;
};

// What brings the figures of a limit to the order of one.
std::vector<double> LimitScales(const CoverProblem& problem) {
  std::vector<double> scales(problem.limits, 1.0);
  for (const CoverItem& item : problem.items) {
    for (std::size_t k = 0; k < problem.limits; ++k) {
      scales[k] = std::max(scales[k], static_cast<double>(item.uses[k] * item.most));
    }
  }
  return scales;
}

double PositiveOrOne(std::int64_t x) { return static_cast<double>(std::max<std::int64_t>(x, 1)); }

}  // namespace

// The dual, with the weight of the cost fixed at one: variables are the weights of vCPU, memory
// and the other limits, and for each item what its bound `most` is worth. Each item is a row,
// multiplied by its `most`, to keep figures alike.
CoverWeights FindWeights(const CoverProblem& problem, std::size_t first, const Capacity& missing,
                         std::span<const std::int64_t> left) {
  const std::size_t rows = problem.items.size() - first;
  const std::size_t others = problem.limits - 1;
  const std::vector<double> scales = LimitScales(problem);
  const double vcpu = PositiveOrOne(missing.vcpu);
  const double memory = PositiveOrOne(missing.memory_mib);

  Simplex simplex(rows, 2 + others + rows);
  simplex.C(0) = static_cast<double>(missing.vcpu) / vcpu;
  simplex.C(1) = static_cast<double>(missing.memory_mib) / memory;
  for (std::size_t k = 1; k <= others; ++k) {
    simplex.C(1 + k) = -static_cast<double>(left[k]) / scales[k];
  }
  for (std::size_t r = 0; r < rows; ++r) {
    const CoverItem& item = problem.items[first + r];
    const auto all = [&](std::int64_t x) { return static_cast<double>(x * item.most); };
    simplex.A(r, 0) = all(item.gives.vcpu) / vcpu;
    simplex.A(r, 1) = all(item.gives.memory_mib) / memory;
    for (std::size_t k = 1; k <= others; ++k) simplex.A(r, 1 + k) = -all(item.uses[k]) / scales[k];
    simplex.A(r, 2 + others + r) = -1.0;
    simplex.C(2 + others + r) = -1.0;
    simplex.B(r) = all(item.uses[0]) / scales[0];
  }

  std::vector<double> y;
  const bool is_bounded = simplex.Maximise(y);
  const double largest = std::max(1.0, *std::max_element(y.begin(), y.begin() + 2 + others));
  CoverWeights weights{y[0] / vcpu / largest, y[1] / memory / largest, {}};
  weights.limits.push_back(is_bounded ? 1.0 / scales[0] / largest : 0.0);
  for (std::size_t k = 1; k <= others; ++k) {
    weights.limits.push_back(y[1 + k] / scales[k] / largest);
  }
  return weights;
}

CoverProof::CoverProof(const CoverProblem& problem, const CoverWeights& weights)
    : surplus_(problem.items.size()), available_(problem.items.size() + 1, 0) {
  // Large enough to keep the precision of a double, small enough for sums of 128 bits.
  constexpr int kScale = 70;
  const auto whole = [](double weight) { return static_cast<Wide>(std::ldexp(weight, kScale)); };
  vcpu_ = whole(weights.vcpu);
  memory_mib_ = whole(weights.memory_mib);
  for (double weight : weights.limits) limits_.push_back(whole(weight));
  for (std::size_t i = problem.items.size(); i-- > 0;) {
    const CoverItem& item = problem.items[i];
    surplus_[i] = vcpu_ * item.gives.vcpu + memory_mib_ * item.gives.memory_mib;
    for (std::size_t k = 0; k < limits_.size(); ++k) surplus_[i] -= limits_[k] * item.uses[k];
    available_[i] = available_[i + 1] + std::max<Wide>(surplus_[i], 0) * item.most;
  }
}

bool CoverProof::Refutes(std::size_t first, const Capacity& missing,
                         std::span<const std::int64_t> left) const {
  Wide balance = vcpu_ * missing.vcpu + memory_mib_ * missing.memory_mib - available_[first];
  for (std::size_t k = 0; k < limits_.size(); ++k) balance -= limits_[k] * left[k];
  return balance > 0;
}

}  // namespace spillway
