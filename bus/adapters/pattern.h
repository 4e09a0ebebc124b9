// A text in which each * stands for any text, also for none.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spillway::adapters {

class Pattern {
 public:
  explicit Pattern(std::string_view text = "*");

  // What each * stands for, in their order, earlier ones as short as possible; nothing when `text`
  // does not fit. The views are into `text`.
  std::optional<std::vector<std::string_view>> Match(std::string_view text) const;
  std::size_t stars() const { return parts_.size() - 1; }

  friend bool operator==(const Pattern&, const Pattern&) = default;

 private:
  std::vector<std::string> parts_;  // between the stars: one more than there are stars
};

}  // namespace spillway::adapters
