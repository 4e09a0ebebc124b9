#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>

#include "scaler/runtime/asio_loop.h"
#include "scaler/runtime/http_client.h"
#include "scaler/runtime/http_server.h"
#include "tests/fakes/http_server.h"
#include "tests/fakes/tls_front.h"
#include "tests/support/scratch_dir.h"

namespace spillway {
namespace {

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
  fakes::HttpServer server_{[this](const Request&) {
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

// The product's server with TLS, on a loop of its own. Its certificate is that of a front, whose
// listener nobody asks.
class HttpsServerTest : public ::testing::Test {
 protected:
  HttpsServerTest() : runs_([this] { loop_.Run(); }) {}
  ~HttpsServerTest() override {
    loop_.Stop();
    runs_.join();
  }

  Result<HttpResponse> Get(const TlsFront& trusted) {
    HttpRequest request;
    request.url = "https://127.0.0.1:" + std::to_string(server_.port()) + "/";
    request.tls = {.ca_file = dir_.Write("trusted.pem", trusted.certificate())};
    request.where = "api";
    return HttpClient().Send(request);
  }
  // On the loop, as the product does; what it threw.
  std::string Renew() {
    std::promise<std::string> done;
    loop_.Post([&] {
      try {
        server_.RenewCertificate();
        done.set_value("");
      } catch (const std::runtime_error& error) {
        done.set_value(error.what());
      }
    });
    return done.get_future().get();
  }

  testing::ScratchDir dir_;
  TlsFront first_{0};
  TlsFront second_{0};
  const SystemClock clock_;
  AsioLoop loop_{clock_};
  spillway::HttpServer server_{loop_,
                               {.tls = TlsFiles{dir_.Write("api.pem", first_.certificate()),
                                                dir_.Write("api.key", first_.key())}},
                               [](const HttpQuestion& question) -> HttpAnswer {
                                 return {200, "text/plain", question.path};
                               },
                               [](const HttpQuestion&, const std::string&) {}};
  std::thread runs_;
};

TEST_F(HttpsServerTest, ShowsItsCertificate) {
  const auto answer = Get(first_);
  ASSERT_TRUE(answer) << Describe(answer.error());
  EXPECT_EQ(answer->body, "/");
  EXPECT_FALSE(Get(second_));
}

TEST_F(HttpsServerTest, ARenewedCertificateIsShownFromThenOn) {
  dir_.Write("api.pem", second_.certificate());
  dir_.Write("api.key", second_.key());
  EXPECT_TRUE(Get(first_));
  EXPECT_EQ(Renew(), "");
  EXPECT_TRUE(Get(second_));
  EXPECT_FALSE(Get(first_));
}

TEST_F(HttpsServerTest, AKeyOfAnotherCertificateIsRefusedAndTheOldOneHolds) {
  dir_.Write("api.pem", second_.certificate());
  EXPECT_THAT(Renew(), HasSubstr("api.key: expected the key of "));
  EXPECT_TRUE(Get(first_));
  dir_.Write("api.pem", "none");
  EXPECT_THAT(Renew(), HasSubstr("api.pem: expected a certificate in PEM: "));
  EXPECT_TRUE(Get(first_));
}

}  // namespace
}  // namespace spillway
