#include "providers/opennebula/client/one_xml.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <pugixml.hpp>

namespace spillway {
namespace {

// Reads the children of one element; after a missing or nonsensical one `ok` stays false.
class Fields {
 public:
  explicit Fields(const pugi::xml_node& node) : node_(node) {}

  bool ok() const { return ok_; }
  void Refuse() { ok_ = false; }

  std::string Text(const char* name) {
    const pugi::xml_node child = node_.child(name);
    if (!child) ok_ = false;
    return child.text().get();
  }
  template <class Number>
  Number Of(const char* name) {
    const std::string text = Text(name);
    Number number{};
    const char* end = text.data() + text.size();
    const auto [last, failure] = std::from_chars(text.data(), end, number);
    if (failure != std::errc() || last != end) ok_ = false;
    return number;
  }
  // A count or an amount: never below 0.
  std::int64_t Amount(const char* name) {
    const auto number = Of<std::int64_t>(name);
    if (number < 0) ok_ = false;
    return number;
  }
  std::vector<int> Ids(const char* list) {
    std::vector<int> ids;
    if (!node_.child(list)) ok_ = false;
    for (const pugi::xml_node& id : node_.child(list).children("ID")) {
      int number = 0;
      const std::string_view text = id.text().get();
      const auto [last, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (failure != std::errc() || last != text.data() + text.size()) ok_ = false;
      ids.push_back(number);
    }
    return ids;
  }

 private:
  pugi::xml_node node_;
  bool ok_ = true;
};

std::optional<OneCluster> ClusterOf(const pugi::xml_node& node) {
  Fields fields(node);
  OneCluster cluster;
  cluster.id = fields.Of<int>("ID");
  cluster.name = fields.Text("NAME");
  cluster.datastores = fields.Ids("DATASTORES");
  cluster.networks = fields.Ids("VNETS");
  if (!fields.ok()) return std::nullopt;
  return cluster;
}

std::optional<OneHost> HostOf(const pugi::xml_node& node) {
  Fields fields(node);
  Fields share(node.child("HOST_SHARE"));
  const pugi::xml_node attributes = node.child("TEMPLATE");
  OneHost host;
  host.id = fields.Of<int>("ID");
  host.name = fields.Text("NAME");
  host.state = static_cast<OneHostState>(fields.Of<int>("STATE"));
  host.cluster_id = fields.Of<int>("CLUSTER_ID");
  host.cluster = fields.Text("CLUSTER");
  host.vm_driver = fields.Text("VM_MAD");
  host.used = {share.Amount("CPU_USAGE"), share.Amount("MEM_USAGE")};
  host.schedulable = {share.Amount("MAX_CPU"), share.Amount("MAX_MEM")};
  host.running_vms = share.Amount("RUNNING_VMS");
  host.vms = fields.Ids("VMS");
  host.spillway_host = attributes.child("SPILLWAY_HOST").text().get();
  host.is_burst = attributes.child("BURST").text().get() == std::string_view("yes");
  host.error = attributes.child("ERROR").text().get();
  if (!fields.ok() || !share.ok()) return std::nullopt;
  return host;
}

// Processors may be parts of a core: "0.5". Marks `size` where they are none.
OneCapacity SizeOf(Fields& size) {
  const auto cores = size.Of<double>("CPU");
  const bool is_sane = std::isfinite(cores) && cores >= 0 && cores < 1e6;
  if (!is_sane) size.Refuse();
  return {is_sane ? std::llround(std::ceil(cores * 100 - 1e-9)) : 0, size.Amount("MEMORY") * 1024};
}

std::optional<OneVm> VmOf(const pugi::xml_node& node) {
  Fields fields(node);
  Fields size(node.child("TEMPLATE"));
  OneVm vm;
  vm.id = fields.Of<int>("ID");
  vm.state = fields.Of<int>("STATE");
  vm.lcm_state = fields.Of<int>("LCM_STATE");
  vm.is_to_be_rescheduled = fields.Of<int>("RESCHED") != 0;
  vm.size = SizeOf(size);
  int newest = -1;
  for (const pugi::xml_node& record : node.child("HISTORY_RECORDS").children("HISTORY")) {
    Fields history(record);
    const int sequence = history.Of<int>("SEQ");
    const int host = history.Of<int>("HID");
    if (!history.ok()) return std::nullopt;
    if (sequence >= newest) vm.host_id = host;
    newest = std::max(newest, sequence);
  }
  if (!fields.ok() || !size.ok()) return std::nullopt;
  return vm;
}

std::optional<OneWaitingVm> WaitingVmOf(const pugi::xml_node& node) {
  const pugi::xml_node made = node.child("TEMPLATE");
  const pugi::xml_node own = node.child("USER_TEMPLATE");
  Fields fields(node);
  Fields size(made);
  OneWaitingVm vm;
  vm.id = fields.Of<int>("ID");
  vm.size = SizeOf(size);
  vm.requirements = own.child("SCHED_REQUIREMENTS").text().get();
  vm.automatic_requirements = made.child("AUTOMATIC_REQUIREMENTS").text().get();
  vm.sched_message = own.child("SCHED_MESSAGE").text().get();
  if (!fields.ok() || !size.ok()) return std::nullopt;
  return vm;
}

std::optional<OneHostUse> HostUseOf(const pugi::xml_node& node) {
  Fields fields(node);
  Fields capacity(node.child("CAPACITY"));
  OneHostUse use;
  use.host_id = fields.Of<int>("ID");
  use.time = Time(std::chrono::seconds(fields.Of<std::uint32_t>("TIMESTAMP")));
  use.used = {capacity.Amount("USED_CPU"), capacity.Amount("USED_MEMORY")};
  if (!fields.ok() || !capacity.ok()) return std::nullopt;
  return use;
}

bool HasCapacity(const pugi::xml_node& node) { return !node.child("CAPACITY").empty(); }

bool IsPending(const pugi::xml_node& node) {
  constexpr int kPending = 1;
  return node.child("STATE").text().as_int(-1) == kPending;
}

template <class T>
std::optional<std::vector<T>> PoolOf(std::string_view xml, const char* pool, const char* element,
                                     std::optional<T> (*read)(const pugi::xml_node&),
                                     bool (*counts)(const pugi::xml_node&) = nullptr) {
  pugi::xml_document document;
  if (!document.load_buffer(xml.data(), xml.size())) return std::nullopt;
  const pugi::xml_node root = document.child(pool);
  if (!root) return std::nullopt;
  std::vector<T> members;
  for (const pugi::xml_node& node : root.children(element)) {
    if (counts && !counts(node)) continue;
    std::optional<T> member = read(node);
    if (!member) return std::nullopt;
    members.push_back(std::move(*member));
  }
  return members;
}

}  // namespace

std::optional<std::vector<OneCluster>> ReadClusterPool(std::string_view xml) {
  return PoolOf<OneCluster>(xml, "CLUSTER_POOL", "CLUSTER", &ClusterOf);
}

std::optional<std::vector<OneHost>> ReadHostPool(std::string_view xml) {
  return PoolOf<OneHost>(xml, "HOST_POOL", "HOST", &HostOf);
}

std::optional<OneHost> ReadHost(std::string_view xml) {
  pugi::xml_document document;
  if (!document.load_buffer(xml.data(), xml.size())) return std::nullopt;
  return HostOf(document.child("HOST"));
}

std::optional<std::vector<OneVm>> ReadVmPool(std::string_view xml) {
  return PoolOf<OneVm>(xml, "VM_POOL", "VM", &VmOf);
}

std::optional<std::vector<OneHostUse>> ReadHostUse(std::string_view xml) {
  return PoolOf<OneHostUse>(xml, "MONITORING_DATA", "MONITORING", &HostUseOf, &HasCapacity);
}

std::optional<std::vector<OneWaitingVm>> ReadWaitingVms(std::string_view xml) {
  return PoolOf<OneWaitingVm>(xml, "VM_POOL", "VM", &WaitingVmOf, &IsPending);
}

}  // namespace spillway
