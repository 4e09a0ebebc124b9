// Answers that come in pages.
#pragma once

#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "scaler/model/result.h"

namespace spillway {

// No account of a sane size has so many; a server that always names a next page does.
inline constexpr int kMostPages = 200;

template <class T>
struct Page {
  std::vector<T> items;
  std::string next;  // the cursor of the next page; empty: this is the last
};

// What was read before something failed, and the failure.
template <class T>
struct Pages {
  std::vector<T> items;
  std::optional<Error> error;  // nothing: the items are all there are
};

// Reads page after page. `ask(cursor)` gives the Result<Page<T>> at a cursor (empty: the first).
// Pages that do not come to an end are an error at `where`.
template <class T, class Ask>
Pages<T> ReadPages(const std::string& where, Ask ask) {
  Pages<T> pages;
  std::set<std::string> seen;
  std::string cursor;
  for (int i = 0; i < kMostPages; ++i) {
    Result<Page<T>> page = ask(cursor);
    if (!page) {
      pages.error = page.error();
      return pages;
    }
    std::move(page->items.begin(), page->items.end(), std::back_inserter(pages.items));
    cursor = page->next;
    if (cursor.empty()) return pages;
    if (!seen.insert(cursor).second) break;
  }
  pages.error =
      Error{ErrorKind::kTransient, where, "", "the pages of the answer do not come to an end"};
  return pages;
}

}  // namespace spillway
