// HTTP for providers and registrars. The door for libcurl. Blocking: for workers only.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scaler/model/result.h"
#include "scaler/model/time.h"
#include "scaler/runtime/secret.h"

namespace spillway {

// Has libcurl sign the request for AWS (SigV4). libcurl 7.88 signs rightly only POST requests
// whose body is given as a whole and from which no header was removed.
struct AwsSignature {
  std::string region;
  std::string service;
  std::string key_id;
  Secret secret;
};

// How the server of an https address proves who it is.
struct HttpTls {
  // The certificates (PEM) that are trusted; empty: the system's. The server's name is checked too.
  std::string ca_file = {};
  // "sha256//" and the base64 of the SHA-256 of the server's public key. Where only this is given,
  // nothing else of a certificate is looked at: a self-signed one for another name will do.
  std::string pinned_key = {};
  // Whoever answers is believed; for those who have said so.
  bool is_unchecked = false;

  friend bool operator==(const HttpTls&, const HttpTls&) = default;
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  // Sent like `headers`, but never repeated in an error text.
  std::vector<std::pair<std::string, Secret>> secret_headers;
  std::string body;
  std::optional<AwsSignature> aws_signature;
  HttpTls tls = {};
  Duration connect_timeout = std::chrono::seconds(5);
  Duration timeout = std::chrono::seconds(30);  // of the whole exchange
  std::size_t max_response_bytes = 64 << 20;
  // What the error says was called: "ec2 RunInstances eu-central-1".
  std::string where;
};

struct HttpResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case, the last of a name wins
  std::string body;
};

// Thread-safe; connections are kept and reused.
//
// Proxies are taken from the environment, as curl does: `https_proxy` (a tunnel; the proxy sees
// names and no content), `http_proxy` in lower case only, `all_proxy`; `no_proxy` lists what is
// reached without. Never by a proxy: localhost, 127.0.0.0/8, ::1, and the addresses at which clouds
// hand a machine its credentials (169.254.0.0/16, fe80::/10, fd00:ec2::/32,
// metadata.google.internal).
class HttpClient {
 public:
  HttpClient();
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Any status is a response. Errors: kTransient when the request cannot have been sent (name not
  // resolved, connection refused, TLS failed, no tunnel from the proxy); kInvalid for a request
  // that libcurl refuses; kUnknownOutcome when it was, or may have been, sent and no whole answer
  // came. Redirects are not followed.
  Result<HttpResponse> Send(const HttpRequest& request);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// `text` for use in a query or form body: everything but unreserved characters as %XX.
std::string PercentEncode(std::string_view text);

// Standard alphabet, padded.
std::string Base64(std::string_view bytes);

}  // namespace spillway
