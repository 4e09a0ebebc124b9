// The whole API before one cluster, "edge", with a store and no network: requests are values, and
// time is driven.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "scaler/model/rfc3339.h"
#include "scaler/runtime/digest.h"
#include "scaler/serve/router.h"
#include "tests/support/driven_service.h"
#include "tests/support/records.h"

namespace spillway::testing {

// Clusters "edge" and "far"; a token for each role, and one for each cluster alone.
class ApiTest : public ::testing::Test, protected DrivenService {
 protected:
  ApiTest() : DrivenService(TwoClusters()) {
    access_.SetTokens({{"eve", Sha256Hex("viewer-token"), Role::kViewer, {}, At(0s)},
                       {"otto", Sha256Hex("operator-token"), Role::kOperator, {}, At(0s)},
                       {"ada", Sha256Hex("admin-token"), Role::kAdmin, {}, At(0s)},
                       {"ed", Sha256Hex("edge-token"), Role::kViewer, {"edge"}, At(0s)},
                       {"olga", Sha256Hex("far-token"), Role::kOperator, {"far"}, At(0s)}});
  }

  static std::vector<ClusterSpec> TwoClusters() {
    std::vector<ClusterSpec> clusters{AnEdgeCluster(), AnEdgeCluster()};
    clusters[1].name = "far";
    return clusters;
  }
  static std::vector<PolicyList> OneEach() {
    std::vector<PolicyList> policies(2);
    for (PolicyList& list : policies) list.push_back(FollowLoad());
    return policies;
  }

  static HttpQuestion QuestionOf(const std::string& target, const std::string& token,
                                 const std::string& method, const std::string& peer) {
    const std::size_t mark = target.find('?');
    HttpQuestion question;
    question.method = method;
    question.path = target.substr(0, mark);
    if (mark != std::string::npos) question.query = target.substr(mark + 1);
    if (!token.empty()) question.headers.emplace_back("authorization", "Bearer " + token);
    question.peer = peer;
    return question;
  }
  HttpAnswer Ask(const std::string& target, const std::string& token = "viewer-token",
                 const std::string& method = "GET", const std::string& peer = "192.0.2.1") {
    return router_(QuestionOf(target, token, method, peer));
  }
  // What is answered in the end: when it is durable. Headers in small letters.
  HttpAnswer Post(const std::string& target, const std::string& body = "",
                  const HttpHeaders& headers = {}, const std::string& token = "operator-token") {
    HttpQuestion question = QuestionOf(target, token, "POST", "192.0.2.1");
    question.body = body;
    question.headers.emplace_back("content-type", "application/json");
    question.headers.insert(question.headers.begin(), headers.begin(), headers.end());
    HttpAnswer answer = router_(question);
    if (!answer.later) return answer;
    bool is_there = false;
    answer.later([&](HttpAnswer delivered) {
      answer = std::move(delivered);
      is_there = true;
    });
    EXPECT_FALSE(is_there) << "it was answered before it is durable";
    loop_.RunFor(0s);
    EXPECT_TRUE(is_there);
    return answer;
  }
  nlohmann::json Json(const std::string& target, const std::string& token = "viewer-token") {
    const HttpAnswer answer = Ask(target, token);
    EXPECT_EQ(answer.status, 200) << target << ": " << answer.body;
    EXPECT_EQ(answer.content_type, "application/json");
    return nlohmann::json::parse(answer.body);
  }
  // The names or ids of a list.
  std::vector<std::string> Listed(const std::string& target, const std::string& member,
                                  const std::string& token = "viewer-token") {
    std::vector<std::string> values;
    const nlohmann::json list = Json(target, token);
    for (const auto& item : list.at("items")) values.push_back(item.at(member));
    return values;
  }
  // Starts, and lets both clusters decide once.
  void Start() {
    control_.Start();
    loop_.RunFor(1s);
  }

  ControlLoop control_{Context(), store_, OneEach(), {}, nobody_};
  Queries queries_{control_, store_};
  Orders orders_{control_, journal_};
  AuditLog audit_{store_, journal_, log_};
  Posts posts_{orders_, audit_, store_, journal_};
  History history_{{.step = 10s}, [](const ClusterSummary&) { return LoadLook{12.5, false}; }};
  Access access_{metrics_, log_};
  EventStream events_{"a1", {.readers = 2}, metrics_};
  std::string config_ =
      "version: 1\n"
      "providers:\n"
      "  rack: {type: external, program: [run], password: hunter2, token_file: /etc/t,\n"
      "         url: \"https://me:hunter2@example.org/x\"}\n";
  const std::map<std::string, std::string> provider_kinds_{{"cloud", "simulated"},
                                                           {"rack", "simulated"}};
  HttpServer::Router router_ =
      MakeRouter({.control = control_,
                  .queries = queries_,
                  .history = history_,
                  .metrics = metrics_,
                  .log = log_,
                  .access = access_,
                  .orders = orders_,
                  .audit = audit_,
                  .posts = posts_,
                  .events = events_,
                  .config = config_,
                  .provider_kinds = provider_kinds_,
                  .shadow_scores = [](const std::string&) { return nlohmann::json::array(); }});
};

}  // namespace spillway::testing
