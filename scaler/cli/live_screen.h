// A text that is shown again and again in place of itself, on a terminal; elsewhere one after the
// other.
#pragma once

#include <iosfwd>
#include <string>

#include "scaler/cli/terminal_text.h"

namespace spillway {

class LiveScreen {
 public:
  // On a terminal it is drawn on a screen of its own, and the cursor is hidden, until it goes: then
  // everything is as it was. `out` outlives it.
  LiveScreen(std::ostream& out, bool is_terminal);
  ~LiveScreen();
  LiveScreen(const LiveScreen&) = delete;
  LiveScreen& operator=(const LiveScreen&) = delete;

  bool is_terminal() const { return is_terminal_; }

  // What does not fit into `height` lines is left out, and told. 0: any number fits.
  void Show(const std::string& text, int height);

 private:
  std::ostream& out_;
  const bool is_terminal_;
  bool has_shown_ = false;
};

}  // namespace spillway
