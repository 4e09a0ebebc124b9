#include "tests/system/deployment.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "tests/support/paths.h"

namespace spillway::testing {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto kSampleEvery = 50ms;
constexpr auto kLookEvery = 10ms;

constexpr const char* kFollow = R"(
      - name: follow
        type: target_tracking
        kind: load
        target: 1
        tolerance: 0
        signal: {metric: load, function: last, window: 30s, max_age: 30s}
)";

// The last `lines` lines.
std::string TailOf(const std::string& text, int lines) {
  std::size_t from = text.size();
  for (int i = 0; i <= lines && from != std::string::npos && from > 0; ++i) {
    from = text.rfind('\n', from - 1);
  }
  return from == std::string::npos ? text : text.substr(from);
}

}  // namespace

Deployment::Deployment(DeploymentOptions options)
    : options_(std::move(options)),
      store_folder_(options_.store_folder.empty() ? scratch_.path() : options_.store_folder),
      ec2_(options_.ec2),
      one_(options_.one) {
  scratch_.Write("one_auth", std::string(options_.one.session) + "\n");
  WriteCredentials();
  scratch_.Write("spillway.yaml", Config());
}

Deployment::~Deployment() = default;

// Files get paths of our own, in the variables too.
void Deployment::WriteCredentials() {
  if (!options_.burst) {
    credentials_ = {{"AWS_ACCESS_KEY_ID", "AKIASYSTEMTEST"},
                    {"AWS_SECRET_ACCESS_KEY", "not-a-real-secret"}};
    return;
  }
  credentials_ = options_.burst->cloud->variables();
  for (const auto& [path, text] : options_.burst->cloud->files()) {
    const std::string written =
        scratch_.Write("credentials-" + std::filesystem::path(path).filename().string(), text);
    for (auto& [name, value] : credentials_) {
      if (value == path) value = written;
    }
  }
}

std::string Deployment::Provider() const {
  if (options_.burst) return options_.burst->cloud->Members();
  return fmt::format(
      "type: aws, endpoint: \"{}\", regions: ["
      "{{region: eu-central-1, image: ami-0123456789abcdef0, instance_types: [{}]}}, "
      "{{region: eu-west-1, image: ami-0fedcba9876543210, instance_types: [{}]}}]",
      ec2_.url(), options_.instance_types, options_.instance_types);
}

std::string Deployment::Config() const {
  const Burst burst = options_.burst.value_or(
      Burst{nullptr, "metal", "kvm", "virtual_servers", {kHostVcpus, 192 * 1024}});
  std::string policies = options_.follows_load ? kFollow : "";
  for (const std::string& policy : options_.policies) policies += "      - " + policy + "\n";
  return fmt::format(
      R"(
version: 1
name: system-test
store: {{type: sqlite, path: "{store}"}}
bus:
  inbound: [{{socket: pull, bind: "tcp://127.0.0.1:*"}}]
  outbound: {{bind: ["tcp://127.0.0.1:*"]}}
  policies: {{bind: ["tcp://127.0.0.1:*"]}}
  heartbeat: 100ms
serve: {{address: 127.0.0.1, port: 0, open_metrics: true}}
adapters: {{ingest: {{port: 0}}, sources: [{adapters}]}}
control:
  evaluate_at_least_every: 100ms
  refresh_offers_every: {refresh}
  ask_for_waiting_guests_every: 200ms
  refresh_policies_every: 100ms
provision:
  look_interval: 150ms
  ready_look_interval: 300ms
  appear_grace: 300ms
  sweep_interval: {sweep}
  sweep_min_age: 800ms
providers:
  cloud: {{{provider}, create_budget: {{per_second: 50, burst: 50, in_flight: 50}}}}
registrars:
  one:
    type: opennebula
    endpoint: "{one}"
    auth_file: "{auth}"
    datastores: [1]
    networks: [0]
    timeout: 3s
    probe: {{ssh_port: {ssh}, timeout: 3s}}
clusters:
  - name: edge
    workload: {workload}
    hypervisor: {hypervisor}
    registrar: one
    host_size: {{vcpu: {vcpus}, memory: {memory}MiB}}
    limits:
      hosts: {{min: 0, max: {max}}}
      cooldown: {{out: 0s, in: 0s}}
      stabilisation: {{out: 0s, in: 0s}}
      min_lifetime: 0s
      hold_down: {{failures: 1000}}
    policies:
{policies}    ladder:
      - {{name: cloud, provider: cloud, cluster_type: {type}, max_hosts: {max}}}
)",
      fmt::arg("adapters", fmt::join(options_.adapters, ", ")), fmt::arg("store", store_path()),
      fmt::arg("provider", Provider()), fmt::arg("workload", burst.workload),
      fmt::arg("hypervisor", burst.hypervisor), fmt::arg("policies", policies),
      fmt::arg("type", burst.cluster_type), fmt::arg("one", one_.endpoint()),
      fmt::arg("auth", scratch_.File("one_auth")), fmt::arg("ssh", ssh_.port()),
      // Other providers' accounts do not allow so many calls.
      fmt::arg("refresh", options_.burst ? "1m" : "500ms"),
      fmt::arg("sweep", options_.burst ? "2s" : "400ms"), fmt::arg("vcpus", burst.host_size.vcpu),
      fmt::arg("memory", burst.host_size.memory_mib), fmt::arg("max", options_.max_hosts));
}

