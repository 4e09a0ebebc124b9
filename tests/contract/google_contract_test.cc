// The Google executor and its fake against what Google and others say of Compute Engine: Prism with
// the description of the API, the message classes of the Google Cloud CLI and the CLI itself, the
// description in Google's Python client, and Google's own authentication library. Each test is
// skipped, with the reason, when its program is not there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "providers/google/google_provider.h"
#include "scaler/runtime/simulated_loop.h"
#include "tests/contract/prism.h"
#include "tests/contract/program.h"
#include "tests/fakes/google.h"
#include "tests/support/paths.h"
#include "tests/support/scratch_dir.h"
#include "tests/support/surroundings.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using fakes::FakeGoogle;
using fakes::GoogleFault;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Prism;
using testing::RunProgram;
using ::testing::SizeIs;
using testing::SourcePath;

constexpr const char* kZone = "europe-west3-a";
constexpr const char* kKeyFile = "/keys/google.json";

std::string Variable(const char* name, const std::string& fallback) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? fallback : value;
}

std::string Python() { return Variable("SPILLWAY_CONTRACT_PYTHON", "python3"); }
std::string CloudCli() { return Variable("SPILLWAY_GCLOUD_ROOT", "/usr/lib/google-cloud-sdk"); }

Surroundings WithServiceAccount(const FakeGoogle& google) {
  return testing::SurroundingsOf({{"GOOGLE_APPLICATION_CREDENTIALS", kKeyFile}},
                                 {{kKeyFile, google.ServiceAccountFile()}});
}

GoogleConfig AConfig(const std::string& endpoint) {
  GooglePlace place;
  place.zone = kZone;
  GoogleConfig config;
  config.account.name = "google";
  config.account.endpoint = endpoint;
  config.places = {place};
  config.network_tags = {"edge-host"};
  config.ssh_keys = {"ops:ssh-ed25519 AAAA ops@example"};
  return config;
}

MachineSpec ASpec(const std::string& token) {
  MachineSpec spec;
  spec.token = token;
  spec.owner = "contract";
  spec.cluster = "edge";
  spec.host = "edge-h1";
  spec.location = kZone;
  spec.plan = "e2-standard-4";
  spec.user_data = "#cloud-config\n# \xC3\xA9t\xC3\xA9\n";
  return spec;
}

// What goes between the provider and its fake, in Prism's judgement.
class GoogleContract : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string description = testing::ApiDescription("google-compute.json");
    if (const std::string why = Prism::WhyNot(description); !why.empty()) GTEST_SKIP() << why;
    prism_ = std::make_unique<Prism>(description, google_.url());
    provider_ = std::make_unique<GoogleProvider>(
        AConfig(prism_->url()),
        PluginContext{.clock = clock_, .http = http_, .surroundings = WithServiceAccount(google_)});
  }

  FakeGoogle google_{{.starting_looks = 1, .stopping_looks = 0, .page_size = 3}};
  std::unique_ptr<Prism> prism_;
  HttpClient http_;
  SimulatedLoop clock_{testing::kStart};
  std::unique_ptr<GoogleProvider> provider_;
};

// Without the query, and without what is the same in all: "GET /zones/europe-west3-a/… 200".
std::vector<std::string> Short(const std::vector<std::string>& exchanges) {
  const std::string start = "/compute/v1/projects/edge-burst";
  std::vector<std::string> all;
  for (std::string exchange : exchanges) {
    if (const auto at = exchange.find(start); at != exchange.npos) exchange.erase(at, start.size());
    if (const auto query = exchange.find('?'); query != exchange.npos) {
      exchange.erase(query, exchange.rfind(' ') - query);
    }
    all.push_back(exchange);
  }
  return all;
}

TEST_F(GoogleContract, HoldsForTheWholeLifeOfAMachine) {
  const auto made = provider_->Create(ASpec("token-1"));
  ASSERT_TRUE(made) << Describe(made.error());
  EXPECT_EQ(provider_->Find("token-1", kZone, made->id)->state, MachineState::kStarting);
  const auto running = provider_->Find("token-1", kZone, "");
  ASSERT_TRUE(running) << Describe(running.error());
  EXPECT_EQ(running->state, MachineState::kRunning);
  ASSERT_TRUE(provider_->Delete(made->id, kZone));
  const auto gone = provider_->Find("token-1", kZone, made->id);
  ASSERT_TRUE(gone) << Describe(gone.error());
  EXPECT_EQ(gone->state, MachineState::kGone);

  const std::string instances = "/zones/europe-west3-a/instances";
  EXPECT_THAT(
      Short(prism_->exchanges()),
      ElementsAre("POST " + instances + " 200", "GET " + instances + "/token-1 200",
                  "GET " + instances + "/token-1 200", "DELETE " + instances + "/token-1 200",
                  "GET " + instances + "/token-1 404", "GET /zones/europe-west3-a/operations 200"));
  EXPECT_THAT(prism_->violations(), IsEmpty());
}

