// A whole deployment for a test: the real binary as a child process, our fake EC2 (or any other
// provider's fake) and OpenNebula beside it, machines that answer on SSH's port, and real ZeroMQ in
// between. The service is told to look and sweep many times a second, so that a day's story takes
// seconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "bus/sample_sender.h"
#include "scaler/model/capacity.h"
#include "scaler/runtime/http_client.h"
#include "tests/fakes/cloud.h"
#include "tests/fakes/ec2.h"
#include "tests/fakes/opennebula.h"
#include "tests/fakes/ssh_banner.h"
#include "tests/support/bus_events.h"
#include "tests/support/process.h"
#include "tests/support/scratch_dir.h"

namespace spillway::testing {

// A host is one c5.metal: this is what policies and limits mean by "a host".
inline constexpr std::int64_t kHostVcpus = 96;

// The provider that the cluster bursts onto when it is not our EC2, and what the cluster then is.
struct Burst {
  const fakes::Cloud* cloud = nullptr;  // outlives the deployment
  std::string cluster_type, hypervisor, workload;
  Capacity host_size;
};

struct DeploymentOptions {
  std::optional<Burst> burst = {};
  fakes::Ec2Options ec2 = {.own_addresses = true, .real_time = true};
  fakes::OpenNebulaOptions one = {.host_cpu_percent = 9600,
                                  .host_memory_kib = 192LL << 20,
                                  .step_every_time = std::chrono::milliseconds(20)};
  std::int64_t max_hosts = 5;
  // In two regions.
  std::string instance_types = "c5.metal, c6i.metal, c7i.metal-24xl, m5.metal";
  bool follows_load = true;  // by a first policy
  // More policies of the cluster: an entry of YAML each.
  std::vector<std::string> policies = {};
  // Adapters: entries of YAML.
  std::vector<std::string> adapters = {};
  // What the service finds in its environment, beside the defaults.
  std::map<std::string, std::string> environment = {};
  std::string store_folder = {};  // empty: one that goes with the deployment
  std::optional<std::uint64_t> largest_file = {};
};

class Deployment {
 public:
  explicit Deployment(DeploymentOptions options = {});
  ~Deployment();
  Deployment(const Deployment&) = delete;
  Deployment& operator=(const Deployment&) = delete;

  // Starts the service and returns when it is connected to us.
  void Start();
  // kill -9.
  void Kill();
  // SIGTERM; its exit code.
  int Stop();

  // The load in hosts that is measured from now on: sent again and again while we wait.
  // Nothing: nothing is measured.
  void SetLoad(std::optional<double> hosts) { load_ = hosts; }
  // Waits until `condition` holds. When it does not within `deadline`, or the service ends, throws
  // with the whole story: that fails the test.
  void WaitFor(const std::string& what, const std::function<bool()>& condition,
               std::chrono::seconds deadline = std::chrono::seconds(30));
  // The same for a piece of a log line.
  void WaitForLog(const std::string& text);
  // Lives on for so long, sending the load.
  void Pass(std::chrono::milliseconds time);
  // Called at every look while we wait: what must hold all the time.
  std::function<void()> always = [] {};

  // `spillway ARGUMENTS…` as an operator would type it.
  Finished Command(std::vector<std::string> arguments) const;
  // The hosts, gone ones too, as `spillway hosts --output json` gives them.
  nlohmann::json StoredHosts() const;
  // What the service answers; status 0: nobody answered.
  HttpResponse Get(const std::string& path);
  // The same with a token and, for a POST, a body.
  HttpResponse Ask(const std::string& method, const std::string& path, const std::string& token,
                   const std::string& body = "");
  // What the adapters answer to a body.
  HttpResponse PostToAdapter(const std::string& path, const std::string& body);
  // The sum of a metric's values whose line has `labels` (such as `reason="bad_json"`) in it.
  double Metric(const std::string& name, const std::string& labels = "");

  // Instances that exist, and hosts that OpenNebula reaches and would give guests.
  int instances() const { return ec2_.live(); }
  int monitored() const;
  // Nothing costs money, and OpenNebula knows no host.
  bool nothing_is_left() const { return instances() == 0 && one_.Hosts().empty(); }
  // The vCPUs last decided for, by the bus; nothing before the first decision of this life.
  std::optional<std::int64_t> wanted_vcpus() const;
  // Standard error of all lives.
  std::string log() const;

  fakes::FakeEc2& ec2() { return ec2_; }
  fakes::OpenNebula& one() { return one_; }
  bus::SampleSender& sender() { return *sender_; }
  // Of this life of the service.
  BusEvents& events() { return *events_; }
  Process& service() { return *service_; }
  const std::string& inbound_address() const { return inbound_address_; }
  // Where other processes serve policies.
  const std::string& policies_address() const { return policies_address_; }
  std::string store_path() const { return store_folder_ + "/store.db"; }
  std::string config_path() const { return scratch_.File("spillway.yaml"); }
  const ScratchDir& scratch() const { return scratch_; }
  std::map<std::string, std::string> environment() const;

 private:
  std::string Config() const;
  std::string Provider() const;
  void WriteCredentials();
  std::string Logged(const std::string& event, const std::string& field);
  // Takes what came, sends the load when it is time, and waits a little for more.
  void Look();
  std::string Story() const;

  const DeploymentOptions options_;
  std::map<std::string, std::string> credentials_;
  ScratchDir scratch_;
  const std::string store_folder_;
  fakes::SshBanner ssh_{"SSH-2.0-Fake", "0.0.0.0"};  // of all machines at once
  fakes::FakeEc2 ec2_;
  fakes::OpenNebula one_;
  HttpClient http_;
  std::unique_ptr<Process> service_;
  std::unique_ptr<bus::SampleSender> sender_;
  std::unique_ptr<BusEvents> events_;
  std::string earlier_log_;
  std::string inbound_address_;
  std::string policies_address_;
  std::string http_port_;
  std::string adapters_port_;
  std::optional<double> load_;
  std::chrono::steady_clock::time_point next_sample_;
};

}  // namespace spillway::testing
