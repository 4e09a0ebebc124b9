#include "providers/google/google_credentials.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/unit/providers/google_account.h"

namespace spillway {
namespace {

using testing::At;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::SurroundingsOf;
using testing::Texts;
using namespace std::chrono_literals;

constexpr const char* kAdc = "/home/me/.config/gcloud/application_default_credentials.json";

class GoogleCredentialsTest : public ::testing::Test {
 protected:
  GoogleCredentials Credentials(Texts variables, Texts files, const std::string& file = "") {
    variables.try_emplace("HOME", "/home/me");
    variables.try_emplace("NO_GCE_CHECK", "true");
    return GoogleCredentials(file, SurroundingsOf(variables, files), http_, clock_);
  }
  // On a machine of Google's.
  GoogleCredentials OfTheMachine() {
    return Credentials({{"GCE_METADATA_HOST", google_.host()}, {"NO_GCE_CHECK", ""}}, {});
  }
  void Advance(Duration d) {
    clock_.RunFor(d);
    google_.Advance(d);
  }
  static std::string TokenOf(const Result<SecretHeaders>& headers) {
    if (!headers) return Describe(headers.error());
    return headers->at(0).first + ": " + headers->at(0).second.Reveal();
  }

  fakes::FakeGoogle google_;
  HttpClient http_;
  SimulatedLoop clock_{At(0s)};
};

TEST_F(GoogleCredentialsTest, ASignedAssertionIsExchangedForAToken) {
  auto credentials = Credentials({}, {{"/key", google_.ServiceAccountFile()}}, "/key");
  EXPECT_TRUE(credentials.Check());
  EXPECT_EQ(google_.calls("token"), 0) << "what stands in a file asks nobody at the start";
  EXPECT_EQ(TokenOf(credentials.Headers()), "Authorization: Bearer ya29.fake-access-token-000001");
  EXPECT_EQ(credentials.Project(), "edge-burst");
}

TEST_F(GoogleCredentialsTest, AnotherKeyIsRefused) {
  auto file = nlohmann::json::parse(google_.ServiceAccountFile());
  file["private_key_id"] = "another";
  auto credentials = Credentials({}, {{"/key", file.dump()}}, "/key");
  const auto headers = credentials.Headers();
  ASSERT_FALSE(headers);
  EXPECT_EQ(headers.error().kind, ErrorKind::kDenied);
  EXPECT_EQ(headers.error().code, "invalid_grant");
  EXPECT_THAT(headers.error().text, HasSubstr("Invalid JWT Signature."));
}

TEST_F(GoogleCredentialsTest, AClockThatIsWrongIsSaidByTheOtherSide) {
  auto credentials = Credentials({}, {{"/key", google_.ServiceAccountFile()}}, "/key");
  clock_.RunFor(24h);
  const auto headers = credentials.Headers();
  ASSERT_FALSE(headers);
  EXPECT_EQ(headers.error().kind, ErrorKind::kDenied);
  EXPECT_THAT(headers.error().text, HasSubstr("reasonable timeframe"));
}

TEST_F(GoogleCredentialsTest, AUsersRefreshTokenIsExchanged) {
  auto credentials = Credentials({}, {{kAdc, google_.UserFile()}});
  EXPECT_EQ(TokenOf(credentials.Headers()), "Authorization: Bearer ya29.fake-access-token-000001");
  EXPECT_EQ(credentials.Project(), std::nullopt);
  google_.RevokeKeys();
  EXPECT_FALSE(credentials.Renew());
}

TEST_F(GoogleCredentialsTest, TheMetadataServerGivesTokenAndProject) {
  auto credentials = OfTheMachine();
  EXPECT_TRUE(credentials.Check());
  EXPECT_EQ(TokenOf(credentials.Headers()), "Authorization: Bearer ya29.fake-access-token-000001");
  EXPECT_EQ(credentials.Project(), "edge-burst");
}

TEST_F(GoogleCredentialsTest, ATokenIsKeptUntilMinutesBeforeItExpires) {
  auto credentials = OfTheMachine();
  ASSERT_TRUE(credentials.Headers());
  Advance(55min);
  EXPECT_THAT(TokenOf(credentials.Headers()), HasSubstr("000001"));
  Advance(1min);
  EXPECT_THAT(TokenOf(credentials.Headers()), HasSubstr("000002"));
}

TEST_F(GoogleCredentialsTest, ATokenServesToItsEndWhenNobodyGivesAnother) {
  auto credentials = OfTheMachine();
  ASSERT_TRUE(credentials.Headers());
  google_.StopListening();
  Advance(59min);
  EXPECT_THAT(TokenOf(credentials.Headers()), HasSubstr("000001"));
  Advance(2min);
  const auto late = credentials.Headers();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::kTransient);
  google_.Listen();
  EXPECT_TRUE(credentials.Headers());
}

TEST_F(GoogleCredentialsTest, OnlyRefusalsAreForAPersonToMend) {
  const std::pair<fakes::GoogleFault, ErrorKind> rows[] = {
      {fakes::GoogleFault::Refused(401, "x"), ErrorKind::kDenied},
      {fakes::GoogleFault::Page(400), ErrorKind::kDenied},
      {fakes::GoogleFault::Page(429), ErrorKind::kTransient},
      {fakes::GoogleFault::Page(503), ErrorKind::kTransient},
      {fakes::GoogleFault::Lost(), ErrorKind::kTransient},
      {fakes::GoogleFault::Garbled(), ErrorKind::kTransient},
  };
  for (const auto& [fault, kind] : rows) {
    auto credentials = Credentials({}, {{"/key", google_.ServiceAccountFile()}}, "/key");
    google_.Fail("token", fault);
    const auto headers = credentials.Headers();
    ASSERT_FALSE(headers);
    EXPECT_EQ(headers.error().kind, kind) << Describe(headers.error());
    EXPECT_TRUE(credentials.Headers()) << "the next attempt";
  }
}

TEST_F(GoogleCredentialsTest, ErrorsHoldNoSecret) {
  std::string echo;
  const fakes::HttpServer server([&echo](const fakes::Request& request) {
    echo = request.body;
    const auto assertion = echo.substr(echo.rfind('=') + 1);
    return fakes::Response{
        .status = 400,
        .body = nlohmann::json{{"error", "invalid_grant"},
                               {"error_description", "you sent " + echo + " with " + assertion}}
                    .dump(),
        .content_type = "application/json"};
  });
  for (const std::string& text : {google_.ServiceAccountFile(), google_.UserFile()}) {
    auto file = nlohmann::json::parse(text);
    file["token_uri"] = server.url();
    auto credentials = Credentials({}, {{"/key", file.dump()}}, "/key");
    const auto headers = credentials.Headers();
    ASSERT_FALSE(headers);
    EXPECT_THAT(headers.error().text, HasSubstr("you sent ***"));
    EXPECT_THAT(headers.error().text, Not(HasSubstr(echo.substr(echo.rfind('=') + 1))));
    for (const std::string& secret : google_.secrets()) {
      EXPECT_THAT(Describe(headers.error()), Not(HasSubstr(secret)));
    }
  }
}

TEST_F(GoogleCredentialsTest, AreLookedForInTheConventionalOrder) {
  const std::string good = google_.ServiceAccountFile();
  struct Row {
    const char* what;
    Texts variables;
    Texts files;
    std::string file;
    std::vector<std::string> error;  // its parts; none: they are found
  };
  const Row rows[] = {
      {"of the configuration first",
       {{"GOOGLE_APPLICATION_CREDENTIALS", "/bad"}},
       {{"/good", good}, {"/bad", "{}"}},
       "/good",
       {}},
      {"then of the environment",
       {{"GOOGLE_APPLICATION_CREDENTIALS", "/good"}},
       {{"/good", good}, {kAdc, "{}"}},
       "",
       {}},
      {"then of gcloud", {}, {{kAdc, good}}, "", {}},
      {"of gcloud elsewhere",
       {{"CLOUDSDK_CONFIG", "/sdk"}},
       {{"/sdk/application_default_credentials.json", good}, {kAdc, "{}"}},
       "",
       {}},
      {"a named file that is not there",
       {{"GOOGLE_APPLICATION_CREDENTIALS", "/none"}},
       {{kAdc, good}},
       "",
       {"/none", "GOOGLE_APPLICATION_CREDENTIALS", "cannot be read"}},
      {"one of the configuration that is not there",
       {},
       {{kAdc, good}},
       "/none",
       {"/none", "credentials_file"}},
      {"nothing anywhere",
       {},
       {},
       "",
       {"GOOGLE_APPLICATION_CREDENTIALS", kAdc, "metadata server", "NO_GCE_CHECK"}},
  };
  for (const Row& row : rows) {
    auto credentials = Credentials(row.variables, row.files, row.file);
    const auto found = credentials.Check();
    EXPECT_EQ(found.ok(), row.error.empty()) << row.what;
    if (found) continue;
    EXPECT_EQ(found.error().kind, ErrorKind::kDenied) << row.what;
    for (const std::string& part : row.error) {
      EXPECT_THAT(found.error().text, HasSubstr(part)) << row.what;
    }
  }
}

TEST_F(GoogleCredentialsTest, AMetadataServerOfAnotherKindIsNotAsked) {
  const fakes::HttpServer other([](const fakes::Request&) {
    return fakes::Response{.body = "root", .content_type = "text/plain"};
  });
  auto credentials =
      Credentials({{"GCE_METADATA_HOST", other.url().substr(std::string("http://").size())},
                   {"NO_GCE_CHECK", ""}},
                  {});
  const auto found = credentials.Check();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::kDenied);
  EXPECT_THAT(found.error().text, HasSubstr("is not Google's"));
  EXPECT_THAT(found.error().text, HasSubstr(kAdc)) << "and every other place";
}

