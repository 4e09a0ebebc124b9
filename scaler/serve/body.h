// The body of a request, a JSON object, read with types. Reading never throws: what is wrong is
// kept with its path, and Finish throws all of it at once.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scaler/model/capacity.h"
#include "scaler/serve/problem.h"

namespace spillway {

class Body {
 public:
  // An empty text is an object without members.
  explicit Body(std::string_view text);
  ~Body();
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;

  bool Has(const std::string& name) const;

  // Each gives nothing when the member is missing, null or wrong.
  // One line of at most `most` characters.
  std::optional<std::string> Text(const std::string& name, std::size_t most);
  std::optional<std::int64_t> Integer(const std::string& name, std::int64_t least,
                                      std::int64_t most);
  // {"vcpu": …, "memory_mib": …}, both required and 0 or more.
  std::optional<Capacity> CapacityOf(const std::string& name);
  // False when it is missing.
  bool Flag(const std::string& name);

  // `path` below the body: "hosts"; empty: the body as a whole.
  void Fail(const std::string& path, std::string message);
  // Throws a Problem when something was wrong or was not asked for.
  void Finish();

 private:
  // Null when it is missing.
  const nlohmann::json* Find(const std::string& name);

  std::unique_ptr<nlohmann::json> tree_;  // an object
  std::set<std::string> asked_;
  std::vector<ProblemPlace> errors_;
};

}  // namespace spillway
