#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "providers/opennebula/client/one_xml.h"
#include "providers/opennebula/opennebula_registrar.h"
#include "tests/support/paths.h"

namespace spillway {
namespace {

using testing::SourcePath;

// The payload of the successful answer number `n` of a recorded method; empty when there is none.
std::string Recorded(const std::string& method, int n) {
  std::ifstream file(SourcePath("../shared/facts/opennebula-captures/") + method + ".txt");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("[true", 0) == 0 && n-- == 0) return nlohmann::json::parse(line)[1];
  }
  return "";
}

const char kHost[] =
    "<HOST><ID>7</ID><NAME>10.0.0.5</NAME><STATE>2</STATE><PREV_STATE>2</PREV_STATE>"
    "<IM_MAD><![CDATA[kvm]]></IM_MAD><VM_MAD><![CDATA[kvm]]></VM_MAD>"
    "<CLUSTER_ID>100</CLUSTER_ID><CLUSTER>edge</CLUSTER><HOST_SHARE><MEM_USAGE>1048577</MEM_USAGE>"
    "<CPU_USAGE>250</CPU_USAGE><TOTAL_MEM>16777216</TOTAL_MEM><TOTAL_CPU>800</TOTAL_CPU>"
    "<MAX_MEM>15728640</MAX_MEM><MAX_CPU>700</MAX_CPU><RUNNING_VMS>2</RUNNING_VMS></HOST_SHARE>"
    "<VMS><ID>3</ID><ID>4</ID><ID>9</ID></VMS>"
    "<TEMPLATE><BURST><![CDATA[yes]]></BURST><SPILLWAY_HOST><![CDATA[edge-1-a]]></SPILLWAY_HOST>"
    "</TEMPLATE><MONITORING/></HOST>";

std::string Replaced(std::string text, const std::string& what, const std::string& by) {
  return text.replace(text.find(what), what.size(), by);
}

TEST(OneXml, ReadsAHostWithUnitsAndMarks) {
  const auto host = ReadHost(kHost);
  ASSERT_TRUE(host);
  EXPECT_EQ(host->id, 7);
  EXPECT_EQ(host->name, "10.0.0.5");
  EXPECT_EQ(host->cluster, "edge");
  EXPECT_EQ(host->vm_driver, "kvm");
  EXPECT_EQ(host->schedulable, (OneCapacity{700, 15728640}));
  EXPECT_EQ(host->used, (OneCapacity{250, 1048577}));
  EXPECT_EQ(host->vms, (std::vector<int>{3, 4, 9}));
  EXPECT_EQ(host->spillway_host, "edge-1-a");
  EXPECT_TRUE(host->is_burst);
}

TEST(OneXml, TakesTheLargerGuestCountAndRoundsAllocationsUp) {
  const EnrolmentStatus status = StatusOf(*ReadHost(kHost));
  EXPECT_EQ(status.guests, (Guests{3, {3, 1025}}));
}

TEST(OneXml, MapsEveryHostState) {
  const std::pair<int, EnrolmentState> cases[] = {
      {0, EnrolmentState::kPending},  {2, EnrolmentState::kMonitored},
      {3, EnrolmentState::kError},    {4, EnrolmentState::kCordoned},
      {8, EnrolmentState::kCordoned}, {1, EnrolmentState::kPending},
  };
  for (const auto& [number, state] : cases) {
    const auto host = ReadHost(
        Replaced(kHost, "<STATE>2</STATE>", "<STATE>" + std::to_string(number) + "</STATE>"));
    ASSERT_TRUE(host);
    EXPECT_EQ(StatusOf(*host).state, state) << number;
  }
}