TEST(GoogleKeyFiles, SayWhatIsWrongWithThem) {
  const std::pair<std::string, std::string> rows[] = {
      {"nonsense", "expected a JSON object"},
      {"[]", "expected a JSON object"},
      {"{}", "has no text \"type\""},
      {R"({"type": 7})", "has no text \"type\""},
      {R"({"type": "external_account", "audience": "//iam"})",
       "external_account (workload identity federation) is not supported"},
      {R"({"type": "impersonated_service_account"})",
       "type \"impersonated_service_account\" is not supported; expected service_account"},
      {R"({"type": "service_account", "private_key": "x"})", "has no text \"client_email\""},
      {R"({"type": "service_account", "client_email": "a@b"})", "has no text \"private_key\""},
      {R"({"type": "service_account", "client_email": "a@b", "private_key": "secret-key-text"})",
       "private_key is not an RSA key"},
      {R"({"type": "authorized_user", "client_id": "a", "client_secret": "secret-key-text"})",
       "has no text \"refresh_token\""},
  };
  for (const auto& [text, part] : rows) {
    const auto read = ReadGoogleKeyFile("/key", text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().kind, ErrorKind::kDenied);
    EXPECT_THAT(read.error().text, HasSubstr("/key: "));
    EXPECT_THAT(read.error().text, HasSubstr(part));
    EXPECT_THAT(read.error().text, Not(HasSubstr("secret-key-text")));
  }
}

}  // namespace
}  // namespace spillway
