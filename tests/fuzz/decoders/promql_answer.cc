#include "bus/adapters/promql/promql_answer.h"

#include "tests/fuzz/decoders/decoders.h"

namespace spillway::fuzz {

// An answer of Prometheus, taken for a good one and for a refusal.
void EatPromqlAnswer(std::string_view bytes) {
  constexpr std::size_t kMostSeries = 20;
  const auto answer = adapters::ReadPromqlAnswer(200, bytes, kMostSeries);
  if (const auto* good = std::get_if<adapters::PromqlAnswer>(&answer)) {
    Require(good->values.size() <= kMostSeries, "series are within their limit");
  }
  adapters::ReadPromqlAnswer(422, bytes, kMostSeries);
}

}  // namespace spillway::fuzz
