#include "providers/opennebula/client/one_requirements.h"
#include "providers/opennebula/client/one_waiting.h"
#include "providers/opennebula/client/one_xml.h"
#include "providers/opennebula/client/xml_rpc.h"
#include "tests/fuzz/decoders/decoders.h"

namespace spillway::fuzz {
namespace {

void EatPools(std::string_view xml) {
  ReadClusterPool(xml);
  ReadHostPool(xml);
  ReadHost(xml);
  ReadVmPool(xml);
  const auto waiting = ReadWaitingVms(xml);
  if (!waiting) return;
  OneCluster cluster;
  cluster.id = 100;
  cluster.name = "edge";
  for (const OneWaitingVm& vm : *waiting) GuestOf(vm, cluster, Hypervisor::kKvm);
}

}  // namespace

// An answer of XML-RPC, and what may stand in one.
void EatOpenNebulaXml(std::string_view bytes) {
  const RpcAnswer answer = ReadRpcAnswer(bytes);
  if (const auto* values = std::get_if<std::vector<RpcValue>>(&answer)) {
    Require(values->size() <= 16, "an answer has at most 16 members");
    for (const RpcValue& value : *values) {
      if (const auto* text = std::get_if<std::string>(&value)) EatPools(*text);
    }
  }
  EatPools(bytes);
  Meets({{{"CLUSTER_ID", "100"}, {"HYPERVISOR", "kvm"}}, {"PUBLIC_CLOUD"}}, bytes);
}

}  // namespace spillway::fuzz
