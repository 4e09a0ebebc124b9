#include "providers/ssh/shell_words.h"

#include <gtest/gtest.h>

#include "scaler/runtime/process.h"

namespace spillway {
namespace {

TEST(ShellWords, AShellReadsExactlyTheseWords) {
  const std::vector<std::vector<std::string>> cases = {
      {"plain"},
      {"two words", "", "-n", "--"},
      {"it's", "'", "''", "\\", "\\'", "\"$HOME\""},
      {"$(exit 9)", "`exit 9`", "${IFS}", "!!", "~", "*", "?", "[a-z]"},
      {"a;b", "a&b", "a|b", "a>b", "a<b", "#no comment", "(a)", "{a,b}"},
      {"line\nline", "tab\tstop", "\r", "caf\xC3\xA9", "\x01\x7F"},
  };
  for (const std::vector<std::string>& words : cases) {
    std::string expected;
    std::vector<std::string> command = {"printf", "[%s]"};
    for (const std::string& word : words) {
      expected += "[" + word + "]";
      command.push_back(word);
    }
    const Result<ProcessOutput> output =
        RunProcess({.argv = {"sh", "-c", QuotedForShell(command)}});
    ASSERT_TRUE(output);
    EXPECT_EQ(output->out, expected);
    EXPECT_EQ(output->err, "");
  }
}

}  // namespace
}  // namespace spillway
