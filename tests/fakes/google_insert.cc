#include "tests/fakes/google_insert.h"

#include <fmt/format.h>

#include <regex>
#include <set>

#include "tests/fakes/google_answers.h"

namespace spillway::fakes {
namespace {

using nlohmann::json;

constexpr std::size_t kLargestValue = 256 * 1024;
constexpr std::size_t kLargestMetadata = 512 * 1024;

std::string Invalid(const std::string& field, const std::string& value, const std::string& why) {
  return fmt::format("Invalid value for field 'resource.{}': '{}'. {}", field, value, why);
}

// An object of the API with the members that this fake knows of it.
std::string UnknownIn(const json& object, const std::string& where,
                      const std::set<std::string>& known) {
  if (!object.is_object()) return Invalid(where, object.dump(), "Expected an object.");
  for (const auto& [name, value] : object.items()) {
    if (!known.contains(name)) {
      return fmt::format("Invalid JSON payload received. Unknown name \"{}\" at '{}'", name, where);
    }
  }
  return "";
}

bool Matches(const json& value, const char* pattern) {
  return value.is_string() && std::regex_match(value.get<std::string>(), std::regex(pattern));
}

std::string WhyNotDisk(const json& disk, const std::string& zone) {
  if (std::string why = UnknownIn(disk, "disks[0]", {"boot", "autoDelete", "initializeParams"});
      !why.empty()) {
    return why;
  }
  for (const char* name : {"boot", "autoDelete"}) {
    if (!disk.value(name, json()).is_boolean()) {
      return Invalid(std::string("disks[0].") + name, disk.dump(), "Expected a boolean.");
    }
  }
  const json parameters = disk.value("initializeParams", json::object());
  const std::string where = "disks[0].initializeParams";
  if (std::string why =
          UnknownIn(parameters, where, {"sourceImage", "diskSizeGb", "diskType", "labels"});
      !why.empty()) {
    return why;
  }
  if (!Matches(parameters.value("diskSizeGb", json()), "[1-9][0-9]*")) {
    return Invalid(where + ".diskSizeGb", parameters.dump(), "Expected a number in a string.");
  }
  if (!Matches(parameters.value("diskType", json()),
               ("zones/" + zone + "/diskTypes/[-a-z0-9]+").c_str())) {
    return Invalid(where + ".diskType", parameters.dump(), "The URL is malformed.");
  }
  if (!Matches(parameters.value("sourceImage", json()),
               "(projects/[-a-z0-9]+/)?global/images/(family/)?[-a-z0-9]+")) {
    return Invalid(where + ".sourceImage", parameters.dump(), "The URL is malformed.");
  }
  return "";
}

std::string WhyNotInterface(const json& interface) {
  if (std::string why =
          UnknownIn(interface, "networkInterfaces[0]", {"network", "subnetwork", "accessConfigs"});
      !why.empty()) {
    return why;
  }
  for (const json& config : interface.value("accessConfigs", json::array())) {
    if (config.value("type", "") != "ONE_TO_ONE_NAT") {
      return Invalid("networkInterfaces[0].accessConfigs[0].type", config.dump(), "Unknown type.");
    }
  }
  return "";
}

std::string WhyNotMetadata(const json& metadata) {
  std::size_t total = 0;
  for (const json& item : metadata.value("items", json::array())) {
    const std::size_t size = item.at("value").get<std::string>().size();
    total += size;
    if (size > kLargestValue || total > kLargestMetadata) {
      return Invalid("metadata.items", item.at("key"), "The value is too large.");
    }
  }
  return "";
}

std::string WhyNotLabels(const json& labels) {
  for (const auto& [key, value] : labels.items()) {
    if (!Matches(json(key), "[a-z][-_a-z0-9]{0,62}") || !Matches(value, "[-_a-z0-9]{0,63}")) {
      return Invalid("labels", key, "The label does not match the constraints.");
    }
  }
  return "";
}

}  // namespace

std::string WhyNotInsertable(const json& body, const std::string& zone) {
  if (std::string why = UnknownIn(body, "instance",
                                  {"name", "machineType", "disks", "networkInterfaces", "metadata",
                                   "labels", "scheduling", "tags"});
      !why.empty()) {
    return why;
  }
  if (!Matches(body.value("name", json()), "[a-z]([-a-z0-9]{0,61}[a-z0-9])?")) {
    return Invalid("name", body.value("name", json()).dump(), "Must be a match of the pattern.");
  }
  const std::string prefix = "zones/" + zone + "/machineTypes/";
  const std::string type = body.value("machineType", "");
  if (!type.starts_with(prefix) || !FindGoogleFakeType(zone, type.substr(prefix.size()))) {
    return Invalid("machineType", type, "The referenced resource does not exist.");
  }
  const json disks = body.value("disks", json::array());
  const json interfaces = body.value("networkInterfaces", json::array());
  if (disks.size() != 1) return Invalid("disks", disks.dump(), "A boot disk must be specified.");
  if (interfaces.empty()) return Invalid("networkInterfaces", "", "At least one is required.");
  for (std::string why : {WhyNotDisk(disks[0], zone), WhyNotInterface(interfaces[0]),
                          WhyNotMetadata(body.value("metadata", json::object())),
                          WhyNotLabels(body.value("labels", json::object()))}) {
    if (!why.empty()) return why;
  }
  return "";
}

bool IsUuid(const std::string& text) {
  static const std::regex kForm("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  return std::regex_match(text, kForm) && text.find_first_not_of("0-") != text.npos;
}

}  // namespace spillway::fakes
