#include "scaler/cli/passed_over.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

namespace spillway {
namespace {

constexpr std::size_t kNamed = 3;  // of a group, or of those of a group with the same text

using Group = std::vector<const Considered*>;

// In the order of first appearance.
template <class Same>
std::vector<Group> Grouped(const Group& all, Same same) {
  std::vector<Group> groups;
  for (const Considered* one : all) {
    const auto found = std::find_if(groups.begin(), groups.end(),
                                    [&](const Group& group) { return same(*group[0], *one); });
    if (found == groups.end()) {
      groups.push_back({one});
    } else {
      found->push_back(one);
    }
  }
  return groups;
}

std::string AndMore(std::size_t all) {
  return all > kNamed ? fmt::format(" and {} more", all - kNamed) : "";
}

std::string Names(const Group& group) {
  std::string names;
  for (std::size_t i = 0; i < std::min(group.size(), kNamed); ++i) {
    names += (i == 0 ? "" : ", ") + group[i]->subject;
  }
  return names + AndMore(group.size());
}

std::string GroupText(const Group& group, const TextStyle& style) {
  const Considered& first = *group[0];
  const std::string pool = first.pool.empty() ? "" : " of pool " + first.pool;
  std::string text =
      Hanging(style, "  ", fmt::format("{}{} ({})", group.size(), pool, first.reason.code));
  const auto same_text = [](const Considered& a, const Considered& b) {
    return a.reason.text == b.reason.text;
  };
  const std::vector<Group> by_text = Grouped(group, same_text);
  for (std::size_t i = 0; i < std::min(by_text.size(), kNamed); ++i) {
    text += Hanging(style, "      ", Names(by_text[i]) + ": " + by_text[i][0]->reason.text);
  }
  std::size_t untold = 0;
  for (std::size_t i = kNamed; i < by_text.size(); ++i) untold += by_text[i].size();
  if (untold > 0) text += fmt::format("      … and {} more\n", untold);
  return text;
}

}  // namespace

std::string PassedOver(const std::string& title, std::span<const Considered> considered,
                       const TextStyle& style) {
  Group passed_over;
  for (const Considered& one : considered) {
    if (!one.chosen) passed_over.push_back(&one);
  }
  if (passed_over.empty()) return "";
  std::string text = "\n" + Painted(style, Ink::kStrong, title) + "\n";
  const auto same_reason = [](const Considered& a, const Considered& b) {
    return a.pool == b.pool && a.reason.code == b.reason.code;
  };
  for (const Group& group : Grouped(passed_over, same_reason)) text += GroupText(group, style);
  return text;
}

}  // namespace spillway
