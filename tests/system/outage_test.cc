// What the service leans on goes away: the cloud's API, OpenNebula, the disk.
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <filesystem>
#include <fstream>

#include "tests/system/deployment.h"

namespace spillway::testing {
namespace {

namespace fs = std::filesystem;

TEST(Outage, AProviderThatIsDeadAtTheStartIsWaitedFor) {
  Deployment deployment;
  deployment.ec2().StopListening();
  deployment.Start();
  deployment.SetLoad(1);
  deployment.WaitForLog("control.offers_failed");
  deployment.WaitFor("a decision on the load",
                     [&] { return deployment.wanted_vcpus() == kHostVcpus; });
  EXPECT_EQ(deployment.Get("/healthz").status, 200);

  deployment.ec2().Listen();
  deployment.WaitFor("a host", [&] { return deployment.monitored() == 1; });
  EXPECT_EQ(deployment.Stop(), 0);
}

TEST(Outage, HostsStayWhileTheProviderOrTheManagerIsDead) {
  Deployment deployment;
  deployment.Start();
  deployment.SetLoad(2);
  deployment.WaitFor("two hosts", [&] { return deployment.monitored() == 2; });

  deployment.ec2().StopListening();
  deployment.one().FailNext("one.host.info", fakes::OneFault::kHttp500, 20);
  deployment.WaitForLog("provision.sweep_failed");
  deployment.WaitForLog("provision.look_failed");
  deployment.SetLoad(3);
  deployment.WaitFor("a decision on the load",
                     [&] { return deployment.wanted_vcpus() == 3 * kHostVcpus; });
  EXPECT_EQ(deployment.Get("/healthz").status, 200);
  EXPECT_EQ(deployment.Get("/readyz").status, 200);
  EXPECT_EQ(deployment.monitored(), 2);
  for (const nlohmann::json& host : deployment.StoredHosts()) {
    EXPECT_EQ(host.at("goal"), "serve") << host.dump(2);
    EXPECT_EQ(host.at("failure"), "") << host.dump(2);
  }

  deployment.ec2().Listen();
  deployment.WaitFor("the third host", [&] { return deployment.monitored() == 3; });
  EXPECT_EQ(deployment.instances(), 3);
  EXPECT_EQ(deployment.Stop(), 0);
}

// A file system of its own, so small that a test can fill it.
class TinyDisk {
 public:
  explicit TinyDisk(std::string folder) : folder_(std::move(folder)) {
    fs::create_directory(folder_);
    is_mounted_ = mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=4m") == 0;
  }
  ~TinyDisk() {
    if (is_mounted_) umount2(folder_.c_str(), MNT_DETACH);
  }
  TinyDisk(const TinyDisk&) = delete;
  TinyDisk& operator=(const TinyDisk&) = delete;

  bool is_mounted() const { return is_mounted_; }
  const std::string& folder() const { return folder_; }
  void Fill() const {
    std::ofstream filler(FillerPath(), std::ios::binary);
    const std::string block(4096, 'x');
    while (filler.write(block.data(), 4096).flush()) continue;
  }
  void Relieve() const { fs::remove(FillerPath()); }

 private:
  std::string FillerPath() const { return folder_ + "/filler"; }

  const std::string folder_;
  bool is_mounted_ = false;
};

TEST(Outage, NothingIsBoughtWhileTheDiskIsFull) {
  const ScratchDir scratch;
  const TinyDisk disk(scratch.File("disk"));
  if (!disk.is_mounted()) GTEST_SKIP() << "needs the right to mount a tmpfs";
  Deployment deployment({.store_folder = disk.folder()});
  deployment.Start();
  deployment.SetLoad(1);
  deployment.WaitFor("a host", [&] { return deployment.monitored() == 1; });

  disk.Fill();
  deployment.SetLoad(3);
  deployment.WaitFor("the store's failure",
                     [&] { return deployment.Get("/readyz").status == 503; });
  EXPECT_EQ(deployment.Get("/healthz").status, 200);
  deployment.WaitForLog("store.commit_failed");
  const int asked = deployment.ec2().calls("RunInstances");
  deployment.Pass(std::chrono::seconds(3));  // longer than a commit is waited with
  EXPECT_EQ(deployment.ec2().calls("RunInstances"), asked);
  EXPECT_EQ(deployment.instances(), 1);
  EXPECT_EQ(deployment.Get("/readyz").status, 503);

  disk.Relieve();
  deployment.WaitFor("three hosts", [&] { return deployment.monitored() == 3; });
  EXPECT_EQ(deployment.Get("/readyz").status, 200);
  deployment.WaitForLog("store.commit_recovered");
  EXPECT_EQ(deployment.Stop(), 0);
}

TEST(Outage, AStoreThatMayNotGrowStopsTheBuyingAndNotTheService) {
  Deployment deployment({.largest_file = 256 << 10});
  deployment.Start();
  // Each change of the load is a decision to store.
  deployment.WaitFor("the store's failure", [&, load = 0.0]() mutable {
    deployment.SetLoad(load = load > 0.9 ? 0.1 : load + 0.01);
    return deployment.Get("/readyz").status == 503;
  });
  deployment.WaitForLog("store.commit_failed");
  EXPECT_EQ(deployment.Get("/healthz").status, 200);
  const int asked = deployment.ec2().calls("RunInstances");
  deployment.SetLoad(4);
  deployment.Pass(std::chrono::seconds(1));
  EXPECT_EQ(deployment.ec2().calls("RunInstances"), asked);
  EXPECT_EQ(deployment.Stop(), 0);
}

// As with `spillway run 2>&1 | some-logger` when the logger dies.
TEST(Outage, ALogThatNobodyReadsAnyMoreStopsNothing) {
  Deployment deployment;
  deployment.Start();
  deployment.service().StopReadingErr();
  deployment.SetLoad(1);
  deployment.WaitFor("a host", [&] { return deployment.monitored() == 1; });
  EXPECT_EQ(deployment.Stop(), 0);
}

}  // namespace
}  // namespace spillway::testing