// A host whose guests cannot be read must not look empty.
TEST(OneXml, RefusesAHostThatLacksWhatIsDecidedBy) {
  const std::pair<const char*, const char*> cases[] = {
      {"<RUNNING_VMS>2</RUNNING_VMS>", ""},
      {"<RUNNING_VMS>2</RUNNING_VMS>", "<RUNNING_VMS>two</RUNNING_VMS>"},
      {"<RUNNING_VMS>2</RUNNING_VMS>", "<RUNNING_VMS>-1</RUNNING_VMS>"},
      {"<VMS><ID>3</ID><ID>4</ID><ID>9</ID></VMS>", ""},
      {"<ID>4</ID>", "<ID>x</ID>"},
      {"<STATE>2</STATE>", "<STATE></STATE>"},
      {"<MEM_USAGE>1048577</MEM_USAGE>", ""},
      {"</HOST>", ""},
  };
  for (const auto& [what, by] : cases) {
    EXPECT_FALSE(ReadHost(Replaced(kHost, what, by))) << what << " -> " << by;
  }
  EXPECT_FALSE(ReadHostPool("<HOST_POOL>" + std::string(kHost) + "<HOST/></HOST_POOL>"));
  EXPECT_FALSE(ReadHostPool("<CLUSTER_POOL></CLUSTER_POOL>"));
}

TEST(OneXml, ReadsGuestsWithTheirNewestPlace) {
  const auto vms = ReadVmPool(
      "<VM_POOL><VM><ID>1</ID><STATE>3</STATE><LCM_STATE>4</LCM_STATE><RESCHED>1</RESCHED>"
      "<TEMPLATE><CPU>0.5</CPU><MEMORY>512</MEMORY><VCPU></VCPU></TEMPLATE><HISTORY_RECORDS>"
      "<HISTORY><SEQ>1</SEQ><HID>12</HID></HISTORY><HISTORY><SEQ>0</SEQ><HID>3</HID></HISTORY>"
      "</HISTORY_RECORDS></VM></VM_POOL>");
  ASSERT_TRUE(vms);
  EXPECT_EQ(vms->front(), (OneVm{1, 3, 4, true, {50, 512 * 1024}, 12}));
}

TEST(OneXml, RefusesGuestsWithSizesThatAreNone) {
  for (const char* cpu : {"nan", "inf", "-1", "1e300", "", "x"}) {
    EXPECT_FALSE(
        ReadVmPool("<VM_POOL><VM><ID>1</ID><STATE>3</STATE><LCM_STATE>3</LCM_STATE>"
                   "<RESCHED>0</RESCHED><TEMPLATE><CPU>" +
                   std::string(cpu) + "</CPU><MEMORY>1</MEMORY></TEMPLATE></VM></VM_POOL>"))
        << cpu;
  }
}

TEST(OneXml, ReadsRecordedAnswers) {
  const std::string host_xml = Recorded("one.host.info", 0);
  if (host_xml.empty()) GTEST_SKIP() << "recorded answers of OpenNebula are not on this machine";
  const auto host = ReadHost(host_xml);
  ASSERT_TRUE(host);
  EXPECT_EQ(host->name, "edge-host0");
  EXPECT_EQ(host->state, OneHostState::kMonitored);
  EXPECT_EQ(host->schedulable, (OneCapacity{800, 16777216}));
  EXPECT_TRUE(host->is_burst);
  EXPECT_EQ(StatusOf(*host).guests, Guests{});

  const auto clusters = ReadClusterPool(Recorded("one.clusterpool.info", 0));
  EXPECT_EQ(clusters, (std::vector<OneCluster>{{0, "default", {0, 1, 2}, {}}}));

  EXPECT_EQ(ReadHostPool(Recorded("one.hostpool.info", 0)), std::vector<OneHost>());

  const auto vms = ReadVmPool(Recorded("one.vmpool.info", 0));
  EXPECT_EQ(vms, (std::vector<OneVm>{{1, 1, 0, false, {6400, 512 * 1024}, -1},
                                     {0, 1, 0, false, {100, 512 * 1024}, -1}}));
}

TEST(OneXml, ReadsARecordedHostOfAnotherDriver) {
  std::ifstream file(
      SourcePath("../shared/facts/opennebula-captures/event-EVENT_STATE_HOST_MONITORED.xml"));
  if (!file) GTEST_SKIP() << "recorded answers of OpenNebula are not on this machine";
  std::ostringstream text;
  text << file.rdbuf();
  const std::string event = text.str();
  const std::size_t begin = event.find("<HOST>");
  const auto host = ReadHost(event.substr(begin, event.find("</HOOK_MESSAGE>") - begin));
  ASSERT_TRUE(host);
  EXPECT_EQ(host->vm_driver, "firecracker");
}

}  // namespace
}  // namespace spillway