TEST_F(GoogleContract, HoldsForAMachineThatDoesNotStart) {
  google_.FailStarts("ZONE_RESOURCE_POOL_EXHAUSTED");
  ASSERT_TRUE(provider_->Create(ASpec("token-1")));
  EXPECT_EQ(provider_->Find("token-1", kZone, "")->state, MachineState::kStarting);
  const auto failed = provider_->Find("token-1", kZone, "");
  ASSERT_TRUE(failed) << Describe(failed.error());
  EXPECT_EQ(failed->start_failure, ErrorKind::kNoCapacity);
  EXPECT_THAT(prism_->violations(), IsEmpty());
}

TEST_F(GoogleContract, HoldsForListsOfSeveralPages) {
  for (int i = 0; i < 7; ++i) {
    google_.Add(i < 4 ? kZone : "us-central1-a", "edge-" + std::to_string(i), "e2-standard-2",
                {{"spillway-owner", "contract"}});
  }
  google_.LoseZone("europe-west1-b");
  const auto list = provider_->List("contract");
  ASSERT_TRUE(list) << Describe(list.error());
  EXPECT_FALSE(list->is_complete);
  EXPECT_THAT(list->machines, SizeIs(7));
  EXPECT_THAT(prism_->exchanges(), SizeIs(3));
  EXPECT_THAT(prism_->violations(), IsEmpty());
}

TEST_F(GoogleContract, HoldsForTheCatalogue) {
  const auto catalogue = provider_->Offers();
  ASSERT_TRUE(catalogue) << Describe(catalogue.error());
  EXPECT_THAT(catalogue->offers, Not(IsEmpty()));
  EXPECT_THAT(catalogue->remarks, IsEmpty());
  EXPECT_THAT(Short(prism_->exchanges()),
              ::testing::IsSupersetOf({"GET /zones/europe-west3-a/machineTypes 200",
                                       "GET /regions/europe-west3 200", "GET  200"}));
  EXPECT_THAT(prism_->violations(), IsEmpty());
}

TEST_F(GoogleContract, HoldsForErrors) {
  const std::pair<GoogleFault, ErrorKind> rows[] = {
      {GoogleFault::Refused(400, "invalid", "Invalid value"), ErrorKind::kInvalid},
      {GoogleFault::Refused(401, "authError", "Invalid Credentials"), ErrorKind::kDenied},
      {GoogleFault::Refused(403, "quotaExceeded", "Quota 'CPUS' exceeded"), ErrorKind::kQuota},
      {GoogleFault::Refused(403, "rateLimitExceeded", "Rate Limit"), ErrorKind::kThrottled},
      {GoogleFault::Refused(404, "notFound", "The resource 'x' was not found"),
       ErrorKind::kNotFound},
  };
  for (const auto& [fault, kind] : rows) {
    clock_.RunFor(std::chrono::minutes(1));
    google_.Advance(std::chrono::minutes(1));
    // A 401 is answered by a second attempt with another token.
    google_.Fail("instances.insert", fault, fault.status == 401 ? 2 : 1);
    const auto created = provider_->Create(ASpec("token-1"));
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().kind, kind) << Describe(created.error());
    EXPECT_EQ(created.error().text, fault.message) << "of the fake, not of Prism";
  }
  EXPECT_THAT(prism_->violations(), IsEmpty());
}

// Every document that goes either way, by the name of its schema.
struct Document {
  std::string schema;
  std::string text;
};

