// Everything that takes bytes from outside, as functions that can be fed with any bytes. A new one
// is a file here, a line in decoders/table.cc or services/table.cc, and a folder of seeds.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scaler/runtime/http_server.h"

namespace spillway::fuzz {

struct Target {
  std::string name;  // of its folder of seeds, too
  // Returns for every text, within a moment. Throws when a contract is broken.
  std::function<void(std::string_view bytes)> eat;
};

// Of what needs little of Spillway, so that a fuzzer of it is built within minutes.
std::vector<Target> Decoders();
// Of what needs nearly all of it.
std::vector<Target> Services();

// Throws std::logic_error: the contract that `what` says is broken.
void Require(bool holds, const std::string& what);

// Up to the first `mark` and behind it; all and nothing where there is none.
std::pair<std::string_view, std::string_view> SplitAt(std::string_view text, std::string_view mark);

// "METHOD /path?query", then headers in lines as HTTP has them, an empty line and the body.
HttpQuestion ToRequest(std::string_view bytes);

}  // namespace spillway::fuzz
