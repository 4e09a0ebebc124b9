// The targets that need little of Spillway, so that their program is built in a few minutes.
#include "tests/fuzz/decoders/decoders.h"
#include "tests/fuzz/targets.h"

namespace spillway::fuzz {

std::vector<Target> Decoders() {
  std::vector<Target> targets = {
      {"bus_frame", EatBusFrame},
      {"cloud_json", EatCloudJson},
      {"ec2_xml", EatEc2Xml},
      {"external_answer", EatExternalAnswer},
      {"mapping", EatMapping},
      {"node_look", EatNodeLook},
      {"opennebula_xml", EatOpenNebulaXml},
      {"pattern", EatPattern},
      {"promql_answer", EatPromqlAnswer},
      {"query", EatQuery},
      {"recording_file", EatRecordingFile},
      {"recording_line", EatRecordingLine},
      {"remote_policy", EatRemotePolicy},
      {"script", EatScript},
      {"trace", EatTrace},
      {"units", EatUnits},
      {"unpack", EatUnpack},
      {"yaml", EatYaml},
  };
  for (const adapters::AdapterKind& kind : adapters::BuiltinAdapters()) {
    if (!IsSentTo(kind)) continue;
    targets.push_back({"adapter_" + std::string(kind.kind),
                       [&kind](std::string_view bytes) { EatForAdapter(kind, bytes); }});
  }
  return targets;
}

}  // namespace spillway::fuzz
