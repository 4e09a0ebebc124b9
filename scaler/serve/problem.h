// What a request is told when it is not done: problem details (RFC 9457).
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "scaler/runtime/http_server.h"

namespace spillway {

// A place of the request, or of the configuration file, and what was expected there: "query.limit",
// "body.hosts", "file.clusters[0].name".
struct ProblemPlace {
  std::string path;
  std::string message;

  friend bool operator==(const ProblemPlace&, const ProblemPlace&) = default;
};

// Ends a request. `code` is a stable snake_case word; it is the last part of the member `type`.
class Problem : public std::runtime_error {
 public:
  Problem(int status, std::string code, const std::string& detail)
      : std::runtime_error(detail), status_(status), code_(std::move(code)) {}

  Problem& With(std::vector<ProblemPlace> places);
  Problem& With(std::string header, std::string value);

  int status() const { return status_; }
  const std::string& code() const { return code_; }
  HttpAnswer Answer() const;

 private:
  const int status_;
  const std::string code_;
  std::vector<ProblemPlace> places_;
  HttpHeaders headers_;
};

// The usual ones.
Problem NotFound(const std::string& detail);
Problem Invalid(std::vector<ProblemPlace> places);

}  // namespace spillway
