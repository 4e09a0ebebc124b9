// A login at a BMC by Redfish's sessions: made when it is first needed and again when the BMC has
// forgotten it, ended with the object. BMCs have room for few of them.
#pragma once

#include <mutex>
#include <string>

#include "providers/rest/authorisation.h"
#include "scaler/model/time.h"
#include "scaler/runtime/http_client.h"
#include "scaler/runtime/secret.h"

namespace spillway {

struct RedfishLogin {
  std::string where;  // for errors: "redfish 192.0.2.10"
  std::string url;    // of the BMC, without a path
  std::string user;
  Secret password;
  HttpTls tls;
  Duration time_limit = std::chrono::seconds(10);  // of each request
};

class RedfishSession final : public Authorisation {
 public:
  // `http` outlives it.
  RedfishSession(RedfishLogin login, HttpClient& http);
  // Logs out; when that does not work the BMC ends the session in its own time.
  ~RedfishSession() override;
  RedfishSession(const RedfishSession&) = delete;
  RedfishSession& operator=(const RedfishSession&) = delete;

  Result<SecretHeaders> Headers() override;
  bool Renew() override;

 private:
  Result<Done> LogIn();
  Result<std::string> SessionsPath() const;
  HttpRequest Request(const std::string& method, const std::string& path) const;
  Error Refused(const HttpResponse& response) const;

  const RedfishLogin login_;
  HttpClient& http_;

  std::mutex mutex_;   // guards what follows, and lets one thread log in while the others wait
  Secret token_;       // empty: not logged in
  std::string place_;  // path of the session; empty: the BMC did not say
};

}  // namespace spillway
