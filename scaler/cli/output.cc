#include "scaler/cli/output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>

#include "scaler/cli/demo/painter.h"
#include "scaler/runtime/yaml.h"

namespace spillway {

TextStyle StyleOfStdout() {
  winsize size{};
  const bool is_terminal = isatty(STDOUT_FILENO) != 0;
  if (is_terminal) ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
  const PainterStyle painter = StyleFor(is_terminal, std::getenv("NO_COLOR"), std::getenv("TERM"));
  return {is_terminal && size.ws_col > 0 ? size.ws_col : 0, painter.has_colour};
}

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
