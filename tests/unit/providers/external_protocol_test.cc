#include "providers/external/external_protocol.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/paths.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::HasSubstr;

const std::vector<MatrixRow> kLxc = {{ClusterType::kVirtual, {Hypervisor::kLxc}}};

json AnOffer() {
  return json::parse(R"({"location": "north", "plan": "small", "country": "DE",
    "coordinates": {"latitude": 50.1, "longitude": 8.7}, "cluster_type": "virtual",
    "hypervisors": ["lxc"], "vcpu": 2, "memory_mib": 4096, "price_per_hour": 0.03,
    "billing": {"step_s": 1, "minimum_s": 60}, "time_to_ready_s": 90, "stock": 3,
    "quota": "vcpu", "group": "racks"})");
}

json ACatalogue(const json& offer) {
  return {{"offers", json::array({offer})},
          {"quotas", json::parse(R"([{"name": "vcpu", "limit": 64, "unit": "vcpu"}])")},
          {"remarks", json::array()}};
}

json AMachine() {
  return json::parse(R"({"id": "m-1", "token": "t", "owner": "us", "address": "192.0.2.1",
    "location": "north", "plan": "small", "state": "running", "state_text": "fine",
    "start_failure": null, "launched_at": "2026-03-02T00:00:00Z"})");
}

json AHello() {
  return json::parse(R"({"protocol": 1, "name": "example", "version": "1.2",
    "hosts": {"metal": ["kvm", "lxc"], "virtual": []},
    "time_limits_s": {"offers": 10, "create": 20.5, "find": 5, "list": 5, "delete": 5}})");
}

template <class Read>
std::string Complaint(Read read) {
  try {
    read();
  } catch (const BadAnswer& problem) {
    return problem.what();
  }
  return "none";
}

TEST(ExternalProtocol, ReadsAnOffer) {
  const Catalogue catalogue = ReadCatalogue(ACatalogue(AnOffer()), "mycloud", kLxc);
  Offer expected;
  expected.id = "mycloud/north/small";
  expected.provider = "mycloud";
  expected.location = "north";
  expected.plan = "small";
  expected.country = "DE";
  expected.coordinates = Coordinates{50.1, 8.7};
  expected.hypervisors = {Hypervisor::kLxc};
  expected.capacity = {2, 4096};
  expected.price_per_hour = Money::FromDouble(0.03);
  expected.billing = {1s, 60s};
  expected.time_to_ready = 90s;
  expected.stock = 3;
  expected.quota = "mycloud/vcpu";
  expected.group = "mycloud/racks";
  EXPECT_EQ(catalogue, (Catalogue{{expected}, {{"mycloud/vcpu", 64}}, {}}));
}

TEST(ExternalProtocol, ReadsAMachine) {
  Machine expected;
  expected.id = "m-1";
  expected.token = "t";
  expected.owner = "us";
  expected.address = "192.0.2.1";
  expected.location = "north";
  expected.plan = "small";
  expected.state = MachineState::kRunning;
  expected.state_text = "fine";
  expected.launched_at = testing::At(0s);
  EXPECT_EQ(ReadMachine({{"machine", AMachine()}}), expected);

  json strange = AMachine();
  strange["state"] = "hibernating";
  strange["state_text"] = nullptr;
  const Machine kept = ReadMachine({{"machine", strange}});
  EXPECT_EQ(kept.state, MachineState::kUnknown);
  EXPECT_EQ(kept.state_text, "hibernating");
}

TEST(ExternalProtocol, ReadsWhatAProgramSaysOfItself) {
  const ExternalHello hello = ReadHello(AHello());
  EXPECT_EQ(hello.rows,
            (std::vector<MatrixRow>{{ClusterType::kMetal, {Hypervisor::kKvm, Hypervisor::kLxc}}}));
  EXPECT_EQ(hello.limits.at("create"), 20500ms);
}

