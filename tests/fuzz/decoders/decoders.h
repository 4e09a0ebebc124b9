// The functions of the table in table.cc, each in a file of its own.
#pragma once

#include <string_view>

#include "bus/adapters/builtin.h"
#include "tests/fuzz/targets.h"

namespace spillway::fuzz {

void EatBusFrame(std::string_view bytes);
void EatCloudJson(std::string_view bytes);
void EatEc2Xml(std::string_view bytes);
void EatExternalAnswer(std::string_view bytes);
void EatForAdapter(const adapters::AdapterKind& kind, std::string_view bytes);
// Whether it is an adapter that others send to.
bool IsSentTo(const adapters::AdapterKind& kind);
void EatMapping(std::string_view bytes);
void EatNodeLook(std::string_view bytes);
void EatOpenNebulaXml(std::string_view bytes);
void EatPattern(std::string_view bytes);
void EatPromqlAnswer(std::string_view bytes);
void EatQuery(std::string_view bytes);
void EatRecordingFile(std::string_view bytes);
void EatRecordingLine(std::string_view bytes);
void EatRemotePolicy(std::string_view bytes);
void EatScript(std::string_view bytes);
void EatTrace(std::string_view bytes);
void EatUnits(std::string_view bytes);
void EatUnpack(std::string_view bytes);
void EatYaml(std::string_view bytes);

}  // namespace spillway::fuzz
