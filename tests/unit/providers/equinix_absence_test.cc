// The public service has ended: what an operator sees whose account still points there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/tls_front.h"
#include "tests/support/scratch_dir.h"
#include "tests/unit/providers/equinix_account.h"

namespace spillway {
namespace {

using fakes::EquinixFault;
using namespace std::chrono_literals;
using testing::AnEquinixSpec;
using testing::EquinixAccount;
using ::testing::HasSubstr;

void ExpectTold(const Error& error, const std::string& endpoint) {
  EXPECT_THAT(error.text, HasSubstr("no Metal API answers at " + endpoint));
  EXPECT_THAT(error.text, HasSubstr("ended its public service on 30 June 2026"));
  EXPECT_THAT(error.text, HasSubstr("`endpoint`"));
}

TEST(EquinixAbsence, IsToldInWords) {
  const EquinixFault strangers[] = {EquinixFault::Page(404), EquinixFault::Page(410),
                                    EquinixFault::Page(503),
                                    EquinixFault::Garbled("<html>This domain is for sale</html>")};
  for (const EquinixFault& stranger : strangers) {
    EquinixAccount account;
    account.metal.Fail("*", stranger);
    const auto offers = account.provider->Offers();
    ASSERT_FALSE(offers);
    ExpectTold(offers.error(), account.metal.url());
  }
}

TEST(EquinixAbsence, IsToldWhenNobodyListensOrProvesWhoItIs) {
  EquinixAccount account;
  const fakes::TlsFront stranger(account.metal.port());
  account.config.account.endpoint = stranger.url() + "/metal/v1";
  account.Open();
  const auto unproved = account.provider->Create(AnEquinixSpec("token-1"));
  ASSERT_FALSE(unproved);
  EXPECT_EQ(unproved.error().kind, ErrorKind::kTransient);
  ExpectTold(unproved.error(), account.config.account.endpoint);

  const testing::ScratchDir directory;
  account.config.ca_file = directory.Write("ca.pem", stranger.certificate());
  account.Open();
  const auto proved = account.provider->Create(AnEquinixSpec("token-1"));
  EXPECT_TRUE(proved) << Describe(proved.error());

  account.config.account.endpoint = account.metal.url();
  account.Open();
  account.metal.StopListening();
  const auto nobody = account.provider->Create(AnEquinixSpec("token-1"));
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().kind, ErrorKind::kTransient);
  ExpectTold(nobody.error(), account.metal.url());
}

TEST(EquinixAbsence, IsNotAskedAboutOverAndOver) {
  EquinixAccount account;
  account.metal.Fail("*", EquinixFault::Page(410), 1000);
  int denied = 0;
  for (int i = 0; i < 24 * 60; ++i) {
    const auto created = account.provider->Create(AnEquinixSpec("token-1"));
    ASSERT_FALSE(created);
    ExpectTold(created.error(), account.metal.url());
    if (created.error().kind == ErrorKind::kDenied) ++denied;
    account.clock.RunFor(1min);
  }
  const int asked = account.metal.calls("create device");
  EXPECT_LT(asked, 35) << "of a whole day, a minute apart";
  EXPECT_EQ(asked + denied, 24 * 60);
}

TEST(EquinixAbsence, EndsWhenThePrivateOneIsThereAgain) {
  EquinixAccount account;
  account.metal.StopListening();
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(account.provider->Offers());
  account.metal.Listen();
  const auto too_early = account.provider->Offers();
  ASSERT_FALSE(too_early);
  EXPECT_EQ(too_early.error().kind, ErrorKind::kDenied);
  account.clock.RunFor(1min);
  EXPECT_TRUE(account.provider->Offers());
}

}  // namespace
}  // namespace spillway
