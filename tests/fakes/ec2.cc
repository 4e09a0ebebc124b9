#include "tests/fakes/ec2.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "scaler/runtime/random.h"
#include "tests/fakes/ec2_account.h"
#include "tests/fakes/ec2_answers.h"

namespace spillway::fakes {
namespace {

constexpr Time kFirstDay = Time(std::chrono::sys_days(std::chrono::year(2026) / 3 / 2));
constexpr const char* kMetadataToken = "metadata-session-token";
constexpr int kUsualQuota = 1152;  // vCPU
constexpr const char* kRole = "spillway-role";

Response Text(int status, std::string body) {
  return {.status = status, .body = std::move(body), .content_type = "text/plain", .headers = {}};
}

std::string Header(const Request& request, const std::string& name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? "" : found->second;
}

// The scope of a signature: "Credential=KEY/20260302/eu-central-1/ec2/aws4_request, …".
struct Scope {
  std::string key_id;
  std::string region;
  std::string service;
};

std::optional<Scope> ScopeOf(const Request& request) {
  const std::string authorization = Header(request, "authorization");
  const std::string start = "Credential=";
  const auto at = authorization.find(start);
  if (!authorization.starts_with("AWS4-HMAC-SHA256 ") || at == std::string::npos) {
    return std::nullopt;
  }
  std::vector<std::string> parts(1);
  for (const char c : authorization.substr(at + start.size())) {
    if (c == ',' || c == ' ') break;
    if (c == '/') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  if (parts.size() != 5 || parts[4] != "aws4_request") return std::nullopt;
  return Scope{parts[0], parts[2], parts[3]};
}

}  // namespace

Ec2Fault Ec2Fault::Refused(int status, std::string code, std::string message) {
  Ec2Fault fault;
  fault.status = status;
  fault.code = std::move(code);
  fault.message = std::move(message);
  return fault;
}

Ec2Fault Ec2Fault::Carried(Delivery delivery) {
  Ec2Fault fault;
  fault.delivery = delivery;
  return fault;
}

Ec2Fault Ec2Fault::Lost() { return Carried(Delivery::kCutAfter); }

Ec2Fault Ec2Fault::Garbled() {
  Ec2Fault fault;
  fault.is_garbled = true;
  return fault;
}

Ec2Fault Ec2Fault::NeverCame() {
  Ec2Fault fault = Refused(503, "Unavailable");
  fault.delivery = Delivery::kCutAfter;
  return fault;
}

struct FakeEc2::Impl {
  explicit Impl(Ec2Options o)
      : options(std::move(o)), account(options), random(options.chaos.seed) {}

  Response Handle(const Request& request);
  Response Metadata(const Request& request) const;
  std::string RoleDocument() const;
  std::optional<Response> Admit(const Request& request) const;
  std::optional<Ec2Fault> NextFault(const std::string& action);
  std::optional<Ec2Fault> ChaoticFault(const std::string& action);
  Response Act(const std::string& action, const std::string& region, const Ec2Form& form);
  std::string RoleKey() const { return fmt::format("ASIAROLE{:04}", role_number); }
  std::string RoleToken() const { return fmt::format("role-session-token-{}", role_number); }
  Time Now() const {
    if (!options.real_time) return kFirstDay + advanced;
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }

