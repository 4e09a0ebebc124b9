#include "tests/fakes/cloud.h"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

#include "tests/fakes/digitalocean.h"
#include "tests/fakes/ec2.h"
#include "tests/fakes/equinix.h"
#include "tests/fakes/google.h"
#include "tests/fakes/redfish.h"
#include "tests/fakes/vultr.h"
#include "tests/support/scratch_dir.h"

namespace spillway::fakes {
namespace {

using namespace std::chrono_literals;
using Texts = std::map<std::string, std::string>;

Duration BootTime(Pace pace, Duration driven) { return pace == Pace::kReal ? 0ms : driven; }

class Aws final : public Cloud {
 public:
  explicit Aws(Pace pace)
      : ec2_({.own_addresses = true,
              .boot_time = BootTime(pace, 2min),
              .real_time = pace == Pace::kReal}) {}

  std::string Members() const override {
    return fmt::format(
        "type: aws, endpoint: \"{}\", quota_vcpu: {{eu-central-1: 2000}}, "
        "regions: [{{region: eu-central-1}}]",
        ec2_.url());
  }
  Texts variables() const override {
    return {{"AWS_ACCESS_KEY_ID", "AKIATEST"}, {"AWS_SECRET_ACCESS_KEY", "not-a-real-secret"}};
  }
  void Advance(Duration d) override { ec2_.Advance(d); }
  int live() const override { return ec2_.live(); }

 private:
  FakeEc2 ec2_;
};

class DigitalOcean final : public Cloud {
 public:
  explicit DigitalOcean(Pace pace)
      : droplets_({.own_addresses = true,
                   .boot_time = BootTime(pace, 1min),
                   .real_time = pace == Pace::kReal}) {}

  std::string Members() const override {
    return fmt::format("type: digitalocean, endpoint: \"{}\", regions: [fra1], ssh_keys: [1]",
                       droplets_.url());
  }
  Texts variables() const override { return {{"DIGITALOCEAN_TOKEN", "dop_v1_test"}}; }
  void Advance(Duration d) override { droplets_.Advance(d); }
  int live() const override { return droplets_.live(); }

 private:
  FakeDigitalOcean droplets_;
};

class Vultr final : public Cloud {
 public:
  explicit Vultr(Pace pace)
      : vultr_({.own_addresses = true,
                .boot_time = BootTime(pace, 1min),
                .metal_boot_time = BootTime(pace, 8min),
                .real_time = pace == Pace::kReal}) {}

  std::string Members() const override {
    return fmt::format("type: vultr, endpoint: \"{}\", regions: [fra]", vultr_.url());
  }
  Texts variables() const override { return {{"VULTR_API_KEY", "key"}}; }
  void Advance(Duration d) override { vultr_.Advance(d); }
  int live() const override { return vultr_.live(); }

 private:
  FakeVultr vultr_;
};

class Google final : public Cloud {
 public:
  explicit Google(Pace pace)
      : google_({.own_addresses = true,
                 .boot_time = BootTime(pace, 1min),
                 .real_time = pace == Pace::kReal}) {}

  std::string Members() const override {
    return fmt::format("type: google, endpoint: \"{}\", zones: [{{zone: europe-west3-a}}]",
                       google_.url());
  }
  Texts variables() const override {
    return {{"GOOGLE_APPLICATION_CREDENTIALS", "/keys/google.json"}};
  }
  Texts files() const override { return {{"/keys/google.json", google_.ServiceAccountFile()}}; }
  void Advance(Duration d) override { google_.Advance(d); }
  int live() const override { return google_.live(); }

 private:
  FakeGoogle google_;
};

class Equinix final : public Cloud {
 public:
  explicit Equinix(Pace pace)
      : metal_({.own_addresses = true,
                .boot_time = BootTime(pace, 8min),
                .real_time = pace == Pace::kReal}) {}

  std::string Members() const override {
    return fmt::format("type: equinix, endpoint: \"{}\", project: {}, metros: [fr]", metal_.url(),
                       metal_.options().project);
  }
  Texts variables() const override { return {{"METAL_AUTH_TOKEN", "key"}}; }
  void Advance(Duration d) override { metal_.Advance(d); }
  int live() const override { return metal_.live(); }

 private:
  FakeEquinix metal_;
};

// A rack of machines behind BMCs; live is what is switched on.
class Onprem final : public Cloud {
 public:
  Onprem(int ssh_port, Pace pace)
      : ssh_port_(ssh_port),
        bmcs_({.machines = kMachines,
               .uses_tls = true,
               .on_time = BootTime(pace, 20s),
               .shutdown_time = BootTime(pace, 60s),
               .real_time = pace == Pace::kReal}) {}

  std::string Members() const override {
    std::string machines;
    for (int i = 0; i < kMachines; ++i) {
      machines += fmt::format(
          "{}{{name: m{}, site: fra, class: big, address: 127.3.0.{}, ssh_port: {}, "
          "power: {{url: \"{}\", pinned_key: \"{}\"}}}}",
          i == 0 ? "" : ", ", i, i + 1, ssh_port_, bmcs_.url(i), bmcs_.pinned_key(i));
    }
    return fmt::format(
        "type: onprem, state: {}, sites: {{fra: {{country: DE}}}}, "
        "classes: {{big: {{vcpu: 32, memory: 64GiB, price_per_hour: 0.1}}}}, "
        "power: {{type: redfish, user: operator, password_variable: RACK_PASSWORD}}, "
        "machines: [{}]",
        state_.path(), machines);
  }
  Texts variables() const override { return {{"RACK_PASSWORD", "rack-password"}}; }
  void Advance(Duration d) override { bmcs_.Advance(d); }
  int live() const override {
    int on = 0;
    for (int i = 0; i < kMachines; ++i) on += bmcs_.power(i) == "Off" ? 0 : 1;
    return on;
  }

 private:
  static constexpr int kMachines = 6;

  const int ssh_port_;
  testing::ScratchDir state_;
  FakeRedfish bmcs_;
};

}  // namespace

const std::vector<std::string>& Kinds() {
  static const std::vector<std::string> kKinds = {"equinix",      "aws",   "google",
                                                  "digitalocean", "vultr", "onprem"};
  return kKinds;
}

std::unique_ptr<Cloud> MakeCloud(const std::string& kind, int ssh_port, Pace pace) {
  if (kind == "equinix") return std::make_unique<Equinix>(pace);
  if (kind == "aws") return std::make_unique<Aws>(pace);
  if (kind == "google") return std::make_unique<Google>(pace);
  if (kind == "digitalocean") return std::make_unique<DigitalOcean>(pace);
  if (kind == "vultr") return std::make_unique<Vultr>(pace);
  if (kind == "onprem") return std::make_unique<Onprem>(ssh_port, pace);
  throw std::invalid_argument("no fake plays " + kind);
}

}  // namespace spillway::fakes
