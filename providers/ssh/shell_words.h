// Lists of arguments for the one place where a list cannot be sent: SSH hands a single text to the
// login shell of the other side.
#pragma once

#include <string>
#include <vector>

namespace spillway {

// A text that a POSIX shell reads as exactly these words, whatever is in them.
std::string QuotedForShell(const std::vector<std::string>& words);

}  // namespace spillway
