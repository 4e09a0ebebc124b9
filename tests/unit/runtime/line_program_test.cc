#include "scaler/runtime/line_program.h"

#include <signal.h>

#include <thread>

#include "tests/support/scratch_dir.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Duration kPatience = 30s;  // of a test that does not expect to wait

std::unique_ptr<LineProgram> StartScript(const std::string& text, LineProgramStart start = {}) {
  start.argv = {"sh", "-c", text};
  Result<std::unique_ptr<LineProgram>> program = LineProgram::Start(start);
  EXPECT_TRUE(program) << Describe(program.error());
  return program ? std::move(*program) : nullptr;
}

constexpr const char* kEcho = "while read -r line; do printf 'you said %s\\n' \"$line\"; done";

TEST(LineProgram, AnswersEveryQuestion) {
  const auto program = StartScript(kEcho);
  for (const char* question : {"one", "two \"quoted\" \\n", ""}) {
    const auto answer = program->Ask(question, kPatience);
    ASSERT_TRUE(answer) << Describe(answer.error());
    EXPECT_EQ(*answer, std::string("you said ") + question);
  }
}

TEST(LineProgram, TakesQuestionsThatNoPipeHolds) {
  const auto program = StartScript("while read -r line; do echo ${#line}; done");
  const auto answer = program->Ask(std::string(1 << 20, 'x'), kPatience);
  ASSERT_TRUE(answer) << Describe(answer.error());
  EXPECT_EQ(*answer, std::to_string(1 << 20));
}

TEST(LineProgram, HasNoEnvironmentButItsOwnAndThePath) {
  ::setenv("SPILLWAY_TEST_OTHER", "other", 1);
  LineProgramStart start;
  start.environment = {{"OWN", "own"}};
  const auto program =
      StartScript("read -r line; echo \"$OWN ${SPILLWAY_TEST_OTHER:-none} ${PATH:+path}\"", start);
  EXPECT_EQ(*program->Ask("", kPatience), "own none path");
}

TEST(LineProgram, ThatIsNotThereIsNotStarted) {
  const auto program = LineProgram::Start({.argv = {"/nowhere/program"}});
  ASSERT_FALSE(program);
  EXPECT_EQ(program.error().kind, ErrorKind::kInvalid);
}

TEST(LineProgram, ThatDoesNotAnswerIsGivenUpAtTheLimit) {
  const auto program = StartScript("read -r line; sleep 1000");
  const auto answer = program->Ask("q", 100ms);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::kUnknownOutcome);
  EXPECT_THAT(answer.error().text, HasSubstr("did not answer within 100ms"));
  EXPECT_FALSE(program->IsReady());
  EXPECT_EQ(program->Ask("again", kPatience).error().kind, ErrorKind::kTransient);
}

TEST(LineProgram, ThatDoesNotReadIsGivenUpAtTheLimit) {
  const auto program = StartScript("sleep 1000");
  const auto answer = program->Ask(std::string(1 << 20, 'x'), 100ms);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::kUnknownOutcome) << "it may have read a part";
}

TEST(LineProgram, ThatEndsInsteadOfAnsweringSaysHow) {
  const auto program = StartScript("read -r line; exit 3");
  const auto answer = program->Ask("q", kPatience);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::kUnknownOutcome);
  EXPECT_THAT(answer.error().text, HasSubstr("exit code 3"));
  const auto killed = StartScript("read -r line; kill -9 $$")->Ask("q", kPatience);
  ASSERT_FALSE(killed);
  EXPECT_THAT(killed.error().text, HasSubstr("signal 9"));
}

TEST(LineProgram, ThatEndedBeforeWasNotAsked) {
  const auto program = StartScript("read -r line; echo yes; exit 0");
  ASSERT_TRUE(program->Ask("q", kPatience));
  while (program->IsReady()) std::this_thread::yield();
  const auto answer = program->Ask("q", kPatience);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::kTransient) << Describe(answer.error());
  EXPECT_THAT(answer.error().text, HasSubstr("exit code 0"));
}

TEST(LineProgram, AnswerThatIsCutIsNone) {
  const auto answer = StartScript("read -r line; printf half")->Ask("q", kPatience);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::kUnknownOutcome);
}

TEST(LineProgram, AnswerThatIsTooLongIsNone) {
  LineProgramStart start;
  start.max_line_bytes = 1000;
  const auto program = StartScript("read -r line; head -c 100000 /dev/zero; sleep 1000", start);
  const auto answer = program->Ask("q", kPatience);
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().text, HasSubstr("longer than 1000 bytes"));
}

TEST(LineProgram, ThatSaysMoreThanItWasAskedIsNotAskedAgain) {
  const auto program = StartScript("read -r line; echo one; echo two; sleep 1000");
  ASSERT_TRUE(program->Ask("q", kPatience));
  while (program->IsReady()) std::this_thread::yield();
  const auto answer = program->Ask("q", kPatience);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::kTransient);
  EXPECT_THAT(answer.error().text, HasSubstr("nobody asked for"));
}

TEST(LineProgram, GivesItsRemarksInLines) {
  const auto program =
      StartScript("read -r line; echo first >&2; echo second >&2; printf open >&2; echo yes");
  ASSERT_TRUE(program->Ask("q", kPatience));
  std::vector<std::string> remarks = program->TakeRemarks();
  while (program->IsReady()) std::this_thread::yield();
  for (const std::string& more : program->TakeRemarks()) remarks.push_back(more);
  EXPECT_THAT(remarks, ElementsAre("first", "second", "open"));
  EXPECT_THAT(program->TakeRemarks(), IsEmpty());
}

TEST(LineProgram, ManyRemarksNeitherBlockItNorFillUs) {
  const auto program = StartScript(
      "read -r line; i=0; while [ $i -lt 20000 ]; do echo \"remark $i\" >&2; i=$((i+1)); done; "
      "head -c 300000 /dev/zero >&2; echo yes");
  const auto answer = program->Ask("q", kPatience);
  ASSERT_TRUE(answer) << Describe(answer.error());
  EXPECT_THAT(program->TakeRemarks(), SizeIs(50));
}

TEST(LineProgram, IsToldToEndAndMayDoSoInOrder) {
  const testing::ScratchDir scratch;
  {
    const auto program = StartScript("read -r line; echo yes; read -r line || echo bye > " +
                                     scratch.File("farewell"));
    ASSERT_TRUE(program->Ask("q", kPatience));
  }
  EXPECT_EQ(::access(scratch.File("farewell").c_str(), F_OK), 0);
}

TEST(LineProgram, ThatDoesNotWantToEndIsKilled) {
  LineProgramStart start;
  start.farewell = 50ms;
  pid_t pid = 0;
  {
    const auto program =
        StartScript("echo $$ > /dev/null; read -r line; echo $$; sleep 1000", start);
    pid = std::stoi(*program->Ask("q", kPatience));
  }
  EXPECT_NE(::kill(pid, 0), 0);
}

}  // namespace
}  // namespace spillway