class Recorder {
 public:
  // The documents of a life and a catalogue.
  static std::vector<Document> Documents() {
    std::vector<Document> documents;
    FakeGoogle google({.starting_looks = 1, .stopping_looks = 0});
    HttpClient http;
    const fakes::HttpServer recorder([&](const fakes::Request& request) {
      return Pass(request, google.url(), http, documents);
    });
    SimulatedLoop clock{testing::kStart};
    GoogleProvider provider(
        AConfig(recorder.url()),
        PluginContext{.clock = clock, .http = http, .surroundings = WithServiceAccount(google)});
    EXPECT_TRUE(provider.Offers());
    EXPECT_TRUE(provider.Create(ASpec("token-1")));
    google.FailStarts("QUOTA_EXCEEDED", 1, /*at_once=*/true);
    EXPECT_FALSE(provider.Create(ASpec("token-2")));
    for (int i = 0; i < 2; ++i) EXPECT_TRUE(provider.Find("token-1", kZone, ""));
    EXPECT_TRUE(provider.List("contract"));
    EXPECT_TRUE(provider.Delete("token-1", kZone));
    for (int i = 0; i < 2; ++i) EXPECT_TRUE(provider.Find("token-1", kZone, ""));
    return documents;
  }

 private:
  static fakes::Response Pass(const fakes::Request& request, const std::string& upstream,
                              HttpClient& http, std::vector<Document>& documents) {
    HttpRequest forwarded;
    forwarded.method = request.method;
    forwarded.url = upstream + request.target;
    forwarded.body = request.body;
    for (const char* name : {"authorization", "content-type"}) {
      const auto header = request.headers.find(name);
      if (header != request.headers.end()) forwarded.headers.emplace_back(*header);
    }
    const Result<HttpResponse> response = http.Send(forwarded);
    if (!response) return {.status = 502};
    if (!request.body.empty()) documents.push_back({"Instance", request.body});
    if (response->status == 200) {
      documents.push_back({SchemaOf(json::parse(response->body)), response->body});
    }
    return {.status = response->status, .body = response->body, .content_type = "application/json"};
  }

  // "compute#instanceAggregatedList" -> "InstanceAggregatedList"
  static std::string SchemaOf(const json& document) {
    std::string name = document.at("kind").get<std::string>().substr(sizeof "compute#" - 1);
    name[0] = static_cast<char>(std::toupper(name[0]));
    return name;
  }
};

void ExpectAllKinds(const std::vector<Document>& documents) {
  std::set<std::string> schemas;
  for (const Document& document : documents) schemas.insert(document.schema);
  EXPECT_EQ(schemas, (std::set<std::string>{"Instance", "InstanceAggregatedList", "MachineTypeList",
                                            "Operation", "OperationList", "Project", "Region"}));
}

TEST(GoogleDocuments, AreWhatTheDescriptionOfTheApiHasToday) {
  if (!RunProgram({Python(), "-c", "import googleapiclient"})) {
    GTEST_SKIP() << Python()
                 << " has no google-api-python-client (SPILLWAY_CONTRACT_PYTHON names another)";
  }
  const std::string script = SourcePath("tests/contract/check_discovery_body.py");
  EXPECT_FALSE(RunProgram({Python(), script, "Instance"}, R"({"machine_type": "x"})"))
      << "a judge that never objects proves nothing";
  const std::vector<Document> documents = Recorder::Documents();
  ExpectAllKinds(documents);
  for (const Document& document : documents) {
    EXPECT_TRUE(RunProgram({Python(), script, document.schema}, document.text))
        << document.schema << ": " << document.text;
  }
}

TEST(GoogleDocuments, AreWhatTheCloudCliUnderstands) {
  const std::string script = testing::ApiDescription("check_gce_body.py");
  if (!std::filesystem::exists(script)) GTEST_SKIP() << script << " is not there";
  const std::string python = CloudCli() + "/platform/bundledpythonunix/bin/python3";
  if (!std::filesystem::exists(python)) {
    GTEST_SKIP() << "no Google Cloud CLI in " << CloudCli()
                 << " (SPILLWAY_GCLOUD_ROOT names another folder)";
  }
  const auto check = [&](const std::string& schema, const std::string& text) {
    return RunProgram({"env", "CLOUDSDK_ROOT_DIR=" + CloudCli(), python, script, schema}, text);
  };
  EXPECT_FALSE(check("Instance", R"({"machine_type": "x"})"))
      << "a judge that never objects proves nothing";
  std::set<std::string> seen;
  const std::vector<Document> documents = Recorder::Documents();
  ExpectAllKinds(documents);
  for (const Document& document : documents) {
    // The start of the CLI's Python takes seconds: one document of each kind and status will do.
    const std::string status = json::parse(document.text).value("status", "");
    if (!seen.insert(document.schema + status).second) continue;
    EXPECT_TRUE(check(document.schema, document.text)) << document.schema << ": " << document.text;
  }
}

