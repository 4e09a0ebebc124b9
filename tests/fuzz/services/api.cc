#include "tests/fuzz/services/services.h"
#include "tests/unit/serve/api_fixture.h"

namespace spillway::fuzz {
namespace {

// A service that has decided once.
class Api final : testing::ApiTest {
 public:
  Api() { Start(); }
  // As it is delivered, when that is later; without the stream, which needs the service.
  HttpAnswer Answer(const HttpQuestion& question) {
    HttpAnswer answer = router_(question);
    if (answer.later) {
      HttpAnswer delivered{.status = 0};
      answer.later([&delivered](HttpAnswer late) { delivered = std::move(late); });
      loop_.RunFor(HttpLimits{}.request);
      answer = std::move(delivered);
    }
    answer.stream.reset();
    return answer;
  }

 private:
  void TestBody() override {}
};

}  // namespace

// A request; one without credentials comes with those of an administrator.
void EatApi(std::string_view bytes) {
  HttpQuestion question = ToRequest(bytes);
  if (question.Header("authorization").empty()) {
    question.headers.emplace_back("authorization", "Bearer admin-token");
  }
  const HttpAnswer answer = Api().Answer(question);
  Require(answer.status >= 200 && answer.status < 600, "the status is one of HTTP");
  Require(answer.status != 500, "nothing fails inside");
  if (answer.content_type.find("json") != answer.content_type.npos && question.method != "HEAD") {
    Require(nlohmann::json::accept(answer.body), "what is called JSON is JSON");
  }
}

}  // namespace spillway::fuzz
