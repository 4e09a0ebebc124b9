#include "scaler/control/audit_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/driven_service.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

AuditEntry AnEntry(const std::string& action) {
  return {"",   At(90s), "anna", Role::kOperator, "192.0.2.1", action, "hosts", "its fan \xff",
          true, ""};
}

class AuditLogTest : public ::testing::Test, protected DrivenService {
 protected:
  void Add(const std::string& action) {
    audit_.Add(AnEntry(action));
    loop_.RunFor(0s);
  }
  static std::vector<std::string> Actions(const AuditPage& page) {
    std::vector<std::string> actions;
    for (const AuditEntry& entry : page.entries) actions.push_back(entry.action);
    return actions;
  }

  AuditLog audit_{store_, journal_, log_, 3};
};

TEST_F(AuditLogTest, GivesPagesNewestFirst) {
  for (const char* action : {"a", "b", "c"}) Add(action);
  const AuditPage first = audit_.Newest(2, "");
  EXPECT_THAT(Actions(first), ElementsAre("c", "b"));
  EXPECT_TRUE(first.has_more);
  const AuditPage rest = audit_.Newest(2, first.entries.back().id);
  EXPECT_THAT(Actions(rest), ElementsAre("a"));
  EXPECT_FALSE(rest.has_more);
  EXPECT_THAT(Actions(audit_.Newest(2, rest.entries.back().id)), IsEmpty());
}

TEST_F(AuditLogTest, BeyondTheMostTheOldestGoesFromTheStoreToo) {
  for (const char* action : {"a", "b", "c", "d"}) Add(action);
  EXPECT_THAT(Actions(audit_.Newest(9, "")), ElementsAre("d", "c", "b"));
  EXPECT_EQ(store_.Notes(kAuditNote).size(), 3u);
}

TEST_F(AuditLogTest, GoesOnAfterARestart) {
  Add("a");
  AuditLog next(store_, journal_, log_, 3);
  next.Add(AnEntry("b"));
  const AuditPage page = next.Newest(9, "");
  EXPECT_THAT(Actions(page), ElementsAre("b", "a"));
  EXPECT_GT(page.entries[0].id, page.entries[1].id);
}

TEST(AuditEntryNote, IsReadBackAsItWas) {
  AuditEntry entry = AnEntry("pause");
  entry.id = "000000000007";
  entry.reason = "its fan";
  EXPECT_EQ(AuditEntryFrom(NoteOf(entry)), entry);
  entry.is_done = false;
  entry.detail = "conflict: it is gone";
  EXPECT_EQ(AuditEntryFrom(NoteOf(entry)), entry);
  EXPECT_FALSE(AuditEntryFrom({kAuditNote, "1", "torn"}));
}

}  // namespace
}  // namespace spillway
