#include "tests/fuzz/targets.h"

#include <stdexcept>

namespace spillway::fuzz {

void Require(bool holds, const std::string& what) {
  if (!holds) throw std::logic_error(what);
}

std::pair<std::string_view, std::string_view> SplitAt(std::string_view text,
                                                      std::string_view mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + mark.size())};
}

HttpQuestion ToRequest(std::string_view bytes) {
  const auto [head, body] = SplitAt(bytes, "\n\n");
  const auto [first, headers] = SplitAt(head, "\n");
  const auto [method, target] = SplitAt(first, " ");
  const auto [path, query] = SplitAt(target, "?");
  HttpQuestion question;
  question.method = method;
  question.path = path;
  question.query = query;
  question.body = body;
  question.peer = "192.0.2.1";
  for (std::string_view rest = headers; !rest.empty();) {
    const auto [line, next] = SplitAt(rest, "\n");
    const auto [name, value] = SplitAt(line, ": ");
    question.headers.emplace_back(name, value);
    rest = next;
  }
  return question;
}

}  // namespace spillway::fuzz
