#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "providers/none/none_config.h"
#include "providers/none/none_registrar.h"
#include "scaler/runtime/yaml.h"
#include "tests/fakes/ssh_banner.h"

namespace spillway {
namespace {

HostTarget ATarget() {
  HostTarget target;
  target.host = "edge-1-a";
  target.address = "127.0.0.1";
  return target;
}

TEST(NoneRegistrar, TakesAHostThatAnswersForEnrolled) {
  NoneSettings settings;
  auto ssh = std::make_unique<fakes::SshBanner>();
  settings.nodes.ssh_port = ssh->port();
  NoneRegistrar registrar("none", settings);
  EXPECT_TRUE(registrar.Probe(ATarget())->is_ready());
  const Result<std::string> enrolment = registrar.Enrol(ATarget());
  ASSERT_TRUE(enrolment);
  EXPECT_EQ(*enrolment, "127.0.0.1");
  EXPECT_EQ(registrar.Look(ATarget())->state, EnrolmentState::kMonitored);

  ssh.reset();
  EXPECT_FALSE(registrar.Probe(ATarget())->is_ready());
  EXPECT_EQ(registrar.Look(ATarget())->state, EnrolmentState::kError);
}

TEST(NoneRegistrar, DrainsAtOnce) {
  NoneRegistrar registrar("none", {});
  EXPECT_TRUE(registrar.SetSchedulable(ATarget(), false));
  EXPECT_EQ(registrar.Evacuate(ATarget())->guests, Guests{});
  EXPECT_TRUE(registrar.Remove(ATarget()));
}

TEST(NoneRegistrar, IsConfigured) {
  std::map<std::string, int> lines;
  ConfigDocument document(ReadYaml("probe: {ssh_port: 2222, timeout: 3s}\nparallel_calls: 2\n"
                                   "node:\n  ssh_authorized_keys: [\"ssh-ed25519 AAAA x\"]\n"
                                   "  firecracker: {url: \"https://x.test/f.tgz\", sha256: \"" +
                                       std::string(64, 'a') + "\"}\n",
                                   lines),
                          lines);
  const MakeRegistrar make = ParseNoneRegistrar("rack", document.Root());
  document.Root().Finish();
  ASSERT_TRUE(document.Errors().empty());
  HttpClient http;
  const SystemClock clock;
  const auto registrar = make(PluginContext{clock, http, 0});
  EXPECT_EQ(registrar->channel().name, "rack");
  EXPECT_EQ(registrar->channel().parallel, 2);
  EXPECT_NE(registrar->UserData(Hypervisor::kLxc).find("ssh-ed25519 AAAA x"), std::string::npos);
  EXPECT_NE(registrar->UserData(Hypervisor::kFirecracker).find("https://x.test/f.tgz"),
            std::string::npos);
}

}  // namespace
}  // namespace spillway
