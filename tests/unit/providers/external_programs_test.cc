#include "providers/external/external_programs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <thread>

#include "providers/external/external_provider.h"
#include "scaler/runtime/simulated_loop.h"
#include "tests/support/paths.h"
#include "tests/support/scratch_dir.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::At;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kSecret = "secret-of-the-cloud";

// A shell script that greets as it should; what it does then is the test's.
std::string Greeting() {
  return R"(read -r question
echo '{"id": 1, "result": {"protocol": 1, "name": "script", "version": "1",'\
' "hosts": {"metal": [], "virtual": ["lxc"]}, "time_limits_s":'\
' {"offers": 30, "create": 30, "find": 30, "list": 30, "delete": 30}}}'
)";
}

class ExternalProgramsTest : public ::testing::Test {
 protected:
  ExternalConfig Script(const std::string& text) {
    ExternalConfig config;
    config.name = "mycloud";
    config.command = {"sh", "-c", text};
    config.rows = {{ClusterType::kVirtual, {Hypervisor::kLxc}}};
    config.environment = {{"TOKEN", ExternalVariable::Source::kVariable, "TOKEN"}};
    config.start_time_limit = config.call_time_limit = 30s;
    return config;
  }
  PluginContext Context() {
    return {.clock = clock_,
            .http = http_,
            .seed = 0,
            .world = nullptr,
            .surroundings = {.variable = [](const std::string& name) -> std::optional<std::string> {
                               if (name != "TOKEN") return std::nullopt;
                               return kSecret;
                             },
                             .file = [](const std::string&) { return std::nullopt; }},
            .overheard = [this](const std::string& account, const std::string& line) {
              heard_.push_back(account + ": " + line);
            }};
  }
  std::unique_ptr<ExternalPrograms> Open(const ExternalConfig& config) {
    return std::make_unique<ExternalPrograms>(config, Context());
  }

  HttpClient http_;
  SimulatedLoop clock_{At(0s)};
  testing::ScratchDir scratch_;
  std::vector<std::string> heard_;
};

TEST_F(ExternalProgramsTest, OneProgramAnswersQuestionAfterQuestion) {
  const auto programs = Open(Script(Greeting() + R"(
id=1
while read -r question; do id=$((id+1)); echo "{\"id\": $id, \"result\": {\"pid\": $$}}"; done)"));
  const auto first = programs->Call(OffersQuestion(), Effect::kReads);
  const auto second = programs->Call(OffersQuestion(), Effect::kReads);
  ASSERT_TRUE(first && second) << Describe(first ? second.error() : first.error());
  EXPECT_EQ(*first, *second);
}

TEST_F(ExternalProgramsTest, CallsAtATimeHaveAProgramEach) {
  const std::string meeting = scratch_.File("meeting");
  // The first waits for the second, so that both must be there at a time.
  const auto programs = Open(Script(Greeting() + "read -r question; if mkdir " + meeting +
                                    " 2>/dev/null; then until [ -d " + meeting +
                                    "2 ]; do sleep 0.01; done; else mkdir " + meeting +
                                    "2; fi; echo '{\"id\": 2, \"result\": {}}'; read -r question"));
  std::thread other([&] { EXPECT_TRUE(programs->Call(OffersQuestion(), Effect::kReads)); });
  EXPECT_TRUE(programs->Call(OffersQuestion(), Effect::kReads));
  other.join();
}

TEST_F(ExternalProgramsTest, AProgramHasTheEnvironmentThatIsConfiguredAndNoOther) {
  ::setenv("SPILLWAY_TEST_OTHER", "other", 1);
  const auto programs = Open(Script(Greeting() + R"(read -r question
echo "{\"id\": 2, \"result\": {\"token\": ${#TOKEN}, \"other\": \"$SPILLWAY_TEST_OTHER\"}}"
read -r question)"));
  const auto answer = programs->Call(OffersQuestion(), Effect::kReads);
  ASSERT_TRUE(answer) << Describe(answer.error());
  EXPECT_EQ(*answer, (json{{"token", std::string(kSecret).size()}, {"other", ""}}));
}

TEST_F(ExternalProgramsTest, WithoutItsSecretsNothingIsStarted) {
  ExternalConfig config = Script(Greeting());
  config.environment = {{"KEY", ExternalVariable::Source::kFile, "/nowhere/key"}};
  try {
    Open(config);
    FAIL() << "it was opened";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("mycloud: file /nowhere/key cannot be read"));
  }
}

TEST_F(ExternalProgramsTest, AnAnswerThatDoesNotComeIsUnknownForACreateAndTransientForTheRest) {
  for (const std::string end : {"exit 3", "kill -9 $$", "printf '{\"id\": 2'", "echo hello",
                                "echo '{\"id\": 3, \"result\": {}}'"}) {
    const std::string script = Greeting() + "read -r question; " + end;
    MachineSpec spec;
    const auto created = Open(Script(script))->Call(CreateQuestion(spec), Effect::kCreates);
    ASSERT_FALSE(created) << end;
    EXPECT_EQ(created.error().kind, ErrorKind::kUnknownOutcome) << end;
    const auto read = Open(Script(script))->Call(OffersQuestion(), Effect::kReads);
    ASSERT_FALSE(read) << end;
    EXPECT_EQ(read.error().kind, ErrorKind::kTransient) << end;
  }
}

TEST_F(ExternalProgramsTest, AHungProgramIsGivenUpAtTheLimitOfTheCall) {
  ExternalConfig config = Script(Greeting() + "read -r question; sleep 1000");
  config.call_time_limit = 100ms;
  const auto programs = Open(config);
  const auto answer = programs->Call(OffersQuestion(), Effect::kReads);
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().text, HasSubstr("did not answer within 100ms"));
}

