// Why something was decided, as data. API, command line and log print these records; nothing is
// explained in a log line alone.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace spillway {

// One named figure or word of a reason: {"value", 0.93}, {"signal", "cpu"}.
struct Fact {
  std::string name;
  std::variant<std::int64_t, double, bool, std::string> value;

  friend bool operator==(const Fact&, const Fact&) = default;
};

// `code` is a stable snake_case word that tests and dashboards may compare; `text` is a sentence
// for people; `facts` are the figures the sentence was made of.
struct Reason {
  std::string code;
  std::string text;
  std::vector<Fact> facts;

  friend bool operator==(const Reason&, const Reason&) = default;
};

}  // namespace spillway
