#include "tests/fakes/ec2_form.h"

#include <algorithm>

namespace spillway::fakes {
namespace {

// '*' and '?' as EC2's filters have them, '\' takes their meaning away.
bool MatchesPattern(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    return MatchesPattern(pattern.substr(1), text) ||
           (!text.empty() && MatchesPattern(pattern, text.substr(1)));
  }
  if (text.empty()) return false;
  if (pattern[0] == '?') return MatchesPattern(pattern.substr(1), text.substr(1));
  if (pattern[0] == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
  return pattern[0] == text[0] && MatchesPattern(pattern.substr(1), text.substr(1));
}

}  // namespace

std::string Ec2Value(const Ec2Form& form, const std::string& name) {
  const auto found = form.find(name);
  return found == form.end() ? "" : found->second;
}

std::vector<std::string> Ec2Values(const Ec2Form& form, const std::string& name) {
  std::vector<std::string> values;
  for (int i = 1; form.count(name + "." + std::to_string(i)) > 0; ++i) {
    values.push_back(form.at(name + "." + std::to_string(i)));
  }
  return values;
}

bool HasEc2Prefix(const Ec2Form& form, const std::string& prefix) {
  const auto at = form.lower_bound(prefix);
  return at != form.end() && at->first.starts_with(prefix);
}

bool MatchesEc2Pattern(const std::vector<std::string>& patterns, const std::string& text) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&text](const std::string& p) { return MatchesPattern(p, text); });
}

std::vector<Ec2FormFilter> Ec2Filters(const Ec2Form& form) {
  std::vector<Ec2FormFilter> filters;
  for (int i = 1; HasEc2Prefix(form, "Filter." + std::to_string(i) + "."); ++i) {
    const std::string prefix = "Filter." + std::to_string(i) + ".";
    filters.push_back({Ec2Value(form, prefix + "Name"), Ec2Values(form, prefix + "Value")});
  }
  return filters;
}

std::map<std::string, std::string> Ec2InstanceTags(const Ec2Form& form) {
  std::map<std::string, std::string> tags;
  for (int i = 1; HasEc2Prefix(form, "TagSpecification." + std::to_string(i) + "."); ++i) {
    const std::string prefix = "TagSpecification." + std::to_string(i) + ".";
    if (Ec2Value(form, prefix + "ResourceType") != "instance") continue;
    for (int k = 1; form.count(prefix + "Tag." + std::to_string(k) + ".Key") > 0; ++k) {
      const std::string tag = prefix + "Tag." + std::to_string(k) + ".";
      tags[form.at(tag + "Key")] = Ec2Value(form, tag + "Value");
    }
  }
  return tags;
}

Ec2Window Ec2PageOf(const Ec2Form& form, std::size_t size, int page_size,
                    std::size_t without_limit) {
  const std::string limit = Ec2Value(form, "MaxResults");
  const std::string token = Ec2Value(form, "NextToken");
  Ec2Window window;
  window.first = token.empty() ? 0 : std::min(size, std::stoul(token.substr(token.find('-') + 1)));
  const std::size_t asked = limit.empty() ? without_limit : std::stoul(limit);
  window.last = std::min(
      size, window.first + std::min<std::size_t>(asked, static_cast<std::size_t>(page_size)));
  if (window.last < size) window.next_token = "page-" + std::to_string(window.last);
  return window;
}

}  // namespace spillway::fakes
