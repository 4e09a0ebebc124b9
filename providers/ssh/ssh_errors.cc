#include "providers/ssh/ssh_errors.h"

#include <array>
#include <sstream>

namespace spillway {
namespace {

struct Cause {
  std::string_view sign;  // in what the client says
  ErrorKind kind;
  std::string_view code;
  std::string_view words;
};

// The first sign that is found counts.
constexpr std::array kCauses = {
    Cause{"REMOTE HOST IDENTIFICATION HAS CHANGED", ErrorKind::kDenied, "host key changed",
          "the machine shows another host key than the one in the file of known hosts: it was "
          "reinstalled, or somebody stands in between"},
    Cause{"Host key verification failed", ErrorKind::kDenied, "host key not known",
          "expected the machine's host key in the file of known hosts"},
    Cause{"Unable to negotiate", ErrorKind::kInvalid, "no common algorithm", ""},
    Cause{"Permission denied (", ErrorKind::kDenied, "login refused",
          "the machine does not take this user with this key"},
    Cause{"Connection refused", ErrorKind::kTransient, "refused", "nothing listens there yet"},
    Cause{"timed out", ErrorKind::kTransient, "no answer", ""},
    Cause{"No route to host", ErrorKind::kTransient, "no route", ""},
    Cause{"Network is unreachable", ErrorKind::kTransient, "no route", ""},
    Cause{"Could not resolve hostname", ErrorKind::kTransient, "name not resolved", ""},
    Cause{"kex_exchange_identification", ErrorKind::kTransient, "closed before the login", ""},
    Cause{"Connection closed by", ErrorKind::kTransient, "closed before the login", ""},
};
constexpr Cause kLost = {"", ErrorKind::kUnknownOutcome, "connection lost", ""};

constexpr std::size_t kLongestText = 400;

const Cause& CauseOf(std::string_view said) {
  for (const Cause& cause : kCauses) {
    if (said.find(cause.sign) != std::string_view::npos) return cause;
  }
  return kLost;
}

// On one line, without the frames of at signs that the client draws around its warnings.
std::string OneLine(std::string_view said) {
  std::istringstream lines{std::string(said)};
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    while (line.ends_with('\r')) line.pop_back();
    if (line.empty() || line.front() == '@') continue;
    text += (text.empty() ? "" : " | ") + line;
  }
  // The end says more than the beginning.
  return text.size() > kLongestText ? "…" + text.substr(text.size() - kLongestText) : text;
}

}  // namespace

Error SshFailure(const std::string& where, std::string_view said, const std::string& known_hosts) {
  const Cause& cause = CauseOf(said);
  std::string text(cause.words);
  if (cause.code.starts_with("host key")) text += " (" + known_hosts + ")";
  const std::string line = OneLine(said);
  if (!line.empty()) text += (text.empty() ? "" : "; ssh says: ") + line;
  return {cause.kind, where, std::string(cause.code), std::move(text)};
}

}  // namespace spillway
