#include "bus/adapters/promql/promql.h"

#include <fmt/format.h>

#include <map>
#include <regex>
#include <utility>
#include <variant>

#include "bus/adapters/promql/promql_answer.h"
#include "bus/adapters/token.h"

namespace spillway::adapters {
namespace {

// "up", "up{job=\"x\"}" or "{__name__=~\"up|load\"}". One that is not recognised, for its labels
// hold braces, is only less exactly timed.
bool IsPlainSeries(const std::string& query) {
  static const std::regex kSelector(
      R"(\s*([a-zA-Z_:][a-zA-Z0-9_:]*\s*(\{[^{}]*\})?|\{[^{}]*\})\s*)");
  return std::regex_match(query, kSelector);
}

double SecondsOf(Time time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

class Promql final : public PulledSource {
 public:
  Promql(PromqlConfig config, std::vector<Secret> credentials, const PullContext& context)
      : config_(std::move(config)),
        credentials_(std::move(credentials)),
        http_(context.http),
        name_(context.name),
        max_bytes_(context.max_bytes) {}

  Pulled Pull(Time) override {
    Pulled pulled;
    const Deadline deadline(config_.timeout);
    bool is_any_answered = false;
    for (const PromqlQuery& query : config_.queries) {
      std::optional<Lost> lost = AskFor(query, deadline, pulled);
      is_any_answered = is_any_answered || !lost;
      if (!lost) continue;
      // The others would not be answered either.
      const bool is_over = lost->reason == Loss::kNoAnswer || lost->reason == Loss::kDenied;
      if (is_over) {
        pulled.failure = std::move(lost);
        return pulled;
      }
      pulled.lost.push_back(*std::move(lost));
    }
    if (!is_any_answered) {
      pulled.failure = std::move(pulled.lost.back());
      pulled.lost.pop_back();
    }
    return pulled;
  }

 private:
  std::optional<Lost> AskFor(const PromqlQuery& query, const Deadline& deadline, Pulled& pulled) {
    std::variant<PromqlAnswer, Lost> answered = Ask(query, query.query, "", deadline);
    if (auto* lost = std::get_if<Lost>(&answered)) return std::move(*lost);
    auto& answer = std::get<PromqlAnswer>(answered);
    const bool has_times =
        !answer.is_scalar && !answer.values.empty() && IsPlainSeries(query.query);
    if (has_times) {
      if (auto lost = LearnTimes(query, deadline, pulled, answer)) return lost;
    }
    for (Lost& lost : answer.lost)
      pulled.lost.push_back({lost.reason, query.metric + ": " + lost.detail});
    for (std::string& warning : answer.warnings) {
      pulled.warnings.push_back(query.metric + ": " + Clean(std::move(warning)));
    }
    for (PromqlValue& value : answer.values) {
      pulled.readings.push_back({query.metric, std::move(value.labels), value.value, value.time});
    }
    return std::nullopt;
  }

  // Gives the values the times of their samples, and takes out those that are too old.
  std::optional<Lost> LearnTimes(const PromqlQuery& query, const Deadline& deadline, Pulled& pulled,
                                 PromqlAnswer& answer) {
    const Time evaluated = answer.values.front().time;
    std::variant<PromqlAnswer, Lost> answered =
        Ask(query, "timestamp(" + query.query + ")",
            fmt::format("&time={:.3f}", SecondsOf(evaluated)), deadline);
    if (auto* lost = std::get_if<Lost>(&answered)) return std::move(*lost);
    std::map<Labels, Time> times;
    for (PromqlValue& value : std::get<PromqlAnswer>(answered).values) {
      if (const auto time = TimeOfSeconds(value.value)) times[std::move(value.labels)] = *time;
    }
    std::vector<PromqlValue> young;
    for (PromqlValue& value : answer.values) {
      const auto time = times.find(value.labels);
      if (time == times.end()) continue;  // it has ended meanwhile
      value.time = time->second;
      if (evaluated - value.time > config_.max_age) {
        const double age = std::chrono::duration<double>(evaluated - value.time).count();
        pulled.lost.push_back(
            {Loss::kTooOld, fmt::format("{}: a value of {:.0f} s ago", query.metric, age)});
      } else {
        young.push_back(std::move(value));
      }
    }
    answer.values = std::move(young);
    return std::nullopt;
  }

  std::variant<PromqlAnswer, Lost> Ask(const PromqlQuery& query, const std::string& text,
                                       const std::string& more, const Deadline& deadline) {
    const Duration left = deadline.Left();
    if (left <= Duration(0))
      return Lost{Loss::kNoAnswer, query.metric + ": no time is left for it"};
    HttpRequest request;
    request.method = "POST";
    request.url = config_.url + "/api/v1/query";
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    if (!credentials_.empty()) request.secret_headers = {{"Authorization", credentials_.front()}};
    request.body = "query=" + PercentEncode(text) + more;
    request.tls.ca_file = config_.ca_file;
    request.timeout = left;
    request.max_response_bytes = max_bytes_;
    request.where = name_ + " " + query.metric;
    const Result<HttpResponse> response = http_.Send(request);
    if (!response) return Lost{Loss::kNoAnswer, Clean(Describe(response.error()))};
    auto answer = ReadPromqlAnswer(response->status, response->body, config_.max_series);
    if (auto* lost = std::get_if<Lost>(&answer)) {
      return Lost{lost->reason, query.metric + ": " + Clean(std::move(lost->detail))};
    }
    return answer;
  }

  std::string Clean(std::string text) const {
    for (const Secret& secret : credentials_) text = Redact(std::move(text), secret);
    return text;
  }

  const PromqlConfig config_;
  const std::vector<Secret> credentials_;
  HttpClient& http_;
  const std::string name_;
  const std::size_t max_bytes_;
};

struct BasicAuth {
  std::string user;
  SecretSource password;
};

BasicAuth ParseBasicAuth(const ConfigNode& node) {
  BasicAuth basic{node.String("user").Required(), ParseSecretSource(node["password"])};
  if (!node.Has("password")) node["password"].Fail("is required: {variable: NAME} or {file: PATH}");
  if (basic.user.find(':') != std::string::npos)
    node["user"].Fail("expected a name without a colon");
  node.Finish();
  return basic;
}

std::string ParseUrl(const ConfigNode& node) {
  std::string url = node.String("url").Required();
  static const std::regex kUrl(R"(https?://[^\s/@?#]+(/[^\s?#]*)?)");
  if (!url.empty() && !std::regex_match(url, kUrl)) {
    node["url"].Fail("expected an address such as \"http://prometheus:9090\"");
  }
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::vector<PromqlQuery> ParseQueries(const ConfigNode& node) {
  std::vector<PromqlQuery> queries;
  for (const ConfigNode& entry : node.List("queries")) {
    queries.push_back({entry.String("metric").Required(), entry.String("query").Required()});
    entry.Finish();
  }
  if (queries.empty()) node["queries"].Fail("is required: a list of {metric: NAME, query: PROMQL}");
  return queries;
}

// What goes into the header comes first.
std::vector<Secret> CredentialsOf(const Secret& token, const std::optional<BasicAuth>& basic) {
  if (!token.empty()) return {Secret("Bearer " + token.Reveal()), token};
  if (!basic) return {};
  const Secret password = ReadSecret(basic->password, "adapters: the password of basic_auth");
  const Secret packed(Base64(basic->user + ":" + password.Reveal()));
  return {Secret("Basic " + packed.Reveal()), packed, password};
}

}  // namespace

std::unique_ptr<PulledSource> OpenPromql(PromqlConfig config, std::vector<Secret> credentials,
                                         const PullContext& context) {
  return std::make_unique<Promql>(std::move(config), std::move(credentials), context);
}

ParsedAdapter ParsePromql(const ConfigNode& node) {
  using std::chrono::hours;
  using std::chrono::milliseconds;
  PromqlConfig config;
  config.url = ParseUrl(node);
  config.queries = ParseQueries(node);
  config.ca_file = node.String("ca_file").Or("");
  config.timeout =
      node.DurationOf("timeout").Between(milliseconds(100), hours(1)).Or(config.timeout);
  config.max_age =
      node.DurationOf("max_age").Between(milliseconds(100), hours(24)).Or(config.max_age);
  config.max_series = node.Integer("max_series").Between(1, 1'000'000).Or(config.max_series);
  ParsedPull pull;
  pull.every = node.DurationOf("every").Between(milliseconds(100), hours(24)).Or(pull.every);
  std::optional<BasicAuth> basic;
  if (node.Has("basic_auth")) basic = ParseBasicAuth(node["basic_auth"]);
  if (basic && node.Has("token")) node["basic_auth"].Fail("is of no use beside token");
  pull.open = [config, basic](const PullContext& context) {
    return OpenPromql(config, CredentialsOf(context.token, basic), context);
  };
  ParsedAdapter parsed;
  parsed.pull = std::move(pull);
  return parsed;
}

}  // namespace spillway::adapters
