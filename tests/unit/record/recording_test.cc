#include "scaler/record/recording.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "tests/support/scratch_dir.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RecordingTest : public ::testing::Test {
 protected:
  // A segment of `hour` with these lines after its beginning.
  std::string Segment(int hour, const std::string& lines) {
    std::string path = scratch_.File("2026-03-02T0" + std::to_string(hour) + ".spillway.gz");
    CompressedWriter writer(path);
    writer.Write(BeginLine(At(hour * 1h), "configuration " + std::to_string(hour)) + lines);
    writer.Close();
    return path;
  }
  // The configurations of the segments that are come to, and how many other lines there are.
  void ReadAll() {
    Recording recording(scratch_.path());
    while (const auto line = recording.Next()) {
      const auto* start = std::get_if<SegmentStart>(&*line);
      start != nullptr ? begun_.push_back(start->configuration) : void(++lines_);
    }
    damaged_ = recording.damaged();
  }

  const ScratchDir scratch_;
  const std::string samples_ = SamplesLine({{}, {}, {{0, 1, At(0s)}}}, At(0s));
  std::vector<std::string> begun_;
  int lines_ = 0;
  std::vector<std::string> damaged_;
};

TEST_F(RecordingTest, GoesThroughTheSegmentsOfAFolder) {
  Segment(1, samples_);
  Segment(2, samples_ + samples_);
  ReadAll();
  EXPECT_THAT(begun_, ElementsAre("configuration 1", "configuration 2"));
  EXPECT_EQ(lines_, 3);
  EXPECT_THAT(damaged_, IsEmpty());
}

TEST_F(RecordingTest, ALineThatIsNoneEndsItsSegmentOnly) {
  const std::string path = Segment(1, samples_ + "{\"k\":\"riddle\"}\n" + samples_);
  Segment(2, samples_);
  ReadAll();
  EXPECT_THAT(begun_, ElementsAre("configuration 1", "configuration 2"));
  EXPECT_EQ(lines_, 2);
  EXPECT_THAT(damaged_, ElementsAre(AllOf(HasSubstr(path + ", line 3: "), HasSubstr("riddle"))));
}

TEST_F(RecordingTest, SoDoBytesThatWereTurnedOver) {
  std::string many;
  for (int i = 0; i < 5000; ++i) many += SamplesLine({{}, {}, {{0, i * 0.37, At(i * 1s)}}}, At(0s));
  const std::string path = Segment(1, many);
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(path) / 2));
  file << "these bytes are no deflated block at all";
  file.close();
  Segment(2, samples_);
  ReadAll();
  EXPECT_EQ(begun_.back(), "configuration 2");
  EXPECT_LT(lines_, 5000);
  EXPECT_THAT(damaged_, ElementsAre(HasSubstr(path)));
}

TEST_F(RecordingTest, ATornEndIsNoDamage) {
  const std::string path = Segment(1, samples_);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 4);
  Segment(2, samples_);
  ReadAll();
  EXPECT_EQ(begun_.back(), "configuration 2");
  EXPECT_THAT(damaged_, IsEmpty());
}

TEST_F(RecordingTest, OfAnotherVersionIsTold) {
  CompressedWriter writer(scratch_.File("2026.spillway.gz"));
  writer.Write(R"({"k":"begin","version":2,"t":0,"configuration":""})"
               "\n");
  writer.Close();
  ReadAll();
  EXPECT_THAT(damaged_, ElementsAre(HasSubstr("version 2 is not known, only 1")));
}

TEST_F(RecordingTest, AnEmptyFolderIsAnError) {
  EXPECT_THROW(Recording(scratch_.path()), RecordError);
}

}  // namespace
}  // namespace spillway
