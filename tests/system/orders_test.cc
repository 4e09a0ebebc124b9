// What people say by the API, in the real binary: it is done, and it outlives kill -9.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/system/deployment.h"

namespace spillway::testing {
namespace {

using nlohmann::json;

class OrdersSystem : public ::testing::Test {
 protected:
  OrdersSystem() {
    deployment_.Start();
    const Finished made = deployment_.Command(
        {"tokens", "add", "anna", "--role", "operator", "--config", deployment_.config_path()});
    EXPECT_EQ(made.exit_code, 0) << made.err;
    token_ = made.out.substr(0, made.out.find('\n'));
  }
  json Get(const std::string& path) {
    const HttpResponse answer = deployment_.Ask("GET", path, token_);
    EXPECT_EQ(answer.status, 200) << path << ": " << answer.body;
    return json::parse(answer.body);
  }
  json Post(const std::string& path, const json& body = json::object()) {
    const HttpResponse answer = deployment_.Ask("POST", path, token_, body.dump());
    EXPECT_EQ(answer.status, 200) << path << ": " << answer.body;
    return json::parse(answer.body);
  }
  void KillAndStart() {
    deployment_.Kill();
    deployment_.Start();
  }
  // Time enough for the loop to do what it should not: it has decided and swept several times.
  void LetItDecide() {
    deployment_.WaitFor("a decision", [this] { return deployment_.wanted_vcpus().has_value(); });
    const int swept = deployment_.ec2().calls("DescribeInstances");
    deployment_.WaitFor("several sweeps", [this, swept] {
      return deployment_.ec2().calls("DescribeInstances") > swept + 5;
    });
  }
  void WaitForHosts(int count) {
    deployment_.WaitFor(std::to_string(count) + " hosts", [this, count] {
      return deployment_.monitored() == count && deployment_.instances() == count;
    });
  }
  std::string AHostThatServes() {
    const json ready = Get("/v1/hosts?state=ready");
    for (const json& host : ready.at("items")) {
      if (host.at("goal") == "serve") return host.at("id");
    }
    ADD_FAILURE() << "no host serves";
    return "";
  }

  Deployment deployment_;
  std::string token_;
};

TEST_F(OrdersSystem, ScalesAndPausesHoldOverKills) {
  deployment_.SetLoad(1);
  WaitForHosts(1);
  Post("/v1/clusters/edge/scale", {{"hosts", 3}, {"for_s", 3600}, {"reason", "a match"}});
  WaitForHosts(3);
  KillAndStart();
  LetItDecide();
  EXPECT_EQ(deployment_.instances(), 3) << "the manual scale was forgotten";
  EXPECT_EQ(Get("/v1/clusters/edge").at("manual_scale").at("by"), "anna");

  Post("/v1/clusters/edge/pause", {{"reason", "the provider works on its network"}});
  Post("/v1/clusters/edge/unscale");
  deployment_.SetLoad(5);
  LetItDecide();
  EXPECT_EQ(deployment_.instances(), 3) << "it bought while it was paused";
  KillAndStart();
  LetItDecide();
  EXPECT_EQ(deployment_.instances(), 3) << "the pause was forgotten";
  EXPECT_EQ(Get("/v1/clusters/edge").at("paused").at("by"), "anna");
  Post("/v1/clusters/edge/resume");
  WaitForHosts(5);

  deployment_.SetLoad(0);
  deployment_.WaitFor("nothing left over", [this] { return deployment_.nothing_is_left(); });
  EXPECT_EQ(deployment_.Stop(), 0);
}

TEST_F(OrdersSystem, WhatIsSaidOfHostsHoldsOverKills) {
  deployment_.SetLoad(2);
  WaitForHosts(2);
  const std::string host = AHostThatServes();
  Post("/v1/hosts/" + host + "/protect", {{"reason", "a demo runs there"}});
  deployment_.SetLoad(0);
  WaitForHosts(1);
  KillAndStart();
  LetItDecide();
  EXPECT_EQ(deployment_.instances(), 1) << "the protection was forgotten";
  EXPECT_EQ(AHostThatServes(), host);

  deployment_.SetLoad(1);
  Post("/v1/hosts/" + host + "/drain");
  const auto is_replaced = [this] {
    return deployment_.monitored() == 1 && deployment_.instances() == 2;
  };
  deployment_.WaitFor("another in the place of the drained host", is_replaced);
  KillAndStart();
  LetItDecide();
  EXPECT_TRUE(is_replaced()) << "the drained host went, or serves again";
  EXPECT_EQ(Get("/v1/hosts/" + host).at("goal_by").at("by"), "anna");

  Post("/v1/hosts/" + host + "/unprotect");
  Post("/v1/hosts/" + host + "/retire");
  WaitForHosts(1);
  EXPECT_NE(AHostThatServes(), host);
  deployment_.SetLoad(0);
  deployment_.WaitFor("nothing left over", [this] { return deployment_.nothing_is_left(); });
  EXPECT_EQ(deployment_.Stop(), 0);
  EXPECT_NE(deployment_.log().find("audit id=000000000004"), std::string::npos)
      << "numbers of the audit log go on after a kill";
}

}  // namespace
}  // namespace spillway::testing
