// The files of the page, as they are served.
#include "scaler/serve/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "scaler/runtime/digest.h"
#include "scaler/serve/page_files.h"
#include "tests/support/paths.h"
#include "tests/unit/serve/api_fixture.h"

namespace spillway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class PageTest : public testing::ApiTest {
 protected:
  static std::string HeaderOf(const HttpAnswer& answer, const std::string& name) {
    for (const auto& [header, value] : answer.headers) {
      if (header == name) return value;
    }
    return "";
  }
};

TEST_F(PageTest, EveryFileIsServedAsItStandsInTheSource) {
  ASSERT_FALSE(PageFiles().empty());
  for (const PageFile& file : PageFiles()) {
    const std::string name(file.name);
    std::ifstream source(testing::SourcePath("scaler/serve/page/" + name));
    std::stringstream text;
    text << source.rdbuf();
    const HttpAnswer answer = Ask("/page/" + name, "");
    EXPECT_EQ(answer.status, 200) << name;
    EXPECT_EQ(answer.body, text.str()) << name;
    EXPECT_EQ(HeaderOf(answer, "ETag"), "\"" + Sha256Hex(text.str()) + "\"") << name;
  }
}

TEST_F(PageTest, EachFileHasItsType) {
  const std::map<std::string, std::string> types = {
      {"/", "text/html; charset=utf-8"},
      {"/page/app.js", "text/javascript; charset=utf-8"},
      {"/page/style.css", "text/css; charset=utf-8"},
      {"/page/icon.svg", "image/svg+xml"}};
  for (const auto& [path, type] : types) EXPECT_EQ(Ask(path, "").content_type, type) << path;
}

TEST_F(PageTest, NothingFromElsewhereRunsInIt) {
  for (const PageFile& file : PageFiles()) {
    const HttpAnswer answer = Ask("/page/" + std::string(file.name), "");
    const std::string policy = HeaderOf(answer, "Content-Security-Policy");
    EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
    EXPECT_EQ(HeaderOf(answer, "X-Content-Type-Options"), "nosniff");
  }
}

TEST_F(PageTest, WhatABrowserHasIsNotSentAgain) {
  const std::string tag = HeaderOf(Ask("/", ""), "ETag");
  HttpQuestion again;
  again.method = "GET";
  again.path = "/";
  again.headers.emplace_back("if-none-match", tag);
  const std::optional<HttpAnswer> answer = PageAnswer(again);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 304);
  EXPECT_EQ(answer->body, "");
  again.headers.front().second = "\"of another version\"";
  EXPECT_EQ(PageAnswer(again)->status, 200);
}

TEST_F(PageTest, WhatIsNoFileOfItIsNotServed) {
  for (const char* path : {"/page/", "/page/LICENSE", "/page/../router.cc", "/index.html"}) {
    EXPECT_EQ(Ask(path, "").status, 401) << path;
    EXPECT_EQ(Ask(path).status, 404) << path;
  }
  EXPECT_EQ(Ask("/", "", "POST").status, 405);
  EXPECT_EQ(Ask("/", "", "HEAD").status, 200);
}

}  // namespace
}  // namespace spillway
