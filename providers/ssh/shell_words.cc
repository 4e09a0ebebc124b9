#include "providers/ssh/shell_words.h"

namespace spillway {
namespace {

// Within single quotes nothing has a meaning but the quote itself.
std::string Quoted(const std::string& word) {
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += R"('\'')";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace

std::string QuotedForShell(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + Quoted(word);
  return text;
}

}  // namespace spillway
