#include "scaler/app/bus_config.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "bus/curve.h"
#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string TheKey() {
  static const std::string key = bus::MakeCurveKeys().public_key;
  return key;
}

// The messages that `text` under `bus:` gives.
std::vector<std::string> Told(const std::string& text) {
  std::map<std::string, int> lines;
  const nlohmann::json tree = ReadYaml("bus: {" + text + "}", lines);
  ConfigDocument document(tree, lines);
  ParseBus(document.Root()["bus"]);
  std::vector<std::string> told;
  for (const ConfigError& error : document.Errors()) told.push_back(Describe(error));
  return told;
}

constexpr const char* kHere = "inbound: [{socket: pull, bind: \"tcp://127.0.0.1:*\"}]";
constexpr const char* kSecure = "security: {key_file: bus.key, clients_file: clients}";

TEST(BusConfig, PlainTextIsForThisMachineOrMeant) {
  EXPECT_THAT(Told(kHere), ElementsAre());
  EXPECT_THAT(Told("inbound: [{socket: pull, bind: \"ipc:///run/s\"}]"), ElementsAre());
  const std::string everywhere = "inbound: [{socket: pull, bind: \"tcp://*:5555\"}]";
  EXPECT_THAT(Told(everywhere), ElementsAre(HasSubstr("tcp://*:5555 can be reached from elsewhere: "
                                                      "expected bus.security")));
  EXPECT_THAT(Told(everywhere + ", plain_text: true"), ElementsAre());
  EXPECT_THAT(Told(everywhere + ", " + kSecure), ElementsAre());
  EXPECT_THAT(Told(everywhere + ", plain_text: true, " + kSecure),
              ElementsAre(HasSubstr("either security or plain_text")));
  for (const char* more : {"outbound: {bind: [\"tcp://10.0.0.1:5556\"]}",
                           "policies: {bind: [\"tcp://0.0.0.0:5558\"]}"}) {
    EXPECT_THAT(Told(std::string(kHere) + ", " + more),
                ElementsAre(HasSubstr("can be reached from elsewhere")));
  }
}

TEST(BusConfig, AddressesOfThisMachineAreToldByTheirNumberAndNotByHowTheyBegin) {
  const auto told = [](const std::string& host) {
    return Told("inbound: [{socket: pull, bind: \"tcp://" + host + ":5555\"}]");
  };
  for (const char* own : {"127.0.0.1", "127.8.9.10", "[::1]", "localhost", "lo"}) {
    EXPECT_THAT(told(own), ElementsAre()) << own;
  }
  for (const char* other : {"127.example.org", "127.0.0.1.example.org", "localhost.example.org",
                            "127.0.0.1;10.0.0.1", "[::2]", "[127.0.0.1", "128.0.0.1", "eth0"}) {
    EXPECT_THAT(told(other), ElementsAre(HasSubstr("can be reached from elsewhere"))) << other;
  }
}

TEST(BusConfig, WhoConnectsSaysWhomItExpectsThere) {
  const std::string to = "inbound: [{socket: sub, connect: \"tcp://metrics:5555\"";
  EXPECT_THAT(Told(to + "}]"), ElementsAre(HasSubstr("tcp://metrics:5555 is elsewhere")));
  EXPECT_THAT(Told(to + "}], plain_text: true"), ElementsAre());
  EXPECT_THAT(Told(to + "}], " + kSecure), ElementsAre(HasSubstr("server_key is required")));
  EXPECT_THAT(Told(to + ", server_key: \"" + TheKey() + "\"}], " + kSecure), ElementsAre());
  EXPECT_THAT(Told(to + ", server_key: \"" + TheKey() + "\"}]"),
              ElementsAre(HasSubstr("server_key needs bus.security")));
  EXPECT_THAT(Told(to + ", server_key: short}], " + kSecure),
              ::testing::Contains(HasSubstr("expected a public key of 40 characters")));
  EXPECT_THAT(Told("inbound: [{socket: pull, bind: \"tcp://*:1\", server_key: \"" + TheKey() +
                   "\"}], " + kSecure),
              ElementsAre(HasSubstr("is for sockets that connect")));
}

}  // namespace
}  // namespace spillway
