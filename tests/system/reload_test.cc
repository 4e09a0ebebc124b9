// The configuration read anew by the real binary, in the middle of its work.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/system/deployment.h"

namespace spillway::testing {
namespace {

using ::testing::IsSupersetOf;

class Reload : public ::testing::Test {
 protected:
  static std::string Replaced(std::string text, const std::string& what, const std::string& by) {
    EXPECT_NE(text.find(what), std::string::npos) << what;
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + by.size())) {
      text.replace(at, what.size(), by);
    }
    return text;
  }
  std::string File() const {
    std::stringstream text;
    text << std::ifstream(deployment_.config_path()).rdbuf();
    return text.str();
  }
  void Write(const std::string& text) { deployment_.scratch().Write("spillway.yaml", text); }
  double Reloads(const std::string& outcome) {
    return deployment_.Metric("spillway_config_reloads_total", "outcome=\"" + outcome + "\"");
  }
  void ReloadAndWaitFor(const std::string& outcome) {
    const double before = Reloads(outcome);
    deployment_.service().Send(SIGHUP);
    deployment_.WaitFor("a reload " + outcome, [&] { return Reloads(outcome) == before + 1; });
  }
  std::vector<std::string> Ids() {
    std::vector<std::string> ids;
    for (const auto& host : deployment_.StoredHosts()) ids.push_back(host.at("id"));
    return ids;
  }

  Deployment deployment_{{.max_hosts = 2}};
};

TEST_F(Reload, LimitsHoldInTheMiddleOfAPeakAndAfterAKill) {
  deployment_.Start();
  deployment_.SetLoad(4);
  deployment_.WaitFor("two hosts, the most", [&] { return deployment_.monitored() == 2; });
  const std::vector<std::string> before = Ids();

  const std::string text = Replaced(File(), "max: 2}", "max: 4}");
  Write(Replaced(Replaced(text, "max_hosts: 2", "max_hosts: 4"), "port: 0, open", "port: 1, open"));
  ReloadAndWaitFor("applied");
  deployment_.WaitForLog("config.changed path=clusters[edge].limits.hosts.max before=2 after=4");
  deployment_.WaitForLog("config.needs_restart path=serve.port");
  deployment_.WaitFor("four hosts", [&] { return deployment_.monitored() == 4; });
  EXPECT_THAT(Ids(), IsSupersetOf(before));

  deployment_.Kill();
  Write(Replaced(File(), "port: 1, open", "port: 0, open"));
  deployment_.Start();
  deployment_.WaitFor("a decision", [&] { return deployment_.wanted_vcpus() == 4 * kHostVcpus; });
  EXPECT_EQ(deployment_.monitored(), 4);
  EXPECT_EQ(deployment_.ec2().instances().size(), 4u) << "one was made twice";
  deployment_.SetLoad(0);
  deployment_.WaitFor("nothing left over", [&] { return deployment_.nothing_is_left(); });
}

TEST_F(Reload, AWrongFileChangesNothingAndIsTold) {
  deployment_.Start();
  deployment_.SetLoad(1);
  deployment_.WaitFor("a host", [&] { return deployment_.monitored() == 1; });
  EXPECT_EQ(deployment_.Metric("spillway_config_last_reload_successful"), 1);
  const std::string good = File();

  Write(Replaced(good, "max: 2}", "max: ten}\n      colour: red"));
  ReloadAndWaitFor("wrong");
  deployment_.WaitForLog("path=clusters[0].limits.hosts.max line=");
  deployment_.WaitForLog("path=clusters[0].limits.colour");
  EXPECT_EQ(deployment_.Metric("spillway_config_last_reload_successful"), 0);

  std::filesystem::remove(deployment_.config_path());
  ReloadAndWaitFor("wrong");
  deployment_.WaitForLog("cannot read");

  deployment_.SetLoad(2);
  deployment_.WaitFor("the old one to go on", [&] { return deployment_.monitored() == 2; });
  Write(good);
  ReloadAndWaitFor("applied");
  EXPECT_EQ(deployment_.Metric("spillway_config_last_reload_successful"), 1);
  EXPECT_EQ(deployment_.Stop(), 0);
}

TEST_F(Reload, AClusterComesAtOnceAndGoesWhenItsHostsAreGone) {
  deployment_.Start();
  deployment_.SetLoad(1);
  deployment_.WaitFor("a host", [&] { return deployment_.monitored() == 1; });
  const std::string alone = File();
  const std::string entry = alone.substr(alone.find("  - name: edge"));
  Write(alone + Replaced(entry, "name: edge", "name: far"));
  ReloadAndWaitFor("applied");

  const auto send = [&](double load) {
    return [this, load] { deployment_.sender().Send({"far", "load", {}}, load); };
  };
  deployment_.always = send(1);
  deployment_.WaitFor("a host of each", [&] { return deployment_.monitored() == 2; });

  Write(alone);
  ReloadAndWaitFor("refused");
  deployment_.WaitForLog("path=clusters[far]");
  deployment_.WaitForLog("first give them back");
  deployment_.always = send(0);
  deployment_.WaitFor("its host to go", [&] { return deployment_.instances() == 1; });
  deployment_.WaitFor("its record to be over", [&] {
    for (const auto& host : deployment_.StoredHosts()) {
      if (host.at("cluster") == "far" && host.at("state") != "gone") return false;
    }
    return true;
  });
  ReloadAndWaitFor("applied");
  EXPECT_EQ(deployment_.Metric("spillway_cluster_wanted_vcpus", "cluster=\"far\""), 0);
  EXPECT_EQ(deployment_.monitored(), 1);
}

TEST_F(Reload, WhatNeedsWhatOnlyARestartBringsIsRefused) {
  deployment_.Start();
  deployment_.SetLoad(1);
  deployment_.WaitFor("a host", [&] { return deployment_.monitored() == 1; });
  Write(Replaced(Replaced(File(), "registrars:\n", "registrars:\n  bare: {type: none}\n"),
                 "registrar: one", "registrar: bare"));
  ReloadAndWaitFor("refused");
  deployment_.WaitForLog("path=clusters[0].registrar");
}

}  // namespace
}  // namespace spillway::testing
