#include "bus/adapters/pattern.h"

namespace spillway::adapters {

Pattern::Pattern(std::string_view text) {
  std::size_t from = 0;
  for (std::size_t star = text.find('*'); star != std::string_view::npos;
       star = text.find('*', from)) {
    parts_.emplace_back(text.substr(from, star - from));
    from = star + 1;
  }
  parts_.emplace_back(text.substr(from));
}

std::optional<std::vector<std::string_view>> Pattern::Match(std::string_view text) const {
  std::vector<std::string_view> matches;
  if (stars() == 0) return text == parts_[0] ? std::optional(matches) : std::nullopt;
  const std::string& first = parts_.front();
  const std::string& last = parts_.back();
  const bool has_room = text.size() >= first.size() + last.size();
  if (!has_room || !text.starts_with(first) || !text.ends_with(last)) return std::nullopt;
  text.remove_suffix(last.size());
  std::size_t from = first.size();
  for (std::size_t i = 1; i + 1 < parts_.size(); ++i) {
    const std::size_t at = text.find(parts_[i], from);
    if (at == std::string_view::npos) return std::nullopt;
    matches.push_back(text.substr(from, at - from));
    from = at + parts_[i].size();
  }
  matches.push_back(text.substr(from));
  return matches;
}

}  // namespace spillway::adapters
