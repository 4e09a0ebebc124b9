// Standard output, as it is.
#pragma once

#include <string>

#include "scaler/cli/commands.h"
#include "scaler/cli/terminal_text.h"

namespace spillway {

// The width of a terminal, and colours unless NO_COLOR says otherwise; plain for a pipe or file.
TextStyle StyleOfStdout();

// The height of the terminal; 0 where there is none.
int HeightOfStdout();

// Writes `text`, with a newline at its end.
void Print(const std::string& text);

// `json` as it is, or the same as a document of YAML. REQUIRES: a format for scripts.
std::string InFormat(OutputFormat format, const std::string& json);

}  // namespace spillway
