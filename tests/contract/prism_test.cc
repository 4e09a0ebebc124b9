// A judge that never objects proves nothing: Prism, and the way we read its findings, on a small
// API with known mistakes.
#include "tests/contract/prism.h"

#include <gtest/gtest.h>

#include "scaler/runtime/http_client.h"
#include "tests/fakes/http_server.h"
#include "tests/support/scratch_dir.h"

namespace spillway::testing {
namespace {

constexpr const char* kDescription = R"(
openapi: 3.0.3
info: {title: machines, version: "1"}
paths:
  /machines:
    get:
      parameters:
        - {name: size, in: query, schema: {type: integer, maximum: 10}}
      responses:
        "200":
          description: a machine
          content:
            application/json:
              schema: {type: object, required: [id], properties: {id: {type: integer}}}
)";

struct Row {
  std::string target;
  std::string answer;
  int status;
  std::string finding;  // empty: nothing is wrong
};

TEST(Prism, FindsWhatIsWrongInBothDirections) {
  const ScratchDir directory;
  const std::string description = directory.Write("machines.yaml", kDescription);
  if (const std::string why = Prism::WhyNot(description); !why.empty()) GTEST_SKIP() << why;
  std::string answer;
  fakes::HttpServer upstream([&answer](const fakes::Request&) {
    return fakes::Response{.body = answer, .content_type = "application/json"};
  });
  const Prism prism(description, upstream.url());

  const Row rows[] = {
      {"/machines?size=5", R"({"id":1})", 200, ""},
      {"/machines?size=50", R"({"id":1})", 422, "query.size"},
      {"/machine", R"({"id":1})", 404, "/machine"},
      {"/machines", R"({"name":"m"})", 500, "response.body"},
      {"/machines", R"({"id":"one"})", 500, "response.body.id"},
  };
  HttpClient http;
  for (const Row& row : rows) {
    answer = row.answer;
    const std::size_t before = prism.violations().size();
    HttpRequest request;
    request.url = prism.url() + row.target;
    const auto response = http.Send(request);
    ASSERT_TRUE(response) << Describe(response.error());
    EXPECT_EQ(response->status, row.status) << response->body;
    EXPECT_EQ(prism.exchanges().back(), "GET " + row.target + " " + std::to_string(row.status));
    if (row.finding.empty()) {
      EXPECT_EQ(prism.violations().size(), before);
      EXPECT_EQ(response->body, row.answer);
    } else {
      ASSERT_GT(prism.violations().size(), before) << row.target;
      EXPECT_NE(prism.violations().back().find(row.finding), std::string::npos)
          << prism.violations().back();
    }
  }
}

}  // namespace
}  // namespace spillway::testing