TEST_F(ExternalProgramsTest, AProgramMayWishForLessTime) {
  std::string greeting = Greeting();
  greeting.replace(greeting.find("\"offers\": 30"), 12, "\"offers\": 0.1");
  const auto programs = Open(Script(greeting + "read -r question; sleep 1000"));
  const auto answer = programs->Call(OffersQuestion(), Effect::kReads);
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().text, HasSubstr("did not answer within 100ms"));
}

// Each start leaves a line; the program ends after one good answer, or at once when it is broken.
TEST_F(ExternalProgramsTest, ABrokenProgramIsStartedAgainAfterAGrowingWhile) {
  const std::string starts = scratch_.File("starts");
  const std::string broken = scratch_.Write("broken", "");
  const auto programs =
      Open(Script("echo >> " + starts + "; [ -e " + broken + " ] && exit 1\n" + Greeting() +
                  "read -r question; echo '{\"id\": 2, \"result\": {}}'; "
                  "read -r question"));
  const auto count = [&] {
    std::ifstream file(starts);
    return std::count(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>(), '\n');
  };
  const auto call = [&] { return programs->Call(OffersQuestion(), Effect::kReads); };
  EXPECT_EQ(call().error().kind, ErrorKind::kTransient);
  EXPECT_EQ(call().error().kind, ErrorKind::kTransient) << "once more at once";
  EXPECT_EQ(count(), 2);
  EXPECT_THAT(call().error().text, HasSubstr("has failed 2 times in a row"));
  EXPECT_EQ(count(), 2) << "not before a second has passed";
  clock_.RunFor(1s);
  EXPECT_EQ(call().error().kind, ErrorKind::kTransient);
  EXPECT_EQ(count(), 3);
  clock_.RunFor(1s);
  EXPECT_THAT(call().error().text, HasSubstr("3 times"));
  EXPECT_EQ(count(), 3) << "two seconds now";
  for (int i = 0; i < 10; ++i) {
    clock_.RunFor(1min);
    EXPECT_FALSE(call());
  }
  EXPECT_EQ(count(), 13) << "a minute at the most";

  std::remove(broken.c_str());
  clock_.RunFor(1min);
  EXPECT_TRUE(call()) << "and mended";
}

