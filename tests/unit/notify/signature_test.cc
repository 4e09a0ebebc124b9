#include "scaler/notify/signature.h"

#include <gtest/gtest.h>

#include "scaler/runtime/digest.h"
#include "scaler/runtime/http_client.h"

namespace spillway {
namespace {

// The example that libraries of the scheme are tested with.
TEST(Signature, IsThatOfTheScheme) {
  const Secret key = SigningKey(Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
  EXPECT_EQ(
      SignatureOf(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "{\"test\": 2432232314}"),
      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(Signature, IsOfIdTimeAndBody) {
  const Secret key = SigningKey(Secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
  const std::string signature = SignatureOf(key, "a", "1", "b");
  EXPECT_NE(SignatureOf(key, "x", "1", "b"), signature);
  EXPECT_NE(SignatureOf(key, "a", "2", "b"), signature);
  EXPECT_NE(SignatureOf(key, "a", "1", "c"), signature);
  EXPECT_NE(SignatureOf(Secret("other"), "a", "1", "b"), signature);
}

TEST(Signature, TimesAreWholeSeconds) {
  EXPECT_EQ(TimestampOf(Time(Duration(1614265330999))), "1614265330");
}

TEST(Signature, TakesKeysOf24To64BytesAndTellsNoneThatItRefuses) {
  const auto bytes = [](std::size_t n) { return Base64(std::string(n, 'k')); };
  for (const std::size_t good : {24, 32, 64}) {
    EXPECT_EQ(SigningKey(Secret("whsec_" + bytes(good))).Reveal(), std::string(good, 'k'));
  }
  for (const std::string& bad : {bytes(23), bytes(65), std::string("whsec_====!!"),
                                 std::string("correct horse battery staple 1234")}) {
    try {
      SigningKey(Secret(bad));
      ADD_FAILURE() << bad;
    } catch (const std::runtime_error& error) {
      EXPECT_EQ(std::string(error.what()).find(bad.substr(6)), std::string::npos);
    }
  }
}

TEST(Base64, IsReadBackOnlyWhenItIsWhole) {
  for (const std::string& text : {std::string(), std::string("a"), std::string("ab"),
                                  std::string("abc"), std::string("\0\xff\0", 3)}) {
    EXPECT_EQ(FromBase64(Base64(text)), text);
  }
  for (const char* bad : {"YQ", "YQ=", "YQ===", "Y Q=", "YW-j", "Y=Q=", "===="}) {
    EXPECT_EQ(FromBase64(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace spillway
