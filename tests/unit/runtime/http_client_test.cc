#include "scaler/runtime/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>
#include <vector>

#include "tests/fakes/http_server.h"

namespace spillway {
namespace {

using fakes::Delivery;
using fakes::HttpServer;
using fakes::Request;
using fakes::Response;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using namespace std::chrono_literals;

HttpRequest ARequest(const std::string& url, const std::string& method = "GET") {
  HttpRequest request;
  request.method = method;
  request.url = url;
  request.where = "test call";
  return request;
}

// Answers what it was asked: method, target, body and one header a line.
Response Echo(const Request& request) {
  Response response;
  response.body = request.method + " " + request.target + "\n" + request.body + "\n";
  for (const auto& [name, value] : request.headers) response.body += name + ": " + value + "\n";
  return response;
}

// A listening socket that never accepts: with its queue full, connecting to it hangs.
class FullListener {
 public:
  FullListener() {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    sockets_.push_back(socket(AF_INET, SOCK_STREAM, 0));
    bind(sockets_[0], reinterpret_cast<sockaddr*>(&at), size);
    listen(sockets_[0], 0);
    getsockname(sockets_[0], reinterpret_cast<sockaddr*>(&at), &size);
    for (int i = 0; i < 4; ++i) {
      sockets_.push_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
      static_cast<void>(connect(sockets_.back(), reinterpret_cast<sockaddr*>(&at), size));
    }
    port_ = ntohs(at.sin_port);
  }
  ~FullListener() {
    for (const int fd : sockets_) close(fd);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  std::vector<int> sockets_;
  int port_ = 0;
};

// The proxies of the environment while it lives: those that are named and no others.
class Proxies {
 public:
  explicit Proxies(const std::map<std::string, std::string>& variables = {}) {
    for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
                             "no_proxy", "NO_PROXY"}) {
      const char* value = std::getenv(name);
      if (value != nullptr) before_[name] = value;
      unsetenv(name);
    }
    Set(variables);
    names_ = variables;
  }
  ~Proxies() {
    for (const auto& [name, value] : names_) unsetenv(name.c_str());
    Set(before_);
  }
  Proxies(const Proxies&) = delete;
  Proxies& operator=(const Proxies&) = delete;

 private:
  static void Set(const std::map<std::string, std::string>& variables) {
    for (const auto& [name, value] : variables) setenv(name.c_str(), value.c_str(), 1);
  }

  std::map<std::string, std::string> names_;
  std::map<std::string, std::string> before_;
};

// A proxy that lets nobody through and remembers what it was asked.
class FakeProxy {
 public:
  std::string url() const { return server_.url(); }
  std::vector<Request> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  Response Refuse(const Request& request) {
    const std::lock_guard lock(mutex_);
    asked_.push_back(request);
    return Response{.status = 403, .body = "not through me", .headers = {}};
  }

