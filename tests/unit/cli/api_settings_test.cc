#include "scaler/cli/api_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "scaler/cli/command_error.h"
#include "tests/support/scratch_dir.h"
#include "tests/support/surroundings.h"

namespace spillway {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Texts;
namespace fs = std::filesystem;

class ApiSettingsTest : public ::testing::Test {
 protected:
  ApiSettingsTest() {
    fs::create_directories(dir_.File("config/spillway"));
    variables_ = {{"XDG_CONFIG_HOME", dir_.File("config")}, {"HOME", dir_.path()}};
  }

  std::string Write(const std::string& name, const std::string& text, bool is_private = true) {
    const std::string path = dir_.Write(name, text);
    const auto others = fs::perms::group_read | fs::perms::others_read;
    fs::permissions(path, others, is_private ? fs::perm_options::remove : fs::perm_options::add);
    return path;
  }
  void WriteFile(const std::string& text) { Write("config/spillway/api.yaml", text); }
  ApiSettings Find(const ApiOptions& typed = {}) {
    return FindApi(typed, testing::SurroundingsOf(variables_));
  }
  // The code and the text of what is thrown.
  std::pair<int, std::string> Refused(const ApiOptions& typed = {}) {
    try {
      Find(typed);
    } catch (const CommandError& error) {
      return {error.code(), error.what()};
    }
    return {0, "nothing was thrown"};
  }

  testing::ScratchDir dir_;
  Texts variables_;
};

TEST_F(ApiSettingsTest, TakesTheFirstThatHasIt) {
  WriteFile("api: https://file.example/\ntoken: of-file\nca_file: our.pem\n");
  ApiSettings found = Find();
  EXPECT_EQ(found.address, "https://file.example");
  EXPECT_EQ(found.token.Reveal(), "of-file");
  EXPECT_EQ(found.ca_file, dir_.File("config/spillway/our.pem"));

  variables_["SPILLWAY_TOKEN"] = "of-variable";
  EXPECT_EQ(Find().token.Reveal(), "of-variable");
  EXPECT_EQ(Find().address, "https://file.example");
  variables_["SPILLWAY_API"] = "http://variable.example:9464";
  EXPECT_EQ(Find().address, "http://variable.example:9464");

  found = Find({"http://typed.example", Write("typed", "  of-typed\n")});
  EXPECT_EQ(found.address, "http://typed.example");
  EXPECT_EQ(found.token.Reveal(), "of-typed");
}

TEST_F(ApiSettingsTest, LooksBelowHomeWithoutXdgConfigHome) {
  fs::create_directories(dir_.File(".config/spillway"));
  Write(".config/spillway/api.yaml", "token: of-home\n");
  variables_.erase("XDG_CONFIG_HOME");
  EXPECT_EQ(Find().token.Reveal(), "of-home");
  EXPECT_EQ(Find().address, "http://127.0.0.1:9464");
}

TEST_F(ApiSettingsTest, ReadsTheTokenFromAFileBesideIt) {
  Write("config/spillway/token", "of-the-other-file\n");
  WriteFile("token_file: token\n");
  EXPECT_EQ(Find().token.Reveal(), "of-the-other-file");
}

TEST_F(ApiSettingsTest, ShowsTheTokenOfTheFileToNoOtherAddress) {
  WriteFile("api: https://file.example\ntoken: of-file\nca_file: /our.pem\n");
  const auto [code, text] = Refused({"https://other.example", ""});
  EXPECT_EQ(code, kFailed);
  EXPECT_THAT(text, AllOf(HasSubstr("no token for https://other.example"),
                          HasSubstr("is for https://file.example"), HasSubstr("SPILLWAY_TOKEN"),
                          Not(HasSubstr("of-file"))));
  variables_["SPILLWAY_TOKEN"] = "mine";
  EXPECT_EQ(Find({"https://other.example", ""}).ca_file, "");
  variables_["SPILLWAY_CA_FILE"] = "/other.pem";
  EXPECT_EQ(Find({"https://other.example", ""}).ca_file, "/other.pem");
}

TEST_F(ApiSettingsTest, RefusesFilesThatEverybodyCanRead) {
  const std::string path = Write("config/spillway/api.yaml", "token: secret-word\n", false);
  auto [code, text] = Refused();
  EXPECT_EQ(code, kBadConfig);
  EXPECT_THAT(text, AllOf(HasSubstr("chmod 600 " + path), Not(HasSubstr("secret-word"))));
  fs::remove(path);
  EXPECT_EQ(Refused({"", Write("token", "secret-word", false)}).first, kBadConfig);
}

TEST_F(ApiSettingsTest, SaysWhatIsWrongAndRepeatsNoToken) {
  const struct {
    const char* file;
    const char* says;
  } kRows[] = {{"api: ftp://x\n", "expected an address"},
               {"api: https://me:pass@x\n", "expected an address"},
               {"token: two words-of-it\n", "one word"},
               {"token: a\ntoken_file: b\n", "not both"},
               {"colour: red\n", "colour"},
               {"token_file: nowhere\n", "nowhere"},
               {"token: [\n", "api.yaml"}};
  for (const auto& row : kRows) {
    WriteFile(row.file);
    EXPECT_THAT(Refused().second, AllOf(HasSubstr(row.says), Not(HasSubstr("words-of-it"))))
        << row.file;
  }
}

TEST_F(ApiSettingsTest, KnowsWhetherAnyApiIsNamed) {
  const auto named = [&] { return IsApiNamed({}, testing::SurroundingsOf(variables_)); };
  EXPECT_FALSE(named());
  variables_["SPILLWAY_API"] = "http://x";
  EXPECT_TRUE(named());
  variables_.erase("SPILLWAY_API");
  WriteFile("token: t\n");
  EXPECT_TRUE(named());
}

}  // namespace
}  // namespace spillway
