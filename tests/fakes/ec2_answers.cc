#include "tests/fakes/ec2_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace spillway::fakes {
namespace {

constexpr const char* kNamespace = "http://ec2.amazonaws.com/doc/2016-11-15/";

constexpr int Gib(int n) { return n * 1024; }
constexpr std::array kTypes = {
    Ec2FakeType{"a1.metal", 16, Gib(32)},
    Ec2FakeType{"c5.metal", 96, Gib(192)},
    Ec2FakeType{"c5n.metal", 72, Gib(192)},
    Ec2FakeType{"c6g.metal", 64, Gib(128)},
    Ec2FakeType{"c6i.metal", 128, Gib(256)},
    Ec2FakeType{"c7g.metal", 64, Gib(128)},
    Ec2FakeType{"c7i.metal-24xl", 96, Gib(192)},
    Ec2FakeType{"i3.metal", 72, Gib(512)},
    Ec2FakeType{"m5.metal", 96, Gib(384)},
    Ec2FakeType{"m5zn.metal", 48, Gib(192)},
    Ec2FakeType{"m6g.metal", 64, Gib(256)},
    Ec2FakeType{"m7g.metal", 64, Gib(256)},
    Ec2FakeType{"z1d.metal", 48, Gib(384)},
    Ec2FakeType{"c7i.large", 2, Gib(4)},
    Ec2FakeType{"c8i.large", 2, Gib(4)},
    Ec2FakeType{"c8i.xlarge", 4, Gib(8)},
    Ec2FakeType{"m5.large", 2, Gib(8)},
    Ec2FakeType{"m6i.large", 2, Gib(8)},
    Ec2FakeType{"m7i.large", 2, Gib(8)},
    Ec2FakeType{"t3.large", 2, Gib(8)},
    Ec2FakeType{"t3.medium", 2, Gib(4)},
    Ec2FakeType{"t3.micro", 2, Gib(1)},
    Ec2FakeType{"t3.nano", 2, 512},
    Ec2FakeType{"t3.small", 2, Gib(2)},
    Ec2FakeType{"t3a.small", 2, Gib(2)},
    Ec2FakeType{"t4g.small", 2, Gib(2)},
};

std::string Escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

std::string Element(std::string_view name, std::string_view text) {
  return fmt::format("<{0}>{1}</{0}>", name, Escape(text));
}

std::string Document(std::string_view call, const std::string& content) {
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{0}Response xmlns=\"{1}\">"
      "<requestId>5f1c0a8e-9f4d-4d53-a8f4-0c2f7d1b6e01</requestId>{2}</{0}Response>",
      call, kNamespace, content);
}

int StateCode(std::string_view state) {
  constexpr std::array kCodes = {
      std::pair{std::string_view("pending"), 0},
      std::pair{std::string_view("running"), 16},
      std::pair{std::string_view("shutting-down"), 32},
      std::pair{std::string_view("terminated"), 48},
      std::pair{std::string_view("stopping"), 64},
      std::pair{std::string_view("stopped"), 80},
  };
  for (const auto& [name, code] : kCodes) {
    if (name == state) return code;
  }
  return 0;
}

std::string StateElement(std::string_view element, std::string_view state) {
  return fmt::format("<{0}><code>{1}</code><name>{2}</name></{0}>", element, StateCode(state),
                     state);
}

std::string InstanceItem(const Ec2FakeInstance& instance) {
  const bool has_address = instance.state == "running";
  const bool has_interface = has_address || instance.state == "pending";
  std::string item = "<item>" + Element("instanceId", instance.id) +
                     Element("imageId", instance.parameters.count("ImageId") == 0
                                            ? "ami-0"
                                            : instance.parameters.at("ImageId")) +
                     StateElement("instanceState", instance.state);
  if (has_interface) item += Element("privateIpAddress", instance.address);
  if (has_address)
    item += Element("ipAddress", instance.address) + Element("dnsName", instance.address);
  item += Element("clientToken", instance.client_token) + "<amiLaunchIndex>0</amiLaunchIndex>" +
          Element("instanceType", instance.type) +
          Element("launchTime", Ec2Time(instance.launched_at)) + "<placement>" +
          Element("availabilityZone", instance.zone) + "<tenancy>default</tenancy></placement>";
  if (!instance.state_reason.empty()) {
    item += "<stateReason>" + Element("code", instance.state_reason) +
            Element("message", instance.state_message) + "</stateReason>";
  }
  item += "<tagSet>";
  for (const auto& [key, value] : instance.tags) {
    item += "<item>" + Element("key", key) + Element("value", value) + "</item>";
  }
  return item + "</tagSet></item>";
}

std::string NextToken(const std::string& token) {
  return token.empty() ? "" : Element("nextToken", token);
}

}  // namespace

bool Ec2FakeType::is_arm() const {
  constexpr std::array kArm = {std::string_view("a1.metal"),  std::string_view("c6g.metal"),
                               std::string_view("c7g.metal"), std::string_view("m6g.metal"),
                               std::string_view("m7g.metal"), std::string_view("t4g.small")};
  return std::find(kArm.begin(), kArm.end(), name) != kArm.end();
}

std::span<const Ec2FakeType> Ec2FakeTypes() { return kTypes; }

const Ec2FakeType* FindEc2FakeType(std::string_view name) {
  const auto type = std::find_if(kTypes.begin(), kTypes.end(),
                                 [name](const Ec2FakeType& t) { return t.name == name; });
  return type == kTypes.end() ? nullptr : &*type;
}

