// Sends the calls of a provider's JSON API: endpoint, credentials, rate, and what an answer means.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "providers/effect.h"
#include "providers/rest/absence.h"
#include "providers/rest/authorisation.h"
#include "providers/rest/error_rules.h"
#include "providers/token_bucket.h"
#include "scaler/model/result.h"
#include "scaler/runtime/clock.h"
#include "scaler/runtime/http_client.h"

namespace spillway {

// What tells one API from another.
struct RestApi {
  std::string service;   // "digitalocean": errors begin with it
  std::string base_url;  // "https://api.digitalocean.com/v2", without a slash at its end
  Duration time_limit = std::chrono::seconds(30);  // of each call
  HttpTls tls = {};
  // Errors: the table, and how the words of a refusal are read of its JSON. What `read_words`
  // throws (nlohmann::json::exception) says that the answer is not one of the API.
  std::span<const ErrorRule> rules;
  RefusalWords (*read_words)(const nlohmann::json& body) = nullptr;
  // How often each kind of call may be made, by an account or by a region of it (RestCall::scope).
  struct Rate {
    double per_second = 5;
    double burst = 20;
  };
  Rate reads;
  Rate changes;
  // Until when the answer's headers say that nothing more may be asked; nothing when they do not.
  // Null: this API never says.
  std::optional<Time> (*paused_until)(const HttpResponse& response, Time now) = nullptr;
  // Of an API that may be nowhere: what the operator is told when nobody is reached or who answers
  // does not speak it. It is then left alone for a while (absence.h). Empty: it is always asked.
  std::string when_absent = {};
};

struct RestCall {
  std::string name;  // of the operation, for errors: "create droplet"
  std::string method = "GET";
  std::string path;               // behind the base URL, with the query: "/droplets?page=2"
  nlohmann::json body = nullptr;  // null: none
  Effect effect = Effect::kReads;
  std::string scope = {};  // what the rate is counted by; empty: the account
  std::vector<std::pair<std::string, std::string>> headers = {};
};

// Thread-safe. Calls block; each has a time limit.
class RestClient {
 public:
  // The references outlive it.
  RestClient(RestApi api, Authorisation& authorisation, HttpClient& http, const Clock& clock);

  // The JSON of a good answer, null for an empty one. The request is sent once; only when it is
  // refused with 401 and there are other credentials, it is sent again with these.
  // kThrottled is also said here, without asking, when more was asked than the rate allows or the
  // other side has said to wait. For a call that creates, whatever leaves open that it was carried
  // out is kUnknownOutcome; for other calls it is kTransient, because they can be repeated.
  // kDenied, without asking, while an API that is absent is left alone.
  Result<nlohmann::json> Call(const RestCall& call);

  // Call, and the answer read by `read`; what `read` throws because a member is missing or of
  // another type (nlohmann::json::exception) is an answer that cannot be read.
  template <class Read>
  auto Ask(const RestCall& call, Read read)
      -> Result<std::invoke_result_t<Read, const nlohmann::json&>> {
    const Result<nlohmann::json> answer = Call(call);
    if (!answer) return answer.error();
    try {
      return read(*answer);
    } catch (const nlohmann::json::exception& problem) {
      return Unreadable(call, problem.what());
    }
  }

  // An answer with a good status that is not what was expected: what that means for such a call.
  Error Unreadable(const RestCall& call, const std::string& problem) const;

 private:
  Result<HttpResponse> Send(const RestCall& call, const SecretHeaders& credentials);
  Result<nlohmann::json> Read(const RestCall& call, const HttpResponse& response);
  Error Refused(const RestCall& call, const HttpResponse& response);
  std::optional<Error> WhyNotNow(const RestCall& call);
  // `error`, that came without a word of the API, as the operator is told it.
  Error NobodyAnswered(Error error, bool is_certain);
  void SomebodyAnswered();
  void Heed(const RestCall& call, const HttpResponse& response);
  TokenBucket& BucketFor(const RestCall& call);  // `mutex_` is held
  std::string Where(const RestCall& call) const { return api_.service + " " + call.name; }

  const RestApi api_;
  Authorisation& authorisation_;
  HttpClient& http_;
  const Clock& clock_;

  std::mutex mutex_;                                             // guards what follows
  std::map<std::pair<std::string, bool>, TokenBucket> buckets_;  // by scope, and whether it changes
  Absence absence_;
};

}  // namespace spillway
