#include "providers/vultr/vultr_errors.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/time.h"

namespace spillway {
namespace {

using testing::At;
using namespace std::chrono_literals;

struct Case {
  int status;
  const char* text;
  ErrorKind kind;
};

class VultrErrorTable : public ::testing::TestWithParam<Case> {};

TEST_P(VultrErrorTable, IsReadOutOfTheText) {
  const nlohmann::json body = {{"error", GetParam().text}, {"status", GetParam().status}};
  const RefusalWords words = ReadVultrRefusal(body);
  EXPECT_TRUE(words.text.starts_with(GetParam().text));
  EXPECT_EQ(KindOf(VultrErrorRules(), GetParam().status, words), GetParam().kind);
}

INSTANTIATE_TEST_SUITE_P(
    All, VultrErrorTable,
    ::testing::Values(
        // Who asks.
        Case{401, "Invalid API token.", ErrorKind::kDenied},
        Case{401, "Unauthorized IP address: 192.0.2.1", ErrorKind::kDenied},
        Case{403, "Unauthorized IP address", ErrorKind::kDenied},
        Case{403, "Not authorized", ErrorKind::kDenied},
        Case{401, "API key not found", ErrorKind::kDenied},
        Case{402, "Payment required", ErrorKind::kDenied},
        // What is not there.
        Case{404, "Instance not found.", ErrorKind::kNotFound},
        Case{404, "Invalid instance ID", ErrorKind::kNotFound},
        Case{400, "Invalid server.", ErrorKind::kNotFound},
        Case{412, "invalid server", ErrorKind::kNotFound},
        Case{400, "instance not found", ErrorKind::kNotFound},
        // How much there may be.
        Case{400,
             "Server add failed: You have reached the maximum number of active virtual machines "
             "for this account. For security reasons, please contact our support team",
             ErrorKind::kQuota},
        Case{400,
             "Server add failed: You have reached the maximum number of active instances for this "
             "account.",
             ErrorKind::kQuota},
        Case{400, "You have reached the maximum monthly fee limit for this account.",
             ErrorKind::kQuota},
        // What there is.
        Case{400, "plan is not available in the selected region", ErrorKind::kNoCapacity},
        Case{400, "This plan is temporarily sold out.", ErrorKind::kNoCapacity},
        Case{422, "Out of stock in this location", ErrorKind::kNoCapacity},
        Case{400, "This plan is temporarily unavailable.", ErrorKind::kNoCapacity},
        // What is wrong with the request.
        Case{400, "Invalid plan chosen.", ErrorKind::kInvalid},
        Case{400, "Please open a support request for access to this product", ErrorKind::kInvalid},
        Case{422, "Invalid region", ErrorKind::kInvalid},
        // What is in the way for now.
        Case{500, "Unable to destroy server: Unable to remove VM: Server is currently locked",
             ErrorKind::kTransient},
        Case{500,
             "Unable to destroy server: This subscription is not currently active, you cannot "
             "destroy it.",
             ErrorKind::kTransient},
        Case{400, "Servers cannot be destroyed within 5 minutes of being created",
             ErrorKind::kTransient},
        Case{423, "Locked", ErrorKind::kTransient},
        // How often one may ask.
        Case{429, "Rate limit exceeded", ErrorKind::kThrottled},
        Case{503, "Rate limit exceeded", ErrorKind::kThrottled},
        // What went wrong over there. A machine that is "not found" by a broken server is there.
        Case{500, "Internal server error.", ErrorKind::kTransient},
        Case{500, "instance not found", ErrorKind::kTransient},
        Case{503, "Service temporarily unavailable", ErrorKind::kTransient},
        Case{504, "Gateway Timeout", ErrorKind::kTransient}));

TEST(VultrErrors, TellTheOperatorWhatAKeyThatIsTiedToAddressesNeeds) {
  const auto words = ReadVultrRefusal({{"error", "Unauthorized IP address"}, {"status", 401}});
  EXPECT_NE(words.text.find("Access Control"), std::string::npos) << words.text;
}

TEST(VultrErrors, AreOnlyWhatHasVultrsForm) {
  for (const char* body : {"[]", "{}", R"({"error": 7})", R"({"message": "x"})", "\"error\""}) {
    EXPECT_THROW(ReadVultrRefusal(nlohmann::json::parse(body)), nlohmann::json::exception) << body;
  }
  // A load balancer's page says nothing about a machine.
  EXPECT_EQ(KindOf(VultrErrorRules(), 404, {}), ErrorKind::kInvalid);
  EXPECT_EQ(KindOf(VultrErrorRules(), 429, {}), ErrorKind::kThrottled);
  EXPECT_EQ(KindOf(VultrErrorRules(), 502, {}), ErrorKind::kTransient);
}

TEST(VultrErrors, SayHowLongToWait) {
  const auto paused = [](int status, std::map<std::string, std::string> headers) {
    HttpResponse response;
    response.status = status;
    response.headers = std::move(headers);
    return VultrPausedUntil(response, At(0s));
  };
  EXPECT_EQ(paused(429, {{"retry-after", "7"}}), At(7s));
  EXPECT_EQ(paused(503, {{"retry-after", "7"}}), At(7s));
  EXPECT_EQ(paused(429, {{"retry-after", "99999999"}}), At(10min)) << "not for ever";
  EXPECT_EQ(paused(429, {{"retry-after", "Wed, 21 Oct 2026 07:28:00 GMT"}}), At(500ms));
  EXPECT_EQ(paused(429, {}), At(500ms));
  EXPECT_EQ(paused(200, {}), std::nullopt);
}

}  // namespace
}  // namespace spillway
