#include "scaler/runtime/http_address.h"

#include <algorithm>

#include "scaler/runtime/http_server.h"

namespace spillway {
namespace {

// The host of an address; empty when there is none.
std::string_view HostOf(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  std::string_view rest = url.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  rest.remove_prefix(rest.rfind('@') + 1);  // npos + 1 is 0
  if (rest.starts_with('[')) return rest.substr(1, std::min(rest.find(']'), rest.size()) - 1);
  return rest.substr(0, rest.find(':'));
}

}  // namespace

std::string ComplaintAboutUrl(std::string_view url, bool plain_text) {
  const std::string_view host = HostOf(url);
  const bool is_plain = url.starts_with("http://");
  if (host.empty() || (!is_plain && !url.starts_with("https://"))) {
    return "expected an address such as https://example.org/path";
  }
  const bool is_own = host == "localhost" || IsOwnAddress(host);
  if (!is_plain || plain_text || is_own) return "";
  return "nothing is encrypted on the way: expected https://, or plain_text: true";
}

}  // namespace spillway
