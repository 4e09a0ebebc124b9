#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "scaler/runtime/http_client.h"
#include "tests/fakes/http_server.h"
#include "tests/fakes/tls_front.h"
#include "tests/support/scratch_dir.h"

namespace spillway {
namespace {

using fakes::HttpServer;
using fakes::Request;
using fakes::Response;
using fakes::TlsFront;
using ::testing::HasSubstr;

class HttpTlsTest : public ::testing::Test {
 protected:
  Result<HttpResponse> Get(const TlsFront& front, const HttpTls& tls) {
    HttpRequest request;
    request.url = front.url() + "/redfish/v1/";
    request.tls = tls;
    request.where = "bmc";
    return client_.Send(request);
  }
  std::string CertificateOf(const TlsFront& front) const {
    return dir_.Write(std::to_string(front.port()) + ".pem", front.certificate());
  }

  testing::ScratchDir dir_;
  std::atomic<int> requests_ = 0;
  HttpServer server_{[this](const Request&) {
    ++requests_;
    return Response{.body = "hello"};
  }};
  TlsFront front_{server_.port()};
  HttpClient client_;
};

TEST_F(HttpTlsTest, TrustsACertificateOfTheFileForTheNameItIsFor) {
  const auto answer = Get(front_, {.ca_file = CertificateOf(front_)});
  ASSERT_TRUE(answer) << Describe(answer.error());
  EXPECT_EQ(answer->body, "hello");

  const TlsFront elsewhere(server_.port(), "192.0.2.1");
  const auto refused = Get(elsewhere, {.ca_file = CertificateOf(elsewhere)});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text, HasSubstr("target host name"));
}

TEST_F(HttpTlsTest, TrustsAPinnedKeyWhateverTheCertificateIsFor) {
  const TlsFront elsewhere(server_.port(), "192.0.2.1");
  const auto answer = Get(elsewhere, {.pinned_key = elsewhere.pinned_key()});
  ASSERT_TRUE(answer) << Describe(answer.error());
  EXPECT_EQ(answer->body, "hello");
}

TEST_F(HttpTlsTest, SendsNothingToASelfSignedServerThatItWasNotToldOf) {
  const TlsFront other(server_.port());
  for (const HttpTls& tls :
       {HttpTls{}, HttpTls{.ca_file = CertificateOf(other)},
        HttpTls{.pinned_key = other.pinned_key()},
        HttpTls{.ca_file = CertificateOf(front_), .pinned_key = other.pinned_key()}}) {
    const auto refused = Get(front_, tls);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::kTransient) << Describe(refused.error());
  }
  EXPECT_EQ(requests_, 0);
}

TEST_F(HttpTlsTest, BelievesAnybodyOnlyWhereThatWasAskedFor) {
  EXPECT_TRUE(Get(front_, {.is_unchecked = true}));
  // The connection that now stands must not serve those who want to know.
  EXPECT_FALSE(Get(front_, {}));
  EXPECT_FALSE(Get(front_, {.pinned_key = TlsFront(server_.port()).pinned_key()}));
}

}  // namespace
}  // namespace spillway
