#include "scaler/record/compressed_file.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "tests/support/scratch_dir.h"

namespace spillway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> LinesOf(const std::string& path) {
  CompressedReader reader(path);
  std::vector<std::string> lines;
  while (auto line = reader.Line()) lines.push_back(*line);
  return lines;
}

class CompressedFile : public ::testing::Test {
 protected:
  const testing::ScratchDir scratch_;
  const std::string path_ = scratch_.File("lines.gz");
};

TEST_F(CompressedFile, GivesItsLinesBack) {
  CompressedWriter writer(path_);
  writer.Write("one\ntwo\n");
  writer.Write("");
  writer.Write(std::string(200'000, 'x') + "\n\n");
  writer.Close();
  EXPECT_THAT(LinesOf(path_), ElementsAre("one", "two", std::string(200'000, 'x'), ""));
  EXPECT_LT(std::filesystem::file_size(path_), 2000u);
}

TEST_F(CompressedFile, WhatWasFlushedCanBeReadThoughNobodyClosedIt) {
  CompressedWriter writer(path_);
  writer.Write("flushed\n");
  writer.Flush();
  writer.Write("not yet\n");
  EXPECT_THAT(LinesOf(path_), ElementsAre("flushed"));
}

TEST_F(CompressedFile, ATornEndCostsTheLastLinesOnly) {
  CompressedWriter writer(path_);
  writer.Write("first\n");
  writer.Flush();
  writer.Write("second\n");
  writer.Close();
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) - 12);
  EXPECT_THAT(LinesOf(path_).front(), "first");
}

TEST_F(CompressedFile, IsReadableByItsOwnerOnly) {
  CompressedWriter writer(path_);
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(path_).permissions(), perms::owner_read | perms::owner_write);
}

TEST_F(CompressedFile, AFullDiskIsAnErrorThatNamesTheFile) {
  CompressedWriter writer("/dev/full");
  const auto message = [&]() -> std::string {
    try {
      writer.Write(std::string(1000, 'x'));
      writer.Flush();
    } catch (const RecordError& error) {
      return error.what();
    }
    return "none";
  }();
  EXPECT_THAT(message, HasSubstr("/dev/full"));
  EXPECT_THAT(message, HasSubstr("No space left"));
}

TEST_F(CompressedFile, WhatIsNotThereIsNamed) {
  EXPECT_THROW(CompressedReader(scratch_.File("nowhere.gz")), RecordError);
  EXPECT_THROW(CompressedWriter(scratch_.File("no/such/folder.gz")), RecordError);
}

}  // namespace
}  // namespace spillway
