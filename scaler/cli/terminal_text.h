// Text for a terminal or a pipe: its width as people see it, wrapped, cut and coloured.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace spillway {

struct TextStyle {
  int width = 0;  // columns to keep to; 0: not a terminal, so tables are as wide as they need
  bool has_colour = false;

  // What running text is wrapped at: lines longer than this are hard to read.
  int prose_width() const { return width > 0 && width < 100 ? width : 100; }
};

enum class Ink { kPlain, kStrong, kFaint, kGood, kBusy, kBad };

// `text` in that colour, or as it is when the style has none.
std::string Painted(const TextStyle& style, Ink ink, const std::string& text);

// `text` with control characters turned into spaces: what other systems said can neither break
// the layout nor drive the terminal.
std::string Printable(std::string_view text);

// How many characters are seen: code points, not bytes.
int SeenWidth(std::string_view text);

// `text` filled with spaces to `width`, at its right or (numbers) at its left.
std::string Padded(const std::string& text, int width, bool to_the_right = false);

// At most `width` characters, the last one "…" where something was cut off.
std::string CutTo(const std::string& text, int width);

// `text` broken at spaces into lines of at most `width`; a longer word has a line of its own.
std::vector<std::string> Wrapped(std::string_view text, int width);

// `lead` and then `text`, wrapped, further lines indented to the width of `lead`. Ends each line
// with a newline. Escapes in `lead` are counted as text: paint it only when it stands alone.
std::string Hanging(const TextStyle& style, const std::string& lead, std::string_view text);

}  // namespace spillway
