// The wish to end, as a signal: for commands that go on until somebody stops them.
#pragma once

#include <csignal>

namespace spillway {

// While it lives, SIGINT, SIGTERM and SIGHUP end nothing but are remembered, and what waits in the
// system is woken; afterwards they do what they did. One at a time.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  // Whether one came.
  bool came() const;

 private:
  struct sigaction before_[3];
};

}  // namespace spillway
