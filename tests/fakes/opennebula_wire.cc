#include "tests/fakes/opennebula_wire.h"

#include <algorithm>
#include <pugixml.hpp>
#include <sstream>
#include <utility>

namespace spillway::fakes {
namespace {

std::string Saved(const pugi::xml_document& document) {
  std::ostringstream text;
  document.save(text, "", pugi::format_raw | pugi::format_no_declaration);
  return std::move(text).str();
}

void Put(pugi::xml_node node, const char* name, const std::string& text) {
  node.append_child(name).append_child(pugi::node_pcdata).set_value(text.c_str());
}
void Put(pugi::xml_node node, const char* name, std::int64_t number) {
  Put(node, name, std::to_string(number));
}
void PutCdata(pugi::xml_node node, const char* name, const std::string& text) {
  node.append_child(name).append_child(pugi::node_cdata).set_value(text.c_str());
}

void PutValue(pugi::xml_node data, const OneParam& value) {
  const pugi::xml_node node = data.append_child("value");
  if (const auto* text = std::get_if<std::string>(&value)) Put(node, "string", *text);
  if (const auto* number = std::get_if<std::int64_t>(&value)) Put(node, "i4", *number);
  if (const auto* truth = std::get_if<bool>(&value)) Put(node, "boolean", *truth ? 1 : 0);
}

void PutIds(pugi::xml_node node, const char* name, const std::vector<int>& ids) {
  const pugi::xml_node list = node.append_child(name);
  for (const int id : ids) Put(list, "ID", id);
}

void PutHost(pugi::xml_node parent, const OneHostRecord& host, const std::string& cluster,
             const std::vector<OneGuest>& guests) {
  std::int64_t cpu = 0;
  std::int64_t memory = 0;
  std::vector<int> ids;
  for (const OneGuest& guest : guests) {
    if (!guest.IsOn(host.id)) continue;
    cpu += guest.cpu_percent;
    memory += guest.memory_mib * 1024;
    ids.push_back(guest.id);
  }
  pugi::xml_node node = parent.append_child("HOST");
  Put(node, "ID", host.id);
  Put(node, "NAME", host.name);
  Put(node, "STATE", host.state);
  Put(node, "PREV_STATE", host.state);
  PutCdata(node, "IM_MAD", host.driver);
  PutCdata(node, "VM_MAD", host.driver);
  Put(node, "CLUSTER_ID", host.cluster);
  Put(node, "CLUSTER", cluster);
  pugi::xml_node share = node.append_child("HOST_SHARE");
  Put(share, "MEM_USAGE", memory);
  Put(share, "CPU_USAGE", cpu);
  Put(share, "TOTAL_MEM", host.memory_kib);
  Put(share, "TOTAL_CPU", host.cpu_percent);
  Put(share, "MAX_MEM", host.memory_kib);
  Put(share, "MAX_CPU", host.cpu_percent);
  Put(share, "RUNNING_VMS", static_cast<std::int64_t>(ids.size()));
  Put(share, "VMS_THREAD", 1);
  PutIds(node, "VMS", ids);
  pugi::xml_node attributes = node.append_child("TEMPLATE");
  for (const auto& [name, value] : host.attributes) PutCdata(attributes, name.c_str(), value);
  node.append_child("MONITORING");
}

}  // namespace

std::optional<OneCall> ReadOneCall(const std::string& body) {
  pugi::xml_document document;
  if (!document.load_string(body.c_str())) return std::nullopt;
  const pugi::xml_node root = document.child("methodCall");
  OneCall call;
  call.method = root.child_value("methodName");
  for (const pugi::xml_node& param : root.child("params").children("param")) {
    const pugi::xml_node typed = param.child("value").first_child();
    const std::string type = typed.name();
    if (type == "string") call.params.emplace_back(std::string(typed.text().get()));
    if (type == "i4" || type == "int") {
      call.params.emplace_back(static_cast<std::int64_t>(typed.text().as_llong()));
    }
    if (type == "boolean") call.params.emplace_back(typed.text().as_int() == 1);
  }
  if (call.method.empty()) return std::nullopt;
  return call;
}

std::string WriteOneReply(const OneReply& reply) {
  pugi::xml_document document;
  pugi::xml_node data = document.append_child("methodResponse")
                            .append_child("params")
                            .append_child("param")
                            .append_child("value")
                            .append_child("array")
                            .append_child("data");
  PutValue(data, reply.code == 0);
  PutValue(data, reply.value);
  PutValue(data, static_cast<std::int64_t>(reply.code));
  if (reply.code != 0) {
    PutValue(data, static_cast<std::int64_t>(reply.object));
    Put(data.append_child("value"), "i8", -1);
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n" + Saved(document);
}

std::string WriteOneFault(int code, const std::string& text) {
  pugi::xml_document document;
  pugi::xml_node fault = document.append_child("methodResponse")
                             .append_child("fault")
                             .append_child("value")
                             .append_child("struct");
  pugi::xml_node number = fault.append_child("member");
  Put(number, "name", "faultCode");
  Put(number.append_child("value"), "i4", code);
  pugi::xml_node words = fault.append_child("member");
  Put(words, "name", "faultString");
  Put(words.append_child("value"), "string", text);
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n" + Saved(document);
}

std::map<std::string, std::string> ReadOneTemplate(const std::string& text) {
  std::map<std::string, std::string> attributes;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find("=\"");
    if (equals == std::string::npos || line.back() != '"') continue;
    std::string value;
    for (std::size_t i = equals + 2; i + 1 < line.size(); ++i) {
      if (line[i] == '\\') ++i;
      value += line[i];
    }
    attributes[line.substr(0, equals)] = value;
  }
  return attributes;
}

std::string WriteClusters(const std::vector<OneClusterState>& clusters,
                          const std::vector<OneHostRecord>& hosts) {
  pugi::xml_document document;
  pugi::xml_node pool = document.append_child("CLUSTER_POOL");
  for (const OneClusterState& cluster : clusters) {
    pugi::xml_node node = pool.append_child("CLUSTER");
    Put(node, "ID", cluster.id);
    Put(node, "NAME", cluster.name);
    std::vector<int> members;
    for (const OneHostRecord& host : hosts) {
      if (host.cluster == cluster.id) members.push_back(host.id);
    }
    PutIds(node, "HOSTS", members);
    PutIds(node, "DATASTORES", cluster.datastores);
    PutIds(node, "VNETS", cluster.networks);
    PutCdata(node.append_child("TEMPLATE"), "RESERVED_CPU", "");
  }
  return Saved(document);
}

std::string WriteHost(const OneHostRecord& host, const std::string& cluster,
                      const std::vector<OneGuest>& guests) {
  pugi::xml_document document;
  PutHost(document, host, cluster, guests);
  return Saved(document);
}

std::string WriteHosts(const std::vector<OneHostRecord>& hosts,
                       const std::vector<OneClusterState>& clusters,
                       const std::vector<OneGuest>& guests) {
  pugi::xml_document document;
  pugi::xml_node pool = document.append_child("HOST_POOL");
  for (const OneHostRecord& host : hosts) {
    const auto cluster = std::find_if(clusters.begin(), clusters.end(),
                                      [&](const auto& c) { return c.id == host.cluster; });
    PutHost(pool, host, cluster == clusters.end() ? "" : cluster->name, guests);
  }
  return Saved(document);
}

std::string WriteMonitoring(const std::vector<OneHostRecord>& hosts) {
  pugi::xml_document document;
  pugi::xml_node data = document.append_child("MONITORING_DATA");
  for (const OneHostRecord& host : hosts) {
    if (host.use.timestamp == 0) continue;
    pugi::xml_node node = data.append_child("MONITORING");
    Put(node, "TIMESTAMP", host.use.timestamp);
    Put(node, "ID", host.id);
    pugi::xml_node capacity = node.append_child("CAPACITY");
    PutCdata(capacity, "FREE_CPU", std::to_string(host.cpu_percent - host.use.cpu_percent));
    PutCdata(capacity, "FREE_MEMORY", std::to_string(host.memory_kib - host.use.memory_kib));
    PutCdata(capacity, "USED_CPU", std::to_string(host.use.cpu_percent));
    PutCdata(capacity, "USED_MEMORY", std::to_string(host.use.memory_kib));
    PutCdata(node.append_child("SYSTEM"), "NETRX", "50104108822222");
  }
  return Saved(document);
}

std::string AutomaticRequirements(const OneGuest& guest) {
  std::string clusters;
  for (const int id : guest.clusters) {
    clusters += (clusters.empty() ? "" : " | ") + ("CLUSTER_ID = " + std::to_string(id));
  }
  return (clusters.empty() ? "" : "(" + clusters + ") & ") +
         std::string("!(PUBLIC_CLOUD = YES) & !(PIN_POLICY = PINNED)");
}

std::string WriteGuests(const std::vector<OneGuest>& guests) {
  pugi::xml_document document;
  pugi::xml_node pool = document.append_child("VM_POOL");
  for (const OneGuest& guest : guests) {
    pugi::xml_node node = pool.append_child("VM");
    Put(node, "ID", guest.id);
    Put(node, "NAME", "vm" + std::to_string(guest.id));
    Put(node, "STATE", guest.state);
    Put(node, "LCM_STATE", guest.lcm_state);
    Put(node, "RESCHED", guest.is_to_be_rescheduled ? 1 : 0);
    pugi::xml_node size = node.append_child("TEMPLATE");
    const std::string hundredths = std::to_string(100 + guest.cpu_percent % 100).substr(1);
    const std::string cores = std::to_string(guest.cpu_percent / 100) + "." + hundredths;
    Put(size, "CPU", cores);
    Put(size, "MEMORY", guest.memory_mib);
    Put(size, "VCPU", "");
    PutCdata(size, "AUTOMATIC_REQUIREMENTS", AutomaticRequirements(guest));
    pugi::xml_node own = node.append_child("USER_TEMPLATE");
    if (!guest.requirements.empty()) PutCdata(own, "SCHED_REQUIREMENTS", guest.requirements);
    if (!guest.sched_message.empty()) PutCdata(own, "SCHED_MESSAGE", guest.sched_message);
    node.append_child("MONITORING");
    if (guest.host < 0 && guest.target < 0) {
      node.append_child("HISTORY_RECORDS");
      continue;
    }
    pugi::xml_node record = node.append_child("HISTORY_RECORDS").append_child("HISTORY");
    Put(record, "SEQ", guest.target < 0 ? 0 : 1);
    Put(record, "HID", guest.target < 0 ? guest.host : guest.target);
  }
  return Saved(document);
}

}  // namespace spillway::fakes
