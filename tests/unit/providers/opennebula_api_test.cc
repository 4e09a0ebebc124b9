#include <gtest/gtest.h>

#include <map>

#include "providers/opennebula/client/one_api.h"
#include "tests/fakes/opennebula.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using fakes::OneFault;

TEST(OneApi, KnowsWhatEachErrorCodeMeans) {
  const std::map<std::int64_t, ErrorKind> expected = {
      {256, ErrorKind::kDenied},           {512, ErrorKind::kDenied},
      {1024, ErrorKind::kNotFound},        {2048, ErrorKind::kConflict},
      {4096, ErrorKind::kInvalid},         {8192, ErrorKind::kTransient},
      {16384, ErrorKind::kConflict},       {32768, ErrorKind::kTransient},
      {65536, ErrorKind::kUnknownOutcome},
  };
  std::map<std::int64_t, ErrorKind> table;
  for (const OneErrorCode& row : OneErrorCodes()) table[row.code] = row.kind;
  EXPECT_EQ(table, expected);
}

class OneApiTest : public ::testing::Test {
 protected:
  fakes::OpenNebula one_;
  HttpClient http_;
  const OneApi api_{http_, "one", {one_.endpoint(), Secret("oneadmin:opennebula"), 300ms}};
};

TEST_F(OneApiTest, SaysWhatTheOtherSideSaid) {
  const Result<OneHost> host = api_.Host(77);
  ASSERT_FALSE(host);
  EXPECT_EQ(host.error(), (Error{ErrorKind::kNotFound, "opennebula one one.host.info",
                                 "NO_EXISTS (1024)", "[one.host.info] Error getting host [77]."}));
}

// What only reads has changed nothing, whatever became of the answer.
TEST_F(OneApiTest, TellsCallsThatReadFromCallsThatChange) {
  struct Case {
    OneFault fault;
    ErrorKind reading;
    ErrorKind changing;
  };
  const Case cases[] = {
      {OneFault::kLostAnswer, ErrorKind::kTransient, ErrorKind::kUnknownOutcome},
      {OneFault::kLostRequest, ErrorKind::kTransient, ErrorKind::kUnknownOutcome},
      {OneFault::kHang, ErrorKind::kTransient, ErrorKind::kUnknownOutcome},
      {OneFault::kHttp500, ErrorKind::kTransient, ErrorKind::kUnknownOutcome},
      {OneFault::kGarbage, ErrorKind::kTransient, ErrorKind::kUnknownOutcome},
      {OneFault::kRpcFault, ErrorKind::kTransient, ErrorKind::kTransient},
      {OneFault::kElection, ErrorKind::kTransient, ErrorKind::kTransient},
      {OneFault::kLocked, ErrorKind::kTransient, ErrorKind::kTransient},
  };
  for (const Case& c : cases) {
    one_.FailNext("one.hostpool.info", c.fault);
    one_.FailNext("one.cluster.allocate", c.fault);
    const auto reading = api_.Hosts();
    const auto changing = api_.AllocateCluster("c" + std::to_string(static_cast<int>(c.fault)));
    ASSERT_TRUE(!reading && !changing);
    EXPECT_EQ(reading.error().kind, c.reading) << Describe(reading.error());
    EXPECT_EQ(changing.error().kind, c.changing) << Describe(changing.error());
  }
}

TEST_F(OneApiTest, ACallToNobodyIsTransient) {
  std::string closed;
  {
    const fakes::OpenNebula gone;
    closed = gone.endpoint();
  }
  const OneApi api(http_, "one", {closed, Secret("a:b"), 1s});
  const Result<int> cluster = api.AllocateCluster("edge");
  ASSERT_FALSE(cluster);
  EXPECT_EQ(cluster.error().kind, ErrorKind::kTransient);
}

TEST_F(OneApiTest, AWrongAddressIsInvalid) {
  const OneApi api(http_, "one", {one_.endpoint() + "x", Secret("a:b"), 1s});
  const auto clusters = api.Clusters();
  ASSERT_FALSE(clusters);
  EXPECT_EQ(clusters.error().kind, ErrorKind::kInvalid);
}

TEST_F(OneApiTest, ValuesOfAttributesStayOneAttribute) {
  const int host = one_.AddHost("h", "kvm", 0);
  const std::string value = "a\"\nBURST=\"no\\";
  ASSERT_TRUE(api_.UpdateHost(host, {{"POOL", value}}));
  const auto attributes = one_.Hosts().front().attributes;
  EXPECT_EQ(attributes.at("POOL"), "a\" BURST=\"no\\");
  EXPECT_FALSE(attributes.contains("BURST"));
}

}  // namespace
}  // namespace spillway
