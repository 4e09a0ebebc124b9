// Answers that come in pages.
#pragma once

#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "providers/aws/ec2_client.h"

namespace spillway {

inline constexpr int kMostEc2Pages = 200;

// What was read before something failed, and the failure.
template <class T>
struct Ec2Pages {
  std::vector<T> items;
  std::optional<Error> error;  // nothing: the items are all there are
};

// Reads page after page in `region`. `make` gives the request for a page token (empty: the first),
// `read` makes a page of its answer. Pages that do not come to an end are an error.
template <class T, class Make, class Read>
Ec2Pages<T> ReadEc2Pages(Ec2Client& ec2, const std::string& region, Make make, Read read) {
  Ec2Pages<T> pages;
  std::set<std::string> seen;
  std::string token;
  for (int i = 0; i < kMostEc2Pages; ++i) {
    const Ec2Request request = make(token);
    const Result<std::string> body = ec2.Call(region, request);
    if (!body) {
      pages.error = body.error();
      return pages;
    }
    std::optional<Ec2Page<T>> page = read(*body);
    if (!page) {
      pages.error = UnreadableAnswer(region, request);
      return pages;
    }
    std::move(page->items.begin(), page->items.end(), std::back_inserter(pages.items));
    token = page->next_token;
    if (token.empty()) return pages;
    if (!seen.insert(token).second) break;
  }
  pages.error = Error{ErrorKind::kTransient, "ec2 " + make("").action + " " + region, "",
                      "the pages of the answer do not come to an end"};
  return pages;
}

}  // namespace spillway
