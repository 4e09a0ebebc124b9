#include "scaler/record/segments.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <thread>

#include "scaler/record/compressed_file.h"
#include "scaler/runtime/random.h"
#include "tests/support/scratch_dir.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using namespace testing;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace fs = std::filesystem;

class SegmentsTest : public ::testing::Test {
 protected:
  SegmentsTest() { config_.folder = scratch_.path() + "/recording"; }

  // So many bytes that cannot be made smaller.
  std::string Noise(int bytes) {
    std::string noise;
    while (std::ssize(noise) < bytes) noise += static_cast<char>(random_.Below(256));
    return noise;
  }
  std::vector<std::string> Files() const { return SegmentFiles(config_.folder); }

  const ScratchDir scratch_;
  RecordConfig config_;
  Metrics metrics_;
  Log log_{LogLevel::kOff};
  Random random_{1};
};

TEST_F(SegmentsTest, EachBeginningIsAFileInTheOrderOfTime) {
  {
    Segments segments(config_, metrics_, log_);
    segments.Begin(At(1h));
    segments.Append("one\n");
    segments.Begin(At(1h));
    segments.Append("two\n");
    segments.Begin(At(2h));
  }
  const std::vector<std::string> files = Files();
  ASSERT_EQ(files.size(), 3u);
  EXPECT_THAT(files[0], EndsWith("/2026-03-02T01-00-00.000Z-0001.spillway.gz"));
  EXPECT_EQ(CompressedReader(files[0]).Line(), "one");
  EXPECT_EQ(CompressedReader(files[1]).Line(), "two");
  EXPECT_EQ(CompressedReader(files[2]).Line(), std::nullopt);
}

TEST_F(SegmentsTest, IsDueAfterItsTime) {
  config_.segment = 10min;
  Segments segments(config_, metrics_, log_);
  segments.Begin(At(0s));
  EXPECT_FALSE(segments.IsDue(At(9min)));
  EXPECT_TRUE(segments.IsDue(At(10min)));
}

TEST_F(SegmentsTest, TheOldestGoWhenAllTogetherTakeTooMuch) {
  config_.max_mib = 1;
  {
    Segments segments(config_, metrics_, log_);
    for (int i = 0; i < 5; ++i) {
      segments.Begin(At(i * 1h));
      segments.Append(Noise(400'000));
    }
    segments.Begin(At(5h));
  }
  const std::vector<std::string> files = Files();
  ASSERT_EQ(files.size(), 3u) << "the new one and two of 400 kB";
  EXPECT_THAT(files[0], HasSubstr("T03-00"));
}

TEST_F(SegmentsTest, ALargeOneIsFollowedByTheNextSoThatAllTogetherStayWithinTheirLimit) {
  config_.max_mib = 1;
  {
    Segments segments(config_, metrics_, log_);
    segments.Begin(At(0s));
    EXPECT_FALSE(segments.IsDue(At(1min)));
    for (int i = 0; i < 20; ++i) {
      segments.Append(Noise(1 << 17));
      while (!segments.IsDue(At((i + 1) * 1min))) std::this_thread::yield();
      segments.Begin(At((i + 1) * 1min));
    }
  }
  std::uintmax_t all = 0;
  for (const std::string& file : Files()) all += fs::file_size(file);
  EXPECT_LE(all, 1u << 20);
  EXPECT_GE(Files().size(), 6u) << "an eighth each, and the new one";
}

TEST_F(SegmentsTest, AndThoseThatEndedTooLongAgo) {
  config_.keep = 1h;
  fs::create_directories(config_.folder);
  for (const char* name : {"2026-03-01T00", "2026-03-01T01"}) {
    const std::string path = config_.folder + "/" + name + ".spillway.gz";
    CompressedWriter(path).Close();
    fs::last_write_time(path, fs::file_time_type::clock::now() - 2h);
  }
  { Segments(config_, metrics_, log_).Begin(At(0s)); }
  EXPECT_EQ(Files().size(), 1u);
}

TEST_F(SegmentsTest, WhatTheDiskIsTooSlowForIsLeftOutUntilTheNextSegment) {
  config_.queue_bytes = 1000;
  {
    Segments segments(config_, metrics_, log_);
    segments.Begin(At(0s));
    segments.Append(std::string(2000, 'x').append("\n"));
    segments.Append("after the gap\n");
    EXPECT_FALSE(segments.IsDue(At(1s)));
    EXPECT_TRUE(segments.IsDue(At(1min)));
    segments.Begin(At(1min));
    segments.Append("whole again\n");
  }
  ASSERT_EQ(Files().size(), 2u);
  EXPECT_EQ(CompressedReader(Files()[0]).Line(), std::nullopt);
  EXPECT_EQ(CompressedReader(Files()[1]).Line(), "whole again");
  EXPECT_THAT(metrics_.Expose(), HasSubstr("spillway_record_gaps_total 1"));
}

TEST_F(SegmentsTest, AFolderThatCannotBeWrittenHurtsNobody) {
  config_.folder = scratch_.Write("a-file", "not a folder");
  {
    Segments segments(config_, metrics_, log_);
    segments.Begin(At(0s));
    segments.Append("lost\n");
    segments.Begin(At(1h));
    segments.Append("lost, too\n");
  }
  EXPECT_THAT(metrics_.Expose(), HasSubstr("spillway_record_errors_total 2"));
}

}  // namespace
}  // namespace spillway