  Ec2Options options;
  mutable std::mutex mutex;  // guards what follows but the server, and what of `options` changes
  Ec2Account account;
  Random random;
  Duration advanced{0};
  int role_number = 1;
  std::string role_expiration = "2099-01-01T00:00:00Z";
  std::vector<std::pair<std::string, Ec2Fault>> faults;  // by action, in their order
  std::map<std::string, int> calls;
  std::vector<std::string> bodies;
  std::unique_ptr<HttpServer> server;
};

Response FakeEc2::Impl::Handle(const Request& request) {
  if (request.target.starts_with("/latest/")) {
    const std::lock_guard lock(mutex);
    return Metadata(request);
  }
  // The one JSON call, of another service at the same address, has a name in its headers.
  const std::string target = Header(request, "x-amz-target");
  const Ec2Form form = target.empty() ? ParseForm(request.body) : Ec2Form();
  const std::string action =
      target.empty() ? Ec2Value(form, "Action") : target.substr(target.find('.') + 1);
  std::optional<Ec2Fault> fault;
  {
    const std::lock_guard lock(mutex);
    ++calls[action];
    bodies.push_back(request.body);
    fault = NextFault(action);
  }
  if (fault) std::this_thread::sleep_for(fault->delay);

  const std::lock_guard lock(mutex);
  if (const auto refusal = Admit(request)) return *refusal;
  Response response;
  if (fault && fault->status != 0) {
    response = Ec2Refusal(fault->status, fault->code, fault->message);
  } else {
    response = Act(action, ScopeOf(request)->region, form);
  }
  if (!fault) return response;
  if (fault->is_garbled || (fault->status != 0 && fault->code.empty())) {
    response.body = "<html><head><title>Bad Gateway</title></head><body><br></body></html>";
    response.content_type = "text/html";
  }
  response.delivery = fault->delivery;
  return response;
}

Response FakeEc2::Impl::Metadata(const Request& request) const {
  if (request.target == "/latest/container") {
    const bool is_let_in = Header(request, "authorization") == "container-token";
    return is_let_in ? Text(200, RoleDocument()) : Text(401, "");
  }
  if (request.method == "PUT" && request.target == "/latest/api/token") {
    const bool has_lifetime = !Header(request, "x-aws-ec2-metadata-token-ttl-seconds").empty();
    return has_lifetime ? Text(200, kMetadataToken) : Text(400, "");
  }
  if (Header(request, "x-aws-ec2-metadata-token") != kMetadataToken) return Text(401, "");
  const std::string roles = "/latest/meta-data/iam/security-credentials/";
  if (request.target == roles) return Text(200, kRole);
  if (request.target != roles + kRole) return Text(404, "");
  return Text(200, RoleDocument());
}

std::string FakeEc2::Impl::RoleDocument() const {
  return fmt::format(R"({{"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"{}",)"
                     R"("SecretAccessKey":"role-secret-{}","Token":"{}","Expiration":"{}"}})",
                     RoleKey(), role_number, RoleToken(), role_expiration);
}

std::optional<Response> FakeEc2::Impl::Admit(const Request& request) const {
  const auto scope = ScopeOf(request);
  const bool is_quota = request.headers.contains("x-amz-target");
  if (request.method != "POST" || !scope ||
      scope->service != (is_quota ? "servicequotas" : "ec2")) {
    return Ec2Refusal(400, "MissingAuthenticationToken", "Request is missing Authentication Token");
  }
  const std::string token = Header(request, "x-amz-security-token");
  if (!token.empty() && token != RoleToken()) {
    return Ec2Refusal(400, "ExpiredToken", "The security token " + token + " is expired");
  }
  const bool is_role = token == RoleToken() && scope->key_id == RoleKey();
  if (!options.key_id.empty() && scope->key_id != options.key_id && !is_role) {
    return Ec2Refusal(401, "AuthFailure",
                      "AWS was not able to validate the provided access credentials");
  }
  return std::nullopt;
}

std::optional<Ec2Fault> FakeEc2::Impl::NextFault(const std::string& action) {
  const auto next = std::find_if(faults.begin(), faults.end(), [&action](const auto& entry) {
    return entry.first == action || entry.first == "*";
  });
  if (next == faults.end()) return ChaoticFault(action);
  const Ec2Fault fault = next->second;
  faults.erase(next);
  return fault;
}

std::optional<Ec2Fault> FakeEc2::Impl::ChaoticFault(const std::string& action) {
  const Ec2Chaos& chaos = options.chaos;
  if (random.Chance(chaos.never_came)) return Ec2Fault::NeverCame();
  if (random.Chance(chaos.throttled)) return Ec2Fault::Refused(503, "RequestLimitExceeded");
  if (random.Chance(chaos.page)) return Ec2Fault::Page(502);
  if (random.Chance(chaos.lost)) return Ec2Fault::Lost();
  if (action != "RunInstances") return std::nullopt;
  if (random.Chance(chaos.no_capacity)) {
    return Ec2Fault::Refused(500, "InsufficientInstanceCapacity", "none left in this zone");
  }
  if (random.Chance(chaos.start_failed)) {
    account.start_failures.push_back("Server.InsufficientInstanceCapacity");
  }
  return std::nullopt;
}

Response FakeEc2::Impl::Act(const std::string& action, const std::string& region,
                            const Ec2Form& form) {
  if (action == "RunInstances") return account.RunInstances(region, form, Now());
  if (action == "DescribeInstances") return account.DescribeInstances(region, form, Now());
  if (action == "TerminateInstances") return account.TerminateInstances(region, form);
  if (action == "DescribeInstanceTypes") return account.DescribeInstanceTypes(form);
  if (action == "DescribeInstanceTypeOfferings") return account.DescribeZoneTypes(form);
  if (action == "DescribeImages") return account.DescribeImages(form);
  if (action == "ImportKeyPair") return account.ImportKeyPair(region, form);
  if (action == "GetServiceQuota") {
    return {.status = 200,
            .body = fmt::format(R"({{"Quota":{{"QuotaCode":"L-1216C47A","Value":{}.0}}}})",
                                account.vcpu_limit.value_or(kUsualQuota)),
            .content_type = "application/x-amz-json-1.1"};
  }
  return Ec2Refusal(400, "InvalidAction", "The action " + action + " is not valid");
}

FakeEc2::FakeEc2(Ec2Options options)
    : impl_(std::make_unique<Impl>(std::move(options))), port_(impl_->options.port) {
  Listen();
}

// The server's threads use what is here, so it goes first.
FakeEc2::~FakeEc2() { StopListening(); }

std::string FakeEc2::url() const {
  return fmt::format("http://{}:{}", impl_->options.listen, port_);
}
int FakeEc2::port() const { return port_; }

void FakeEc2::Listen() {
  impl_->server = std::make_unique<HttpServer>(
      [impl = impl_.get()](const Request& request) { return impl->Handle(request); },
      impl_->options.listen, port_);
  port_ = impl_->server->port();
}

void FakeEc2::StopListening() { impl_->server.reset(); }

void FakeEc2::Fail(const std::string& action, const Ec2Fault& fault, int times) {
  const std::lock_guard lock(impl_->mutex);
  for (int i = 0; i < times; ++i) impl_->faults.emplace_back(action, fault);
}

void FakeEc2::FailStarts(const std::string& state_reason, int times) {
  const std::lock_guard lock(impl_->mutex);
  for (int i = 0; i < times; ++i) impl_->account.start_failures.push_back(state_reason);
}

void FakeEc2::SetCapacity(const std::string& type, int instances) {
  const std::lock_guard lock(impl_->mutex);
  impl_->account.capacity[type] = instances;
}

void FakeEc2::SetVcpuLimit(int vcpu) {
  const std::lock_guard lock(impl_->mutex);
  impl_->account.vcpu_limit = vcpu;
}

void FakeEc2::TakeFromZone(const std::string& zone, const std::string& type) {
  const std::lock_guard lock(impl_->mutex);
  impl_->account.missing_types[zone].insert(type);
}

void FakeEc2::RepeatPages() {
  const std::lock_guard lock(impl_->mutex);
  impl_->account.repeats_pages = true;
}

void FakeEc2::SetPageSize(int items) {
  const std::lock_guard lock(impl_->mutex);
  impl_->options.page_size = items;
}

void FakeEc2::HideNewInstances(int looks) {
  const std::lock_guard lock(impl_->mutex);
  impl_->options.hidden_looks = looks;
}

void FakeEc2::RotateRole() {
  const std::lock_guard lock(impl_->mutex);
  ++impl_->role_number;
}

void FakeEc2::SetRoleExpiration(const std::string& expiration) {
  const std::lock_guard lock(impl_->mutex);
  impl_->role_expiration = expiration;
}

void FakeEc2::Advance(Duration d) {
  const std::lock_guard lock(impl_->mutex);
  impl_->advanced += d;
}

void FakeEc2::SetState(const std::string& id, const std::string& state, const std::string& reason) {
  const std::lock_guard lock(impl_->mutex);
  if (Ec2FakeInstance* instance = impl_->account.Find(id)) {
    instance->state = state;
    instance->state_reason = reason;
  }
}

void FakeEc2::Forget(const std::string& id) {
  const std::lock_guard lock(impl_->mutex);
  impl_->account.Forget(id);
}

std::string FakeEc2::Add(const std::string& region, const std::string& type,
                         const std::map<std::string, std::string>& tags) {
  const std::lock_guard lock(impl_->mutex);
  Ec2FakeInstance instance;
  instance.region = region;
  instance.zone = region + "a";
  instance.type = type;
  instance.state = "running";
  instance.tags = tags;
  instance.launched_at = impl_->Now();
  instance.stopping_looks = impl_->options.stopping_looks;
  return impl_->account.Add(std::move(instance));
}

std::vector<Ec2FakeInstance> FakeEc2::instances() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->account.instances();
}

int FakeEc2::live() const {
  const auto all = instances();
  return static_cast<int>(
      std::count_if(all.begin(), all.end(), [](const auto& i) { return i.IsLive(); }));
}

int FakeEc2::made(const std::string& client_token) const {
  const auto all = instances();
  return static_cast<int>(std::count_if(
      all.begin(), all.end(), [&](const auto& i) { return i.client_token == client_token; }));
}

int FakeEc2::calls(const std::string& action) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->calls.find(action);
  return found == impl_->calls.end() ? 0 : found->second;
}

std::vector<std::string> FakeEc2::bodies() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->bodies;
}

}  // namespace spillway::fakes