TEST(FakeGoogleContract, IsReadByTheCloudCli) {
  const std::string gcloud = Variable("SPILLWAY_GCLOUD", "gcloud");
  if (!RunProgram({gcloud, "--version"})) {
    GTEST_SKIP() << "no Google Cloud CLI as " << gcloud << " (SPILLWAY_GCLOUD names another)";
  }
  FakeGoogle google({.page_size = 2});
  google.Add(kZone, "edge-1", "e2-standard-4", {{"spillway-owner", "contract"}});
  HttpClient http;
  HttpRequest ask;
  ask.url = google.url() + "/computeMetadata/v1/instance/service-accounts/default/token";
  ask.headers = {{"Metadata-Flavor", "Google"}};
  const auto token = http.Send(ask);
  ASSERT_TRUE(token) << Describe(token.error());
  const testing::ScratchDir directory;
  const std::string file =
      directory.Write("token", json::parse(token->body).at("access_token").get<std::string>());
  const auto run = [&](std::vector<std::string> words) {
    std::vector<std::string> command = {
        "env",
        "CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE=" + google.url() + "/compute/v1/",
        "CLOUDSDK_CONFIG=" + directory.File("config"),
        "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING=1",
        "CLOUDSDK_CORE_CHECK_GCE_METADATA=0",
        gcloud,
        "compute"};
    command.insert(command.end(), words.begin(), words.end());
    command.insert(command.end(), {"--project", google.project(), "--access-token-file", file,
                                   "--format", "json", "--quiet"});
    return RunProgram(command).value_or("null");
  };
  const json instance = json::parse(run({"instances", "describe", "edge-1", "--zone", kZone}));
  ASSERT_TRUE(instance.is_object());
  EXPECT_EQ(instance["labels"]["spillway-owner"], "contract");
  EXPECT_EQ(instance["status"], "RUNNING");
  const json region = json::parse(run({"regions", "describe", "europe-west3"}));
  ASSERT_TRUE(region.is_object());
  EXPECT_EQ(region["quotas"][0]["metric"], "C2_CPUS");
}

// Google's authentication library as the other side of each end.
TEST(GoogleIdentityContract, AssertionsAreThoseThatGoogleAuthMakesAndReads) {
  if (!RunProgram({Python(), "-c", "import google.auth, requests, cryptography"})) {
    GTEST_SKIP() << Python()
                 << " has no google-auth with requests (SPILLWAY_CONTRACT_PYTHON names another)";
  }
  const FakeGoogle google({.real_time = true});
  const testing::ScratchDir directory;
  const std::string key = directory.Write("key.json", google.ServiceAccountFile());
  const auto token = RunProgram({Python(), "-c", R"(
import sys
from google.auth.transport.requests import Request
from google.oauth2 import service_account
scopes = ["https://www.googleapis.com/auth/compute"]
account = service_account.Credentials.from_service_account_file(sys.argv[1], scopes=scopes)
account.refresh(Request())
print(account.token))",
                                 key});
  EXPECT_THAT(token.value_or(""), HasSubstr("ya29.")) << "the fake takes what the library makes";

  const Result<GoogleKeyFile> file = ReadGoogleKeyFile(key, google.ServiceAccountFile());
  ASSERT_TRUE(file) << Describe(file.error());
  const SystemClock clock;
  const auto form = fakes::ParseForm(TokenForm(*file, clock.Now()).Reveal());
  const auto claims = RunProgram({Python(), "-c", R"(
import json, sys
from cryptography.hazmat.primitives import serialization
from google.auth import jwt
key = json.load(open(sys.argv[1]))
private = serialization.load_pem_private_key(key["private_key"].encode(), None)
public = private.public_key().public_bytes(serialization.Encoding.PEM,
                                           serialization.PublicFormat.SubjectPublicKeyInfo)
print(json.dumps(jwt.decode(sys.stdin.read(), certs={key["private_key_id"]: public},
                            audience=key["token_uri"]))))",
                                  key},
                                 form.at("assertion"));
  ASSERT_TRUE(claims) << "the library does not read what we make";
  const json read = json::parse(*claims);
  EXPECT_EQ(read["iss"], json::parse(google.ServiceAccountFile())["client_email"]);
  EXPECT_EQ(read["exp"].get<std::int64_t>() - read["iat"].get<std::int64_t>(), 3600);
}

}  // namespace
}  // namespace spillway
