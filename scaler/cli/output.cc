#include "scaler/cli/output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>

#include "scaler/cli/demo/painter.h"
#include "scaler/runtime/yaml.h"

namespace spillway {
namespace {

// All 0 where there is no terminal.
winsize SizeOfStdout() {
  winsize size{};
  ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
  return size;
}

}  // namespace

TextStyle StyleOfStdout() {
  const winsize size = SizeOfStdout();
  const bool is_terminal = isatty(STDOUT_FILENO) != 0;
  const PainterStyle painter = StyleFor(is_terminal, std::getenv("NO_COLOR"), std::getenv("TERM"));
  return {is_terminal && size.ws_col > 0 ? size.ws_col : 0, painter.has_colour};
}

int HeightOfStdout() { return SizeOfStdout().ws_row; }

void Print(const std::string& text) {
  std::cout << text;
  if (text.empty() || text.back() != '\n') std::cout << '\n';
  std::cout.flush();
}

std::string InFormat(OutputFormat format, const std::string& json) {
  // What begins a document lets several of them follow each other.
  return format == OutputFormat::kYaml ? "---\n" + WriteYaml(nlohmann::json::parse(json)) : json;
}

}  // namespace spillway
