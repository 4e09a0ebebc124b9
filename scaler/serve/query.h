// The query of a request, read with types. Reading never throws: what is wrong is kept with its
// path, and Finish throws all of it at once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scaler/model/time.h"
#include "scaler/serve/problem.h"

namespace spillway {

// "%2F" becomes "/". Nothing when a % is not followed by two hexadecimal digits.
std::optional<std::string> PercentDecoded(std::string_view text);

class Query {
 public:
  // As it stands after the question mark; "+" is a space.
  explicit Query(std::string_view text);

  std::optional<std::string> Text(const std::string& name);
  std::int64_t Integer(const std::string& name, std::int64_t least, std::int64_t most,
                       std::int64_t otherwise);
  // "true" or "false"; its name alone is true.
  bool Flag(const std::string& name);
  // RFC 3339.
  std::optional<Time> TimeOf(const std::string& name);

  void Fail(const std::string& name, std::string message);
  // Throws a Problem when something was wrong or was not asked for.
  void Finish();

 private:
  std::map<std::string, std::string> values_;
  std::set<std::string> asked_;
  std::vector<ProblemPlace> errors_;
};

}  // namespace spillway