std::string Ec2ErrorAnswer(const std::string& code, const std::string& message) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error>" +
         Element("Code", code) + Element("Message", message) +
         "</Error></Errors><RequestID>5f1c0a8e-9f4d-4d53-a8f4-0c2f7d1b6e01</RequestID></Response>";
}

std::string RunInstancesAnswer(const Ec2FakeInstance& instance) {
  return Document("RunInstances", Element("reservationId", "r-" + instance.id.substr(2)) +
                                      "<ownerId>123456789012</ownerId><groupSet/><instancesSet>" +
                                      InstanceItem(instance) + "</instancesSet>");
}

std::string DescribeInstancesAnswer(const std::vector<Ec2FakeInstance>& instances,
                                    const std::string& next_token) {
  std::string set;
  for (const Ec2FakeInstance& instance : instances) {
    set += "<item>" + Element("reservationId", "r-" + instance.id.substr(2)) +
           "<ownerId>123456789012</ownerId><groupSet/><instancesSet>" + InstanceItem(instance) +
           "</instancesSet></item>";
  }
  return Document("DescribeInstances",
                  "<reservationSet>" + set + "</reservationSet>" + NextToken(next_token));
}

std::string TerminateInstancesAnswer(const std::vector<Ec2FakeInstance>& instances,
                                     const std::vector<std::string>& before) {
  std::string set;
  for (std::size_t i = 0; i < instances.size(); ++i) {
    set += "<item>" + Element("instanceId", instances[i].id) +
           StateElement("currentState", instances[i].state) +
           StateElement("previousState", before[i]) + "</item>";
  }
  return Document("TerminateInstances", "<instancesSet>" + set + "</instancesSet>");
}

std::string DescribeInstanceTypesAnswer(const std::vector<Ec2FakeType>& types,
                                        const std::string& next_token) {
  std::string set;
  for (const Ec2FakeType& type : types) {
    set += "<item>" + Element("instanceType", type.name) +
           Element("bareMetal", type.is_metal() ? "true" : "false") +
           (type.is_metal() ? "" : "<hypervisor>nitro</hypervisor>") +
           "<processorInfo><supportedArchitectures>" +
           Element("item", type.is_arm() ? "arm64" : "x86_64") + "</supportedArchitectures>" +
           (type.can_nest() ? "<supportedFeatures><item>nested-virtualization</item>"
                              "</supportedFeatures>"
                            : "") +
           "</processorInfo><vCpuInfo>" + Element("defaultVCpus", std::to_string(type.vcpu)) +
           "</vCpuInfo><memoryInfo>" + Element("sizeInMiB", std::to_string(type.memory_mib)) +
           "</memoryInfo></item>";
  }
  return Document("DescribeInstanceTypes",
                  "<instanceTypeSet>" + set + "</instanceTypeSet>" + NextToken(next_token));
}

std::vector<Ec2FakeImage> Ec2FakeImages() {
  const auto debian = [](const char* id, const char* date, const char* word, const char* name) {
    return Ec2FakeImage{id,
                        "136693071363",
                        fmt::format("debian-12-{}-{}-1700", word, date),
                        name,
                        fmt::format("{}T05:00:00.000Z", date),
                        "/dev/xvda"};
  };
  return {
      debian("ami-deb1", "2026-05-01", "amd64", "x86_64"),
      debian("ami-deb3", "2026-11-01", "amd64", "x86_64"),
      debian("ami-deb2", "2026-08-01", "amd64", "x86_64"),
      debian("ami-deb4", "2026-11-01", "arm64", "arm64"),
      {"ami-noble", "099720109477",
       "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20261001", "x86_64",
       "2026-10-01T05:00:00.000Z", "/dev/sda1"},
  };
}

std::string DescribeZoneTypesAnswer(const std::string& zone, const std::vector<std::string>& types,
                                    const std::string& next_token) {
  std::string set;
  for (const std::string& type : types) {
    set += "<item>" + Element("instanceType", type) + Element("location", zone) +
           Element("locationType", "availability-zone") + "</item>";
  }
  return Document(
      "DescribeInstanceTypeOfferings",
      "<instanceTypeOfferingSet>" + set + "</instanceTypeOfferingSet>" + NextToken(next_token));
}

std::string DescribeImagesAnswer(const std::vector<Ec2FakeImage>& images) {
  std::string set;
  for (const Ec2FakeImage& image : images) {
    set += "<item>" + Element("imageId", image.id) + Element("imageState", "available") +
           Element("imageOwnerId", image.owner) + Element("name", image.name) +
           Element("architecture", image.architecture) + Element("creationDate", image.created_at) +
           Element("rootDeviceName", image.root_device) + "</item>";
  }
  return Document("DescribeImages", "<imagesSet>" + set + "</imagesSet>");
}

std::string ImportKeyPairAnswer(const std::string& name) {
  return Document("ImportKeyPair",
                  Element("keyName", name) +
                      Element("keyFingerprint", "aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99"));
}

std::string Ec2Time(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.000Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.size() % 4 != 0) return std::nullopt;
  std::string decoded;
  unsigned bits = 0;
  int count = 0;
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  for (const char c : text) {
    const auto digit = kAlphabet.find(c);
    if (digit == kAlphabet.npos) return std::nullopt;
    bits = (bits << 6) | static_cast<unsigned>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    decoded += static_cast<char>((bits >> count) & 0xff);
  }
  return decoded;
}

}  // namespace spillway::fakes
