#include "scaler/runtime/http_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace spillway {
namespace {

using ::testing::HasSubstr;

TEST(HttpAddress, IsEncryptedUnlessItStaysHereOrItIsMeant) {
  struct Row {
    std::string url;
    bool is_good;
  };
  const std::vector<Row> table = {
      {"https://hooks.example.org/x", true},
      {"http://127.0.0.1:8080/x", true},
      {"http://localhost/x", true},
      {"http://[::1]:80/", true},
      {"http://hooks.example.org/x", false},
      {"http://127.0.0.1.example.org/", false},
      {"http://10.0.0.1/", false},
      {"http://localhost@example.org/", false},
      {"hooks.example.org", false},
      {"file:///etc/passwd", false},
      {"https://", false},
      {"https:///x", false},
  };
  for (const Row& row : table) {
    EXPECT_EQ(ComplaintAboutUrl(row.url, false).empty(), row.is_good) << row.url;
  }
  EXPECT_EQ(ComplaintAboutUrl("http://hooks.example.org/x", true), "");
  EXPECT_THAT(ComplaintAboutUrl("file:///etc/passwd", true), HasSubstr("https://"));
}

}  // namespace
}  // namespace spillway