// Every member of every answer, left out or of another type.
TEST(ExternalProtocol, AMemberThatIsMissingIsNeverAZero) {
  const auto read_offer = [](const json& offer) {
    ReadCatalogue(ACatalogue(offer), "mycloud", kLxc);
  };
  const auto read_machine = [](const json& machine) { ReadMachine({{"machine", machine}}); };
  const auto read_hello = [](const json& hello) { ReadHello(hello); };
  const auto check = [](const json& whole, auto read) {
    for (const auto& [name, value] : whole.items()) {
      json without = whole;
      without.erase(name);
      EXPECT_THAT(Complaint([&] { read(without); }), HasSubstr(name + ": is missing"));
      json other = whole;
      other[name] = value.is_boolean() ? json("true") : json(true);
      EXPECT_THAT(Complaint([&] { read(other); }), HasSubstr(name)) << other;
    }
  };
  check(AnOffer(), read_offer);
  check(AMachine(), read_machine);
  check(AHello(), read_hello);
  check(ACatalogue(AnOffer()), [](const json& all) { ReadCatalogue(all, "mycloud", kLxc); });
  check(json{{"machines", json::array({AMachine()})}, {"next", "2"}},
        [](const json& page) { ReadMachines(page); });
  for (const char* call : {"offers", "create", "find", "list", "delete"}) {
    json hello = AHello();
    hello["time_limits_s"].erase(call);
    EXPECT_THAT(Complaint([&] { read_hello(hello); }), HasSubstr(call));
  }
}

TEST(ExternalProtocol, ValuesWithoutSenseAreRefused) {
  const auto offer = [](const char* name, const json& value) {
    json changed = AnOffer();
    changed[name] = value;
    return Complaint([&] { ReadCatalogue(ACatalogue(changed), "mycloud", kLxc); });
  };
  EXPECT_THAT(offer("price_per_hour", 0), HasSubstr("a price above 0"));
  EXPECT_THAT(offer("price_per_hour", -1), HasSubstr("a price above 0"));
  EXPECT_THAT(offer("vcpu", 0), HasSubstr("1 or more"));
  EXPECT_THAT(offer("vcpu", 1.5), HasSubstr("whole number"));
  EXPECT_THAT(offer("memory_mib", 1e30), HasSubstr("whole number"));
  EXPECT_THAT(offer("memory_mib", 18446744073709551615ULL), HasSubstr("whole number"));
  EXPECT_THAT(offer("country", "Germany"), HasSubstr("DE"));
  EXPECT_THAT(offer("country", "EU"), HasSubstr("DE"));
  EXPECT_THAT(offer("country", ""), HasSubstr("not empty"));
  EXPECT_THAT(offer("hypervisors", json::array({"xen"})), HasSubstr("kvm, firecracker or lxc"));
  EXPECT_THAT(offer("coordinates", {{"latitude", 91}, {"longitude", 0}}), HasSubstr("latitude"));
  EXPECT_THAT(offer("quota", "another"), HasSubstr("one of the quotas"));
  EXPECT_THAT(offer("time_to_ready_s", -3), HasSubstr("time_to_ready_s"));

  json unit = ACatalogue(AnOffer());
  unit["quotas"][0]["unit"] = "racks";
  EXPECT_THAT(Complaint([&] { ReadCatalogue(unit, "mycloud", kLxc); }), HasSubstr("machines"));
  json twice = ACatalogue(AnOffer());
  twice["offers"].push_back(AnOffer());
  EXPECT_THAT(Complaint([&] { ReadCatalogue(twice, "mycloud", kLxc); }), HasSubstr("offers[1]"));
  json machine = AMachine();
  machine["launched_at"] = "yesterday";
  EXPECT_THAT(Complaint([&] { ReadMachine({{"machine", machine}}); }), HasSubstr("2026-03-02T"));
  machine = AMachine();
  machine["start_failure"] = "denied";
  EXPECT_THAT(Complaint([&] { ReadMachine({{"machine", machine}}); }), HasSubstr("no_capacity"));
  json hello = AHello();
  hello["protocol"] = 2;
  EXPECT_THAT(Complaint([&] { ReadHello(hello); }), HasSubstr("speaks version 1"));
}

