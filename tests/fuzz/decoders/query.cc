#include "scaler/serve/query.h"

#include "bus/adapters/query.h"
#include "scaler/runtime/http_server.h"
#include "tests/fuzz/decoders/decoders.h"

namespace spillway::fuzz {

// A query of a URL; also as an address and as the header Authorization.
void EatQuery(std::string_view bytes) {
  adapters::QueryValue(bytes, "db");
  IsOwnAddress(bytes);
  const std::string_view credentials = CredentialsIn(bytes, "bearer");
  Require(bytes.find(credentials) != bytes.npos, "credentials are a part of the header");
  if (const auto decoded = PercentDecoded(bytes)) {
    Require(decoded->size() <= bytes.size(), "decoding makes nothing longer");
  }
  try {
    Query query(bytes);
    query.Text("cluster");
    const std::int64_t limit = query.Integer("limit", 1, 500, 50);
    Require(limit >= 1 && limit <= 500, "numbers are within their limits");
    query.Flag("dry_run");
    query.TimeOf("at");
    query.Finish();
  } catch (const Problem& problem) {
    Require(problem.status() == 400, "a query that is wrong is a bad request");
    problem.Answer();
  }
}

}  // namespace spillway::fuzz
