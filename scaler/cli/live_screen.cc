#include "scaler/cli/live_screen.h"

#include <ostream>
#include <sstream>
#include <vector>

namespace spillway {
namespace {

constexpr const char* kOtherScreen = "\033[?1049h\033[?25l";  // and no cursor
constexpr const char* kAsItWas = "\033[?25h\033[?1049l";
constexpr const char* kHome = "\033[H";
constexpr const char* kClearLine = "\033[K";
constexpr const char* kClearBelow = "\033[J";

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(std::move(line));
  return lines;
}

}  // namespace

LiveScreen::LiveScreen(std::ostream& out, bool is_terminal) : out_(out), is_terminal_(is_terminal) {
  if (is_terminal_) out_ << kOtherScreen << std::flush;
}

LiveScreen::~LiveScreen() {
  if (is_terminal_) out_ << kAsItWas << std::flush;
}

void LiveScreen::Show(const std::string& text, int height) {
  if (!is_terminal_) {
    out_ << (has_shown_ ? "\n" : "") << text << std::flush;
    has_shown_ = true;
    return;
  }
  std::vector<std::string> lines = LinesOf(text);
  const auto room = static_cast<std::size_t>(height);
  if (height > 0 && lines.size() > room) {
    const std::size_t left_out = lines.size() - room + 1;
    lines.resize(room - 1);
    lines.push_back("… " + std::to_string(left_out) + " more lines");
  }
  out_ << kHome;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    out_ << (i > 0 ? "\r\n" : "") << lines[i] << kClearLine;
  }
  out_ << kClearBelow << std::flush;
}

}  // namespace spillway