  mutable std::mutex mutex_;  // guards asked_
  std::vector<Request> asked_;
  HttpServer server_{[this](const Request& request) { return Refuse(request); }};
};

TEST(HttpClient, SendsMethodTargetHeadersAndBody) {
  HttpServer server(Echo);
  HttpClient client;
  for (const char* method : {"GET", "POST", "PUT", "DELETE", "PATCH"}) {
    HttpRequest request = ARequest(server.url() + "/a/b?c=d%20e", method);
    request.headers = {{"X-Plain", "one"}, {"X-Empty", ""}};
    request.secret_headers = {{"X-Secret", Secret("hush")}};
    if (request.method != "GET" && request.method != "DELETE") request.body = "the body";
    const auto response = client.Send(request);
    ASSERT_TRUE(response.ok()) << Describe(response.error());
    EXPECT_EQ(response->status, 200);
    EXPECT_THAT(response->body,
                StartsWith(std::string(method) + " /a/b?c=d%20e\n" + request.body + "\n"));
    for (const char* header : {"x-plain: one\n", "x-empty: \n", "x-secret: hush\n"}) {
      EXPECT_THAT(response->body, HasSubstr(header));
    }
  }
}

TEST(HttpClient, GivesEveryStatusAsAResponseAndFollowsNoRedirect) {
  HttpServer server([](const Request& request) {
    Response response;
    response.status = std::stoi(request.target.substr(1));
    response.headers = {{"Location", "/200"}, {"Retry-After", " 7 "}};
    response.body = "text";
    return response;
  });
  HttpClient client;
  for (const int status : {200, 302, 404, 429, 503}) {
    const auto response = client.Send(ARequest(server.url() + "/" + std::to_string(status)));
    ASSERT_TRUE(response.ok()) << Describe(response.error());
    EXPECT_EQ(response->status, status);
    EXPECT_EQ(response->headers.at("retry-after"), "7");
    EXPECT_EQ(response->body, "text");
  }
  const auto head = client.Send(ARequest(server.url() + "/200", "HEAD"));
  ASSERT_TRUE(head.ok()) << Describe(head.error());
  EXPECT_EQ(head->body, "");
}

TEST(HttpClient, KnowsNothingOfTheOutcomeWhenAnAnswerIsLost) {
  for (const Delivery delivery : {Delivery::kCutBefore, Delivery::kCutAfter, Delivery::kHang}) {
    HttpServer server([&](const Request&) {
      Response response;
      response.delivery = delivery;
      return response;
    });
    HttpClient client;
    HttpRequest request = ARequest(server.url(), "POST");
    request.timeout = 100ms;
    const auto response = client.Send(request);
    ASSERT_FALSE(response.ok());
    EXPECT_EQ(response.error().kind, ErrorKind::kUnknownOutcome);
    EXPECT_EQ(response.error().where, "test call");
  }
}

TEST(HttpClient, NeverRepeatsAPostOnItsOwn) {
  std::atomic<int> posts = 0;
  HttpServer server([&](const Request& request) {
    Response response;
    if (request.method == "POST") ++posts;
    if (request.method == "POST") response.delivery = Delivery::kCutAfter;
    return response;
  });
  HttpClient client;
  ASSERT_TRUE(client.Send(ARequest(server.url())).ok());
  const auto response = client.Send(ARequest(server.url(), "POST"));  // on the kept connection
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(response.error().text, "the connection closed before an answer came");
  EXPECT_EQ(posts, 1);
}

TEST(HttpClient, IsTransientWhenTheRequestCannotHaveBeenSent) {
  const Proxies none;
  std::string closed;
  {
    HttpServer gone(Echo);
    closed = gone.url();
  }
  const FullListener full;
  HttpServer plain(Echo);
  const std::string tls = "https" + plain.url().substr(4);  // no TLS is spoken there
  HttpClient client;
  for (const std::string& url : {closed, full.url(), tls, std::string("http://name.invalid/")}) {
    HttpRequest request = ARequest(url, "POST");
    request.connect_timeout = 200ms;
    const auto response = client.Send(request);
    ASSERT_FALSE(response.ok()) << url;
    EXPECT_EQ(response.error().kind, ErrorKind::kTransient) << url;
    EXPECT_NE(response.error().text, "") << url;
  }
}

TEST(HttpClient, RefusesWhatItCannotSendRightly) {
  HttpServer server(Echo);
  HttpClient client;
  const std::pair<const char*, void (*)(HttpRequest&)> table[] = {
      {"line end",
       [](HttpRequest& r) {
         r.headers = {{"X-A", "a\r\nX-B: b"}};
       }},
      {"name",
       [](HttpRequest& r) {
         r.headers = {{"X A", "a"}};
       }},
      {"method", [](HttpRequest& r) { r.method = "GET / HTTP/1.0"; }},
      {"file", [](HttpRequest& r) { r.url = "file:///etc/hostname"; }},
      {"url", [](HttpRequest& r) { r.url = "http://127.0.0.1:port/"; }},
      {"signed GET",
       [](HttpRequest& r) {
         r.aws_signature = {"eu", "ec2", "id", Secret("s")};
       }},
      {"signed prefix",
       [](HttpRequest& r) {
         r.method = "POST";
         r.headers = {{"X-Amz-A-B", "1"}, {"x-amz-a", "2"}};
         r.aws_signature = {"eu", "ec2", "id", Secret("s")};
       }},
  };
  for (const auto& [name, spoil] : table) {
    HttpRequest request = ARequest(server.url());
    spoil(request);
    const auto response = client.Send(request);
    ASSERT_FALSE(response.ok()) << name;
    EXPECT_EQ(response.error().kind, ErrorKind::kInvalid) << name;
  }
}

TEST(HttpClient, GivesUpOnAnswersOverTheLimit) {
  HttpServer server([](const Request&) {
    Response response;
    response.body = std::string(100'000, 'x');
    return response;
  });
  HttpClient client;
  HttpRequest request = ARequest(server.url());
  request.max_response_bytes = 50'000;
  const auto response = client.Send(request);
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(response.error().text, "the answer is larger than 50000 bytes");
  request.max_response_bytes = 200'000;
  EXPECT_TRUE(client.Send(request).ok());
}

TEST(HttpClient, KeepsSecretsOutOfErrors) {
  HttpClient client;
  HttpRequest request = ARequest("http://hush.invalid/hush");
  request.secret_headers = {{"X-Token", Secret("hush")}};
  const auto unresolved = client.Send(request);
  ASSERT_FALSE(unresolved.ok());
  EXPECT_THAT(Describe(unresolved.error()), Not(HasSubstr("hush")));
  request.secret_headers = {{"X-Token", Secret("hush\n")}};
  const auto refused = client.Send(request);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(Describe(refused.error()), "test call: invalid: the header X-Token holds a line end");
}

TEST(HttpClient, AsksTheProxyOfTheEnvironmentForATunnelAndTellsItNothingMore) {
  const FakeProxy proxy;
  const Proxies proxies({{"HTTPS_PROXY", proxy.url()}});
  HttpClient client;
  HttpRequest request = ARequest("https://cloud.invalid/path", "POST");
  request.secret_headers = {{"X-Token", Secret("hush")}};
  request.body = "the body";
  const auto response = client.Send(request);
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().kind, ErrorKind::kTransient);
  ASSERT_EQ(proxy.asked().size(), 1u);
  EXPECT_EQ(proxy.asked()[0].method, "CONNECT");
  EXPECT_EQ(proxy.asked()[0].target, "cloud.invalid:443");
  EXPECT_FALSE(proxy.asked()[0].headers.contains("x-token"));
  EXPECT_EQ(proxy.asked()[0].body, "");
}

TEST(HttpClient, GivesAProxysAnswerToPlainHttpAsAResponse) {
  const FakeProxy proxy;
  const Proxies proxies({{"http_proxy", proxy.url()}});
  HttpClient client;
  const auto response = client.Send(ARequest("http://frontend.invalid:2633/RPC2"));
  ASSERT_TRUE(response.ok()) << Describe(response.error());
  EXPECT_EQ(response->status, 403);
  ASSERT_EQ(proxy.asked().size(), 1u);
  EXPECT_EQ(proxy.asked()[0].target, "http://frontend.invalid:2633/RPC2");
}

TEST(HttpClient, TakesNoProxyToWhatIsNearOrExcepted) {
  const FakeProxy proxy;
  const Proxies proxies({{"http_proxy", proxy.url()},
                         {"all_proxy", proxy.url()},
                         {"no_proxy", "excepted.invalid,192.0.2.7"}});
  HttpServer near(Echo);
  const std::string port = std::to_string(near.port());
  HttpClient client;
  for (const std::string& url :
       {near.url(), "http://localhost:" + port, "http://LOCALHOST:" + port, "http://127.1:" + port,
        std::string("http://127.255.255.255:9"), std::string("http://169.254.169.254"),
        std::string("http://169.254.170.2/v2/credentials"), std::string("http://[::1]:9"),
        std::string("http://[fe80::1]"), std::string("http://[fd00:ec2::254]"),
        std::string("http://a.localhost:9"), std::string("https://127.0.0.1:9"),
        std::string("http://metadata.google.internal/computeMetadata"),
        std::string("http://excepted.invalid"), std::string("http://192.0.2.7")}) {
    HttpRequest request = ARequest(url);
    request.connect_timeout = 20ms;  // whether somebody is there is not what is asked
    request.timeout = 1s;
    const auto response = client.Send(request);
    EXPECT_TRUE(response.ok() || !url.ends_with(port)) << url;
    EXPECT_EQ(proxy.asked().size(), 0u) << url;
  }
  for (const std::string url : {"http://128.0.0.1", "http://169.253.255.255", "http://[fd00::1]",
                                "http://localhost.invalid", "http://127.0.0.1.invalid"}) {
    const std::size_t before = proxy.asked().size();
    EXPECT_TRUE(client.Send(ARequest(url)).ok()) << url;
    EXPECT_EQ(proxy.asked().size(), before + 1) << url;
  }
}

TEST(HttpClient, KeepsTheProxysPasswordOutOfErrors) {
  HttpClient client;
  for (const std::string proxy : {"http://user:hush@[proxy", "odd://user:hush@proxy.invalid",
                                  "http://user:hush@proxy.invalid:3128"}) {
    const Proxies proxies({{"https_proxy", proxy}});
    const auto response = client.Send(ARequest("https://cloud.invalid", "POST"));
    ASSERT_FALSE(response.ok()) << proxy;
    EXPECT_EQ(response.error().kind, ErrorKind::kTransient) << proxy;
    EXPECT_NE(response.error().text, "") << proxy;
    EXPECT_THAT(Describe(response.error()), Not(HasSubstr("hush")));
  }
}

TEST(HttpClient, SignsForAwsAndSendsNoSecret) {
  HttpServer server(Echo);
  HttpClient client;
  HttpRequest request = ARequest(server.url(), "POST");
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.secret_headers = {{"X-Amz-Security-Token", Secret("token")}};
  request.body = "Action=DescribeRegions";
  request.aws_signature = {"eu-central-1", "ec2", "AKID", Secret("s3cr/et+")};
  const auto response = client.Send(request);
  ASSERT_TRUE(response.ok()) << Describe(response.error());
  EXPECT_THAT(response->body, HasSubstr("authorization: AWS4-HMAC-SHA256 Credential=AKID/"));
  EXPECT_THAT(response->body, HasSubstr("/eu-central-1/ec2/aws4_request, SignedHeaders="
                                        "content-type;host;x-amz-date;x-amz-security-token, "));
  EXPECT_THAT(response->body, Not(HasSubstr("s3cr")));
  // The handle is used again: nothing of the last request may be left.
  const auto plain = client.Send(ARequest(server.url()));
  ASSERT_TRUE(plain.ok()) << Describe(plain.error());
  EXPECT_THAT(plain->body, Not(HasSubstr("authorization")));
  EXPECT_THAT(plain->body, Not(HasSubstr("token")));
}

TEST(PercentEncode, LeavesOnlyUnreservedCharacters) {
  EXPECT_EQ(PercentEncode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(PercentEncode("a b+c/=&\xc3\xbc"), "a%20b%2Bc%2F%3D%26%C3%BC");
}

TEST(Base64, PadsToWholeGroups) {
  const std::pair<std::string, const char*> table[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"},
                                                       {"\xff\xfe\xfd", "//79"}};
  for (const auto& [bytes, text] : table) EXPECT_EQ(Base64(bytes), text);
}

TEST(ParseForm, DecodesNamesAndValues) {
  EXPECT_EQ(fakes::ParseForm("a=b&c=d%20e+f&g&h="),
            (std::map<std::string, std::string>{{"a", "b"}, {"c", "d e f"}, {"g", ""}, {"h", ""}}));
}

}  // namespace
}  // namespace spillway
