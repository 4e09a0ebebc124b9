// Lists, a page at a time: `limit` items after the one that `cursor` names.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "scaler/runtime/http_server.h"
#include "scaler/serve/query.h"

namespace spillway {

class Listing {
 public:
  enum class Order {
    kFixed,  // items come in the same order each time
    kByKey,  // by their keys: items may come and go between two pages
  };

  explicit Listing(Query& query, Order order = Order::kFixed);

  // Whether the item of this key is on the page; each item of the list is asked for once, in order.
  bool Takes(const std::string& key);
  void Add(nlohmann::json item) { items_.push_back(std::move(item)); }

  // Throws a Problem when the cursor names what is not there any more.
  HttpAnswer Answer() const;

 private:
  const Order order_;
  std::int64_t limit_;
  const std::optional<std::string> after_;
  bool has_begun_;
  bool has_more_ = false;
  std::int64_t taken_ = 0;
  std::string last_;  // key that was taken
  nlohmann::json items_ = nlohmann::json::array();
};

}  // namespace spillway
