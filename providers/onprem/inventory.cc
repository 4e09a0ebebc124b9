#include "providers/onprem/inventory.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <stdexcept>
#include <utility>

#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

// Names stand in offers ("rack/frankfurt/big"), machine ids and file names.
void CheckName(const ConfigNode& node, const std::string& name) {
  static const std::regex kName("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
  if (!std::regex_match(name, kName)) {
    node.Fail("expected a name of at most 63 letters, digits, '-', '_' and '.', got \"" + name +
              "\"");
  }
}

OnpremSite ReadSite(const ConfigNode& node) {
  OnpremSite site;
  site.country = node.String("country").Required();
  static const std::regex kCountry("[A-Z]{2}");
  const bool is_country = std::regex_match(site.country, kCountry) && site.country != "EU";
  if (!site.country.empty() && !is_country) {
    node["country"].Fail("expected a country as two capital letters, such as DE");
  }
  const auto latitude = node.Number("latitude").Between(-90, 90).Optional();
  const auto longitude = node.Number("longitude").Between(-180, 180).Optional();
  if (latitude && longitude) site.coordinates = Coordinates{*latitude, *longitude};
  if (node.Has("latitude") != node.Has("longitude")) {
    node.Fail("expected latitude and longitude, or neither");
  }
  node.Finish();
  return site;
}

std::vector<Hypervisor> EveryHypervisor() { return ProviderMatrix("onprem").front().hypervisors; }

std::vector<Hypervisor> ReadHypervisors(const ConfigNode& node) {
  std::vector<Hypervisor> hypervisors;
  for (const ConfigNode& entry : node.List("hypervisors")) {
    const std::string name = entry.AsString();
    const std::optional<Hypervisor> hypervisor = HypervisorFrom(name);
    if (hypervisor) {
      hypervisors.push_back(*hypervisor);
    } else if (!name.empty()) {
      entry.Fail("expected one of kvm, firecracker, lxc, got \"" + name + "\"");
    }
  }
  return hypervisors.empty() ? EveryHypervisor() : hypervisors;
}

MachineClass ReadClass(const ConfigNode& node) {
  MachineClass machine_class;
  machine_class.capacity.vcpu = node.Integer("vcpu").AtLeast(1).Required();
  machine_class.capacity.memory_mib = node.MemoryMib("memory").AtLeast(1).Required();
  machine_class.price_per_hour = node.Amount("price_per_hour").Required();
  machine_class.hypervisors = ReadHypervisors(node);
  machine_class.time_to_ready =
      node.DurationOf("time_to_ready").Above(Duration(0)).Or(machine_class.time_to_ready);
  node.Finish();
  return machine_class;
}

template <class T>
std::string NamesOf(const std::map<std::string, T>& entries) {
  std::string names;
  for (const auto& [name, entry] : entries) names += (names.empty() ? "" : ", ") + name;
  return names;
}

template <class T>
std::string ReadNameIn(const std::map<std::string, T>& entries, const ConfigNode& node,
                       const std::string& key) {
  const std::string name = node.String(key).Required();
  if (!name.empty() && !entries.contains(name)) {
    node[key].Fail("there is no \"" + name + "\", but: " + NamesOf(entries));
  }
  return name;
}

InventoryMachine ReadMachine(const ConfigNode& node, const Inventory& inventory,
                             const PowerConfig& power) {
  InventoryMachine machine;
  machine.name = node.String("name").Required();
  if (!machine.name.empty()) CheckName(node["name"], machine.name);
  machine.site = ReadNameIn(inventory.sites, node, "site");
  machine.machine_class = ReadNameIn(inventory.classes, node, "class");
  machine.address = node.String("address").Required();
  if (inventory.ssh) {
    machine.ssh_port = inventory.ssh->port;
    machine.ssh_user = inventory.ssh->user;
  }
  machine.ssh_port = node.Integer("ssh_port").Between(1, 65535).Or(machine.ssh_port);
  machine.ssh_user = node.String("ssh_user").Or(machine.ssh_user);
  machine.power = ReadPower(node["power"], power);
  if (machine.power.method == PowerMethod::kWakeOnLan && !inventory.ssh) {
    node["power"].Fail("it is switched off over SSH: give ssh beside machines, how to log in");
  }
  node.Finish();
  return machine;
}

// What only one machine can have, in words; empty parts are no word.
std::vector<std::pair<const char*, std::string>> Own(const InventoryMachine& machine) {
  std::vector<std::pair<const char*, std::string>> own;
  if (!machine.name.empty()) own.emplace_back("name", machine.name);
  if (!machine.address.empty()) {
    own.emplace_back("address", machine.address + ":" + std::to_string(machine.ssh_port));
  }
  const PowerConfig& power = machine.power;
  switch (power.method) {
    case PowerMethod::kRedfish: own.emplace_back("BMC", power.url + " " + power.system); break;
    case PowerMethod::kIpmi:
      own.emplace_back("BMC", power.host + ":" + std::to_string(power.port));
      break;
    case PowerMethod::kWakeOnLan:
      own.emplace_back("MAC address", std::string(power.mac.begin(), power.mac.end()));
      break;
    case PowerMethod::kNone: break;
  }
  return own;
}

template <class Read, class T>
void ReadNamed(const ConfigNode& node, const std::string& key, Read read,
               std::map<std::string, T>& entries) {
  for (const auto& [name, entry] : node.Members(key)) {
    CheckName(entry, name);
    entries[name] = read(entry);
  }
  if (entries.empty()) node[key].Fail("is required: at least one, by name");
}

}  // namespace

const InventoryMachine* Inventory::Find(const std::string& machine) const {
  const auto found = std::find_if(machines.begin(), machines.end(),
                                  [&](const InventoryMachine& m) { return m.name == machine; });
  return found == machines.end() ? nullptr : &*found;
}

Inventory ReadInventory(const ConfigNode& node) {
  Inventory inventory;
  ReadNamed(node, "sites", ReadSite, inventory.sites);
  ReadNamed(node, "classes", ReadClass, inventory.classes);
  const PowerConfig power = ReadCommonPower(node["power"]);
  if (node.Has("ssh")) inventory.ssh = ParseSsh(node["ssh"]);
  const std::vector<ConfigNode> entries = node.List("machines");
  if (entries.empty()) node["machines"].Fail("is required: a list with at least one machine");
  std::map<std::pair<std::string, std::string>, std::string> seen;  // whose it is
  for (const ConfigNode& entry : entries) {
    InventoryMachine machine = ReadMachine(entry, inventory, power);
    for (const auto& [what, value] : Own(machine)) {
      const auto [first, is_new] = seen.try_emplace({what, value}, machine.name);
      if (!is_new) entry.Fail("has the same " + std::string(what) + " as " + first->second);
    }
    inventory.machines.push_back(std::move(machine));
  }
  return inventory;
}

InventoryFile ReadInventoryFile(const std::string& path, const Surroundings& surroundings) {
  InventoryFile file;
  const auto text = surroundings.file(path);
  if (!text) {
    file.errors = {path + ": cannot be read"};
    return file;
  }
  std::map<std::string, int> lines;
  nlohmann::json tree;
  try {
    tree = ReadYaml(*text, lines);
  } catch (const std::runtime_error& problem) {
    file.errors = {path + ": " + problem.what()};
    return file;
  }
  ConfigDocument document(tree, std::move(lines));
  const ConfigNode root = document.Root();
  file.inventory = ReadInventory(root);
  root.Finish();
  for (const ConfigError& error : document.Errors()) {
    file.errors.push_back(path + ": " + Describe(error));
  }
  return file;
}

}  // namespace spillway