std::map<std::string, std::string> Deployment::environment() const {
  std::map<std::string, std::string> all = options_.environment;
  all.insert(credentials_.begin(), credentials_.end());
  all.insert({{"HOME", scratch_.path()},
              // The service forbids others to look into it, the leak checker too.
              {"ASAN_OPTIONS", "detect_leaks=0"}});
  return all;
}

void Deployment::Start() {
  service_ = std::make_unique<Process>(
      ProcessOptions{{BuiltPath("spillway"), "run", "--config", config_path()},
                     environment(),
                     options_.largest_file});
  sender_.reset();
  events_.reset();
  inbound_address_ = Logged("bus.listening", "address");
  policies_address_ = Logged("bus.policies_listening", "address");
  events_ = std::make_unique<BusEvents>(Logged("bus.publishing", "address"));
  http_port_ = Logged("serve.listening", "port");
  if (!options_.adapters.empty()) adapters_port_ = Logged("adapters.listening", "port");
  sender_ = std::make_unique<bus::SampleSender>(inbound_address_);
  WaitFor("the first heartbeat", [this] { return !events_->all().empty(); });
}

void Deployment::Kill() {
  service_->Send(SIGKILL);
  service_->WaitForEnd(10s);
  earlier_log_ += service_->err();
  service_.reset();
}

int Deployment::Stop() {
  service_->Send(SIGTERM);
  const std::optional<int> code = service_->WaitForEnd(20s);
  if (!code) throw std::runtime_error("SIGTERM does not end the service\n" + Story());
  events_->Take();
  earlier_log_ += service_->err();
  service_.reset();
  return *code;
}

std::string Deployment::Logged(const std::string& event, const std::string& field) {
  std::string value;
  WaitFor("the log line " + event, [&] {
    std::istringstream lines(service_->err());
    for (std::string line; std::getline(lines, line) && !lines.eof();) {
      const std::size_t at = line.find(" " + field + "=");
      if (line.find(" " + event + " ") == std::string::npos || at == std::string::npos) continue;
      const std::size_t from = at + field.size() + 2;
      value = line.substr(from, line.find(' ', from) - from);
      return true;
    }
    return false;
  });
  return value;
}

void Deployment::Look() {
  if (sender_ && load_ && Clock::now() >= next_sample_) {
    sender_->Send({"edge", "load", {}}, *load_);
    next_sample_ = Clock::now() + kSampleEvery;
  }
  service_->WaitForNews(kLookEvery);
  if (events_) events_->Take();
  always();
}

