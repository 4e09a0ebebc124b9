// Where the sources and what was built from them are. Known to one source file, so that the
// compilers' cache serves every clone.
#pragma once

#include <string>

namespace spillway::testing {

// `relative` to the root of the sources: "config/minimal.yaml".
std::string SourcePath(const std::string& relative);

// `relative` to the build folder: "spillway".
std::string BuiltPath(const std::string& relative);

}  // namespace spillway::testing
