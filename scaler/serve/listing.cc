#include "scaler/serve/listing.h"

#include "scaler/serve/answers.h"

namespace spillway {
namespace {

// So much of the loop's time a page may take: some milliseconds.
constexpr std::int64_t kMost = 1000;
constexpr std::int64_t kOtherwise = 200;

}  // namespace

Listing::Listing(Query& query, Order order)
    : order_(order),
      limit_(query.Integer("limit", 1, kMost, kOtherwise)),
      after_(query.Text("cursor")),
      has_begun_(!after_ || order == Order::kByKey) {}

bool Listing::Takes(const std::string& key) {
  if (!has_begun_) {
    has_begun_ = key == *after_;
    return false;
  }
  if (order_ == Order::kByKey && after_ && key <= *after_) return false;
  has_more_ = taken_ == limit_;
  if (has_more_) return false;
  ++taken_;
  last_ = key;
  return true;
}

HttpAnswer Listing::Answer() const {
  if (!has_begun_) {
    throw Invalid({{"query.cursor", "what it names is not in the list any more; begin anew"}});
  }
  return JsonAnswer({{"items", items_},
                     {"next_cursor", has_more_ ? nlohmann::json(last_) : nlohmann::json(nullptr)}});
}

}  // namespace spillway
