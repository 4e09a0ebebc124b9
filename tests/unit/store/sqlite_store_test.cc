#include "scaler/store/sqlite_store.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "scaler/store/sqlite.h"
#include "scaler/store/sqlite_schema.h"
#include "tests/support/records.h"
#include "tests/support/scratch_dir.h"

namespace spillway {
namespace {

using namespace spillway::testing;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SqliteStoreTest : public ::testing::Test {
 protected:
  std::unique_ptr<Store> Open(StoreMode mode = StoreMode::kReadWrite) const {
    return OpenSqliteStore(path_, mode, "dep-1");
  }
  std::string MessageOfOpening(StoreMode mode = StoreMode::kReadWrite) const {
    return MessageOf([&] { Open(mode); });
  }
  static std::string MessageOf(const std::function<void()>& call) {
    try {
      call();
    } catch (const StoreError& error) {
      return error.what();
    }
    return "no StoreError";
  }

  ScratchDir directory_;
  const std::string path_ = directory_.File("store.db");
};

TEST_F(SqliteStoreTest, ASecondWriterIsRefusedUntilTheFirstIsGone) {
  auto writer = Open();
  EXPECT_THAT(MessageOfOpening(),
              AllOf(HasSubstr(path_), HasSubstr("another writer has the store open (process " +
                                                std::to_string(getpid()) + ")")));
  writer->Commit({{AHost("h-1")}});
  writer.reset();
  EXPECT_EQ(Open()->Hosts(true).size(), 1U);
}

TEST_F(SqliteStoreTest, NotesMayBePutDownBesideTheWriterAndNothingElse) {
  const auto writer = Open();
  const auto beside = Open(StoreMode::kNotes);
  Changes note;
  note.notes = {{"roles", "edge", "text"}};
  beside->Commit(note);
  EXPECT_THAT(writer->Notes("roles"), ElementsAre(note.notes[0]));
  writer->Commit({{AHost("h-1")}});
  EXPECT_EQ(beside->Hosts(true).size(), 1U);
  EXPECT_THAT(MessageOf([&] { beside->Commit({{AHost("h-2")}}); }),
              HasSubstr("opened for reading only"));
  EXPECT_THAT(MessageOf([&] { Open(StoreMode::kReadOnly)->Commit(note); }),
              HasSubstr("opened for reading only"));
}

TEST_F(SqliteStoreTest, KeepsEverythingOverAReopening) {
  const Changes changes{{AFullHost("h-1")},
                        {AFullClusterState("edge")},
                        {ADecision("edge-2", At(1s)), ADecision("edge-1", At(1s))},
                        {{"key", At(1h), 3, "why"}}};
  Open()->Commit(changes);
  const auto store = OpenSqliteStore(path_, StoreMode::kReadWrite, "another");
  EXPECT_EQ(store->DeploymentId(), "dep-1");
  EXPECT_EQ(store->Hosts(true), changes.hosts);
  EXPECT_EQ(store->Clusters(), changes.clusters);
  EXPECT_EQ(store->Backoffs(), changes.backoffs);
  EXPECT_THAT(store->Decisions({}), ElementsAre(changes.decisions[1], changes.decisions[0]));
}

TEST_F(SqliteStoreTest, AReaderSeesWhatIsCommittedWhileTheWriterIsOpen) {
  auto writer = Open();
  auto reader = Open(StoreMode::kReadOnly);
  EXPECT_TRUE(reader->Hosts(true).empty());
  writer->Commit({{AHost("h-1")}});
  EXPECT_THAT(reader->Hosts(true), ElementsAre(AHost("h-1")));
  EXPECT_EQ(reader->DeploymentId(), "dep-1");
  writer->Commit({{AHost("h-1", HostState::kDraining)}});
  EXPECT_THAT(reader->Hosts(true), ElementsAre(AHost("h-1", HostState::kDraining)));
}

TEST_F(SqliteStoreTest, AReaderWorksAfterTheWriterIsGone) {
  Open()->Commit({{AHost("h-1")}});
  EXPECT_THAT(Open(StoreMode::kReadOnly)->Hosts(true), ElementsAre(AHost("h-1")));
}

TEST_F(SqliteStoreTest, AReaderWritesNothing) {
  auto writer = Open();
  auto reader = Open(StoreMode::kReadOnly);
  EXPECT_THAT(MessageOf([&] { reader->Commit({{AHost("h-1")}}); }),
              HasSubstr("opened for reading only"));
  EXPECT_THAT(MessageOf([&] { reader->Prune({}, At(0s), 1); }),
              HasSubstr("opened for reading only"));
  EXPECT_TRUE(writer->Hosts(true).empty());
}

TEST_F(SqliteStoreTest, SaysWhatIsWrongWithThePlace) {
  EXPECT_THAT(MessageOfOpening(StoreMode::kReadOnly),
              AllOf(HasSubstr(path_), HasSubstr("there is no such file")));
  EXPECT_FALSE(std::filesystem::exists(path_));
  const std::string nowhere = directory_.File("no/such/store.db");
  EXPECT_THAT(MessageOf([&] { OpenSqliteStore(nowhere, StoreMode::kReadWrite, "d"); }),
              HasSubstr("the directory " + directory_.File("no/such") + " does not exist"));
  EXPECT_THAT(MessageOf([&] { OpenSqliteStore(directory_.path(), StoreMode::kReadOnly, "d"); }),
              HasSubstr(directory_.path() + ": this is not a file"));
}

TEST_F(SqliteStoreTest, ADamagedFileIsRefusedAndLeftAsItIs) {
  const std::string text(8192, 'x');
  directory_.Write("store.db", text);
  EXPECT_THAT(MessageOfOpening(), AllOf(HasSubstr(path_), HasSubstr("file is not a database")));
  EXPECT_THAT(MessageOfOpening(StoreMode::kReadOnly), HasSubstr("file is not a database"));
  EXPECT_EQ(std::filesystem::file_size(path_), text.size());
}

TEST_F(SqliteStoreTest, ADamagedPageIsAnErrorAndNotSilence) {
  {
    auto store = Open();
    for (int i = 0; i < 100; ++i) store->Commit({{AHost("h-" + std::to_string(i))}});
  }
  std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(4096);  // the first page stays, with the schema; the others are overwritten
  const std::string noise(std::filesystem::file_size(path_) - 4096, '\x5a');
  file << noise << std::flush;
  EXPECT_THAT(MessageOf([&] { Open()->Hosts(true); }), HasSubstr("malformed"));
}

TEST_F(SqliteStoreTest, ADamagedRecordIsNamed) {
  Open()->Commit({{AHost("h-1")}});
  SqliteDatabase(path_, false).Run(R"(UPDATE hosts SET record = '{"id":"h-1"}')");
  EXPECT_THAT(MessageOf([&] { Open()->Hosts(true); }),
              AllOf(HasSubstr("damaged record"), HasSubstr("cluster: is missing"),
                    HasSubstr(R"({"id":"h-1"})")));
}

TEST_F(SqliteStoreTest, AnotherProgramsDatabaseIsRefusedAndLeftAsItIs) {
  SqliteDatabase(path_, false).Run("CREATE TABLE theirs (x)");
  EXPECT_THAT(MessageOfOpening(), HasSubstr("not a store of Spillway"));
  SqliteDatabase database(path_, true);
  SqliteStatement tables(database, "SELECT count(*) FROM sqlite_schema");
  ASSERT_TRUE(tables.Step());
  EXPECT_EQ(tables.Number(0), 1);
}

TEST_F(SqliteStoreTest, ANewerSchemaIsRefused) {
  Open()->Commit({{AHost("h-1")}});
  SqliteDatabase(path_, false).Run("PRAGMA user_version = 99");
  for (const StoreMode mode : {StoreMode::kReadWrite, StoreMode::kReadOnly}) {
    EXPECT_THAT(MessageOfOpening(mode), HasSubstr("its schema 99 is newer than this version"));
  }
}

TEST_F(SqliteStoreTest, AReaderAsksForTheServiceWhenTheFileIsEmpty) {
  directory_.Write("store.db", "");
  EXPECT_THAT(MessageOfOpening(StoreMode::kReadOnly), HasSubstr("start the service once"));
}

// Writes fail for real: no file may grow beyond the limit, as on a full disk.
class FullDisk {
 public:
  explicit FullDisk(rlim_t largest_file) {
    getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{largest_file, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

TEST_F(SqliteStoreTest, ACommitOntoAFullDiskChangesNothingAndALaterOneWorks) {
  auto store = Open();
  auto reader = Open(StoreMode::kReadOnly);
  store->Commit({{AHost("h-0001", HostState::kBooting)}, {AFullClusterState("edge")}});
  Changes large{{}, {AFullClusterState("other")}, {}, {}};
  for (int i = 1; i <= 1000; ++i) {
    large.hosts.push_back(AHost(fmt::format("h-{:04}", i)));
  }
  {
    const FullDisk full(512 * 1024);
    EXPECT_THAT(MessageOf([&] { store->Commit(large); }), HasSubstr(path_));
  }
  for (Store* look : {store.get(), reader.get()}) {
    EXPECT_THAT(look->Hosts(true), ElementsAre(AHost("h-0001", HostState::kBooting)));
    EXPECT_THAT(look->Clusters(), ElementsAre(AFullClusterState("edge")));
  }
  store->Commit(large);
  EXPECT_EQ(store->Hosts(true), large.hosts);
  store.reset();
  EXPECT_EQ(Open()->Hosts(true), large.hosts);
}

class MigrationTest : public SqliteStoreTest {
 protected:
  std::int64_t NumberOf(const std::string& sql) const {
    SqliteDatabase database(path_, true);
    SqliteStatement statement(database, sql);
    return statement.Step() ? statement.Number(0) : -1;
  }
};

TEST_F(MigrationTest, TheListGoesFromOneUpwardsWithoutAGap) {
  std::int64_t expected = 1;
  for (const Migration& migration : Migrations()) EXPECT_EQ(migration.version, expected++);
  Open();
  EXPECT_EQ(NumberOf("PRAGMA user_version"), Migrations().back().version);
}

TEST_F(MigrationTest, OnlyWhatIsMissingIsAppliedInOrder) {
  const Migration list[] = {
      {1, "CREATE TABLE seen (step INTEGER); INSERT INTO seen VALUES (1)"},
      {2, "INSERT INTO seen SELECT max(step) * 10 + 2 FROM seen"},
      {3, "INSERT INTO seen SELECT max(step) * 10 + 3 FROM seen"},
  };
  SqliteDatabase database(path_, false);
  Migrate(database, std::span(list, 1));
  EXPECT_EQ(SchemaVersion(database, list), 1);
  Migrate(database, list);
  Migrate(database, list);
  EXPECT_EQ(NumberOf("SELECT max(step) FROM seen"), 123);
  EXPECT_EQ(NumberOf("SELECT count(*) FROM seen"), 3);
  EXPECT_EQ(SchemaVersion(database, list), 3);
}

TEST_F(MigrationTest, OneThatFailsLeavesTheVersionBefore) {
  const Migration list[] = {
      {1, "CREATE TABLE first (x)"},
      {2, "CREATE TABLE second (x); INSERT INTO nowhere VALUES (1)"},
  };
  SqliteDatabase database(path_, false);
  EXPECT_THAT(MessageOf([&] { Migrate(database, list); }), HasSubstr("no such table: nowhere"));
  EXPECT_EQ(SchemaVersion(database, list), 1);
  EXPECT_EQ(NumberOf("SELECT count(*) FROM sqlite_schema"), 1);
}

}  // namespace
}  // namespace spillway