void Deployment::WaitFor(const std::string& what, const std::function<bool()>& condition,
                         std::chrono::seconds deadline) {
  const auto end = Clock::now() + deadline;
  while (!condition()) {
    if (service_->has_ended()) {
      throw std::runtime_error("the service ended, waiting for " + what + "\n" + Story());
    }
    if (Clock::now() >= end) {
      throw std::runtime_error(
          fmt::format("waited {} s for {}\n{}", deadline.count(), what, Story()));
    }
    Look();
  }
}

void Deployment::WaitForLog(const std::string& text) {
  WaitFor("\"" + text + "\" in the log", [&] { return log().find(text) != std::string::npos; });
}

void Deployment::Pass(std::chrono::milliseconds time) {
  const auto end = Clock::now() + time;
  WaitFor("time to pass", [end] { return Clock::now() >= end; });
}

Finished Deployment::Command(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), BuiltPath("spillway"));
  return RunToEnd({arguments, environment(), std::nullopt});
}

nlohmann::json Deployment::StoredHosts() const {
  const Finished hosts = Command({"hosts", "--gone", "--store", store_path(), "--output", "json"});
  if (hosts.exit_code != 0) throw std::runtime_error("spillway hosts: " + hosts.err);
  return nlohmann::json::parse(hosts.out);
}

HttpResponse Deployment::Get(const std::string& path) {
  HttpRequest request;
  request.url = "http://127.0.0.1:" + http_port_ + path;
  request.timeout = 5s;
  request.where = path;
  const Result<HttpResponse> response = http_.Send(request);
  return response ? *response : HttpResponse{};
}

HttpResponse Deployment::Ask(const std::string& method, const std::string& path,
                             const std::string& token, const std::string& body) {
  HttpRequest request;
  request.method = method;
  request.url = "http://127.0.0.1:" + http_port_ + path;
  request.headers = {{"Content-Type", "application/json"}};
  request.secret_headers = {{"Authorization", Secret("Bearer " + token)}};
  request.body = body;
  request.timeout = 5s;
  request.where = path;
  const Result<HttpResponse> response = http_.Send(request);
  return response ? *response : HttpResponse{};
}

HttpResponse Deployment::PostToAdapter(const std::string& path, const std::string& body) {
  HttpRequest request;
  request.method = "POST";
  request.url = "http://127.0.0.1:" + adapters_port_ + path;
  request.body = body;
  request.timeout = 5s;
  request.where = path;
  const Result<HttpResponse> response = http_.Send(request);
  return response ? *response : HttpResponse{};
}

double Deployment::Metric(const std::string& name, const std::string& labels) {
  double sum = 0;
  std::istringstream lines(Get("/metrics").body);
  for (std::string line; std::getline(lines, line);) {
    const bool is_it = line.starts_with(name + "{") || line.starts_with(name + " ");
    if (!is_it || line.find(labels) == std::string::npos) continue;
    sum += std::strtod(line.substr(line.rfind(' ')).c_str(), nullptr);
  }
  return sum;
}

int Deployment::monitored() const {
  const auto hosts = one_.Hosts();
  return static_cast<int>(
      std::count_if(hosts.begin(), hosts.end(), [](const auto& host) { return host.state == 2; }));
}

std::optional<std::int64_t> Deployment::wanted_vcpus() const {
  const auto decisions = events_->Of("spillway/1/decisions/edge");
  if (decisions.empty()) return std::nullopt;
  return decisions.back().at("wanted").at("vcpu").get<std::int64_t>();
}

std::string Deployment::log() const {
  return earlier_log_ + (service_ ? service_->err() : std::string());
}

std::string Deployment::Story() const {
  std::string story = "instances:\n";
  for (const fakes::Ec2FakeInstance& instance : ec2_.instances()) {
    story += fmt::format("  {} {} {} {}\n", instance.id, instance.type, instance.state,
                         instance.client_token);
  }
  story += "hosts in OpenNebula:\n";
  for (const fakes::OneHostRecord& host : one_.Hosts()) {
    story += fmt::format("  {} {} state {}\n", host.id, host.name, host.state);
  }
  return story + "log:" + TailOf(log(), 60);
}

}  // namespace spillway::testing
