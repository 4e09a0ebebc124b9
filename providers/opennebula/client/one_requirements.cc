#include "providers/opennebula/client/one_requirements.h"

#include <fnmatch.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace spillway {
namespace {

Truth Is(bool holds) { return holds ? Truth::kYes : Truth::kNo; }

Truth Not(Truth t) {
  if (t == Truth::kUnknown) return t;
  return Is(t == Truth::kNo);
}

Truth And(Truth a, Truth b) {
  if (a == Truth::kNo || b == Truth::kNo) return Truth::kNo;
  return a == Truth::kYes && b == Truth::kYes ? Truth::kYes : Truth::kUnknown;
}

Truth Or(Truth a, Truth b) { return Not(And(Not(a), Not(b))); }

std::optional<double> NumberOf(std::string_view text) {
  double number = 0;
  const auto [last, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || last != text.data() + text.size()) return std::nullopt;
  return number;
}

class Reader {
 public:
  Reader(const HostToCome& host, std::string_view text) : host_(host), text_(text) {}

  // Nothing when the text is no requirement.
  std::optional<Truth> Read() {
    SkipSpace();
    if (text_.empty()) return Truth::kYes;
    const std::optional<Truth> truth = Expression();
    return text_.empty() ? truth : std::nullopt;
  }

 private:
  static constexpr int kDeepest = 100;

  std::optional<Truth> Expression() {
    std::optional<Truth> left = Operand();
    while (left && !text_.empty() && (text_[0] == '&' || text_[0] == '|')) {
      const bool both = text_[0] == '&';
      Take(1);
      const std::optional<Truth> right = Operand();
      if (!right) return std::nullopt;
      left = both ? And(*left, *right) : Or(*left, *right);
    }
    return left;
  }

  std::optional<Truth> Operand() {
    if (++depth_ > kDeepest) return std::nullopt;
    std::optional<Truth> truth;
    if (Takes("!")) {
      truth = Operand();
      if (truth) truth = Not(*truth);
    } else if (Takes("(")) {
      truth = Expression();
      if (!Takes(")")) truth.reset();
    } else {
      truth = Term();
    }
    --depth_;
    return truth;
  }

  std::optional<Truth> Term() {
    const std::optional<std::string> name = Word();
    if (!name) return std::nullopt;
    for (const std::string_view comparison : {"!=", "@>", "=", ">", "<"}) {
      if (!Takes(comparison)) continue;
      const bool is_quoted = !text_.empty() && text_[0] == '"';
      const std::optional<std::string> value = Word();
      if (!value) return std::nullopt;
      return Compare(*name, comparison, *value, is_quoted ? std::nullopt : NumberOf(*value));
    }
    return std::nullopt;
  }

  Truth Compare(const std::string& name, std::string_view comparison, const std::string& value,
                std::optional<double> number) const {
    if (host_.without.contains(name)) return Truth::kNo;
    const auto known = host_.attributes.find(name);
    if (known == host_.attributes.end()) return Truth::kUnknown;
    const std::string& has = known->second;
    if (number) {
      const std::optional<double> had = NumberOf(has);
      if (!had) return Truth::kNo;
      if (comparison == "!=") return Is(*had != *number);
      if (comparison == ">") return Is(*had > *number);
      if (comparison == "<") return Is(*had < *number);
      return Is(*had == *number);
    }
    const bool matches = fnmatch(value.c_str(), has.c_str(), 0) == 0;
    if (comparison == "!=") return Is(!matches);
    if (comparison == "=" || comparison == "@>") return Is(matches);
    return Truth::kUnknown;
  }

  // A quoted text, or what has no space and no operator in it.
  std::optional<std::string> Word() {
    if (!text_.empty() && text_[0] == '"') {
      const std::size_t end = text_.find('"', 1);
      if (end == std::string_view::npos) return std::nullopt;
      std::string word(text_.substr(1, end - 1));
      Take(end + 1);
      return word;
    }
    const std::size_t end = std::min(text_.find_first_of(" \t\r\n=!<>@&|()\""), text_.size());
    if (end == 0) return std::nullopt;
    std::string word(text_.substr(0, end));
    Take(end);
    return word;
  }

  bool Takes(std::string_view token) {
    if (text_.substr(0, token.size()) != token) return false;
    Take(token.size());
    return true;
  }
  void Take(std::size_t count) {
    text_.remove_prefix(count);
    SkipSpace();
  }
  void SkipSpace() {
    const std::size_t first = std::min(text_.find_first_not_of(" \t\r\n"), text_.size());
    text_.remove_prefix(first);
  }

  const HostToCome& host_;
  std::string_view text_;
  int depth_ = 0;
};

}  // namespace

Truth Meets(const HostToCome& host, std::string_view requirements) {
  return Reader(host, requirements).Read().value_or(Truth::kUnknown);
}

}  // namespace spillway