TEST(ExternalProtocol, AnOfferOutsideOfTheConfigurationIsLeftOutAndSaid) {
  json metal = AnOffer();
  metal["cluster_type"] = "metal";
  metal["plan"] = "iron";
  json both = AnOffer();
  both["hypervisors"] = {"kvm", "lxc"};
  json all = ACatalogue(both);
  all["offers"].push_back(metal);
  const Catalogue catalogue = ReadCatalogue(all, "mycloud", kLxc);
  ASSERT_EQ(catalogue.offers.size(), 1u);
  EXPECT_EQ(catalogue.offers[0].hypervisors, std::vector{Hypervisor::kLxc});
  ASSERT_EQ(catalogue.remarks.size(), 1u);
  EXPECT_THAT(catalogue.remarks[0], HasSubstr("north/iron is left out"));
}

TEST(ExternalProtocol, AnAnswerHasTheIdAndEitherResultOrError) {
  EXPECT_EQ(*ReadAnswer(R"({"id": 7, "result": {"a": 1}})", 7, "w"), (json{{"a", 1}}));
  const auto refused = ReadAnswer(
      R"({"id": 7, "error": {"kind": "no_capacity", "code": "SoldOut", "text": "none"}})", 7, "w");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), (Error{ErrorKind::kNoCapacity, "w", "SoldOut", "none"}));
  for (const char* line :
       {"", "hello", "[]", "{}", R"({"result": {}})", R"({"id": 8, "result": {}})",
        R"({"id": "7", "result": {}})", R"({"id": 7})",
        R"({"id": 7, "result": {}, "error": {"kind": "quota", "code": "", "text": ""}})",
        R"({"id": 7, "error": "bad"})", R"({"id": 7, "error": {"code": "", "text": ""}})",
        R"({"id": 7, "error": {"kind": "odd", "code": "", "text": ""}})",
        R"({"id": 7, "error": {"kind": "quota", "text": ""}})",
        R"({"id": 7, "result": {}} {"id": 8})"}) {
    EXPECT_NE(Complaint([&] { static_cast<void>(ReadAnswer(line, 7, "w")); }), "none") << line;
  }
}

// Every line of README.md that is a question or an answer is one that this code writes or reads.
TEST(ExternalProtocol, IsAsItsDocumentHasIt) {
  std::ifstream file(testing::SourcePath("providers/external/README.md"));
  std::stringstream text;
  text << file.rdbuf();
  std::map<std::string, json> questions;
  std::map<std::int64_t, std::string> call_of;
  const std::map<std::string, std::function<void(const json&)>> readers = {
      {"hello", [](const json& result) { ReadHello(result); }},
      {"offers",
       [](const json& result) {
         EXPECT_EQ(ReadCatalogue(result, "mycloud", kLxc).offers.size(), 1u);
       }},
      {"create", [](const json& result) { ReadMachine(result); }},
      {"find", [](const json& result) { ReadMachine(result); }},
      {"list", [](const json& result) { EXPECT_EQ(ReadMachines(result).items.size(), 1u); }},
      {"delete", [](const json& result) { ReadDeleted(result); }},
  };
  int results = 0;
  int errors = 0;
  for (std::string line; std::getline(text, line);) {
    if (!line.starts_with("{\"id\"")) continue;
    const json message = json::parse(line);
    const auto id = message["id"].get<std::int64_t>();
    if (message.contains("call")) {
      call_of[id] = message["call"];
      questions[message["call"]] = message;
      continue;
    }
    const auto answer = ReadAnswer(line, id, "w");
    if (!answer) {
      ++errors;
      continue;
    }
    ++results;
    readers.at(call_of.at(id))(*answer);
  }
  EXPECT_EQ(results, 6);
  EXPECT_GE(errors, 1);

  MachineSpec spec;
  spec.user_data = "#cloud-config";
  for (const json& written :
       {HelloQuestion("a", {}), OffersQuestion(), CreateQuestion(spec), FindQuestion("t", "l", "i"),
        ListQuestion("o", ""), DeleteQuestion("i", "l")}) {
    const json& documented = questions.at(written["call"]);
    for (const auto& [name, value] : written.items()) {
      EXPECT_TRUE(documented.contains(name)) << written["call"] << " " << name;
    }
    EXPECT_EQ(documented.size(), written.size() + 2) << written["call"];
  }
  for (const auto& [name, value] : CreateQuestion(spec)["spec"].items()) {
    EXPECT_TRUE(questions.at("create")["spec"].contains(name)) << name;
  }
}

}  // namespace
}  // namespace spillway
