#include "scaler/cli/terminal_text.h"

#include <algorithm>

namespace spillway {
namespace {

bool IsInsideCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

std::string_view CodeOf(Ink ink) {
  switch (ink) {
    case Ink::kPlain: return "";
    case Ink::kStrong: return "\033[1m";
    case Ink::kFaint: return "\033[2m";
    case Ink::kGood: return "\033[32m";
    case Ink::kBusy: return "\033[33m";
    case Ink::kBad: return "\033[31m";
  }
  return "";
}

}  // namespace

std::string Painted(const TextStyle& style, Ink ink, const std::string& text) {
  if (!style.has_colour || ink == Ink::kPlain || text.empty()) return text;
  return std::string(CodeOf(ink)) + text + "\033[0m";
}

std::string Printable(std::string_view text) {
  std::string printable(text);
  std::replace_if(
      printable.begin(), printable.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return printable;
}

int SeenWidth(std::string_view text) {
  const auto inside = std::count_if(text.begin(), text.end(), IsInsideCharacter);
  return static_cast<int>(std::ssize(text) - inside);
}

std::string Padded(const std::string& text, int width, bool to_the_right) {
  const std::string fill(static_cast<std::size_t>(std::max(width - SeenWidth(text), 0)), ' ');
  return to_the_right ? fill + text : text + fill;
}

std::string CutTo(const std::string& text, int width) {
  if (SeenWidth(text) <= width) return text;
  int seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!IsInsideCharacter(text[i]) && ++seen == width) return text.substr(0, i) + "…";
  }
  return "";
}

std::vector<std::string> Wrapped(std::string_view text, int width) {
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
    if (word.empty()) continue;
    if (!line.empty() && SeenWidth(line) + 1 + SeenWidth(word) > width) {
      lines.push_back(std::move(line));
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty() || lines.empty()) lines.push_back(std::move(line));
  return lines;
}

std::string Hanging(const TextStyle& style, const std::string& lead, std::string_view text) {
  constexpr int kLeast = 20;  // on a very narrow terminal, rather too wide than a word a line
  const int indent = SeenWidth(lead);
  const int room = std::max(style.prose_width() - indent, kLeast);
  std::string block;
  for (const std::string& line : Wrapped(Printable(text), room)) {
    block += (block.empty() ? lead : Padded("", indent)) + line + "\n";
  }
  return block;
}

}  // namespace spillway