// Until the process has ended, waited for or not yet.
void AwaitDeath(int pid) {
  std::string state;
  while (state != "Z") {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string number;
    std::string name;
    if (!(stat >> number >> name >> state)) return;
    std::this_thread::yield();
  }
}

TEST_F(ExternalProgramsTest, AProgramThatEndedWhileNobodyAskedIsReplacedUnnoticed) {
  const auto programs = Open(Script(
      Greeting() + "read -r question; echo \"{\\\"id\\\": 2, \\\"result\\\": $$}\"; exit 0"));
  int last = 0;
  for (int i = 0; i < 3; ++i) {
    const auto answer = programs->Call(OffersQuestion(), Effect::kReads);
    ASSERT_TRUE(answer) << Describe(answer.error());
    EXPECT_NE(*answer, last);
    last = answer->get<int>();
    AwaitDeath(last);
  }
}

TEST_F(ExternalProgramsTest, WhatItSaysIsPassedOnWithoutItsSecrets) {
  const auto programs = Open(Script(Greeting() + R"(read -r question
echo "trying with $TOKEN" >&2
echo "{\"id\": 2, \"error\": {\"kind\": \"denied\", \"code\": \"$TOKEN\", \"text\": \"no $TOKEN\"}}"
read -r question)"));
  const auto answer = programs->Call(OffersQuestion(), Effect::kReads);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(),
            (Error{ErrorKind::kDenied, "external mycloud offers", "***", "no ***"}));
  EXPECT_THAT(heard_, Contains("mycloud: trying with ***"));
}

TEST_F(ExternalProgramsTest, AProgramThatDiesSaysWhyItself) {
  const auto programs =
      Open(Script(Greeting() + "read -r question; echo 'ModuleNotFoundError' >&2; exit 1"));
  const auto answer = programs->Call(OffersQuestion(), Effect::kReads);
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().text, HasSubstr("exit code 1; it said last: ModuleNotFoundError"));
}

TEST_F(ExternalProgramsTest, AProviderWhoseProgramIsOfNoUseIsNotMade) {
  std::string wrong_protocol = Greeting();
  wrong_protocol.replace(wrong_protocol.find("\"protocol\": 1"), 13, "\"protocol\": 2");
  ExternalConfig metal = Script(Greeting() + "read -r question");
  metal.rows.push_back({ClusterType::kMetal, {Hypervisor::kKvm}});
  ExternalConfig absent = Script("");
  absent.command = {"/nowhere/program"};
  const std::pair<ExternalConfig, const char*> cases[] = {
      {absent, "No such file"},
      {Script("exit 1"), "exit code 1"},
      {Script("echo hello; read -r question"), ""},
      {Script(wrong_protocol), "speaks version 1"},
      {metal, "the program says that its machines can be virtual: lxc"},
  };
  for (const auto& [config, expected] : cases) {
    try {
      const ExternalProvider provider(config, Context());
      ADD_FAILURE() << "was made: " << config.command.back();
    } catch (const std::runtime_error& error) {
      EXPECT_THAT(error.what(), HasSubstr("provider mycloud: "));
      EXPECT_THAT(error.what(), HasSubstr(expected));
      EXPECT_THAT(error.what(), Not(HasSubstr(kSecret)));
    }
  }
}

TEST_F(ExternalProgramsTest, TheExampleGivesWhatADocumentedProviderGives) {
  ExternalConfig config = Script("");
  config.command = {"python3", testing::SourcePath("providers/external/example_provider.py"),
                    scratch_.File("cloud.json")};
  ExternalProvider provider(config, Context());
  const auto offers = provider.Offers();
  ASSERT_TRUE(offers) << Describe(offers.error());
  EXPECT_EQ(offers->offers.size(), 2u);
  MachineSpec spec;
  spec.token = "t";
  spec.owner = "us";
  spec.location = "north";
  spec.plan = "large";
  const auto made = provider.Create(spec);
  ASSERT_TRUE(made) << Describe(made.error());
  EXPECT_EQ(provider.List("us")->machines.size(), 1u);
  EXPECT_TRUE(provider.Delete(made->id, "north"));
}

}  // namespace
}  // namespace spillway
