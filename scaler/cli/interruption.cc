#include "scaler/cli/interruption.h"

#include <cstddef>
#include <iterator>

namespace spillway {
namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};

// All that a signal's handler may touch.
volatile std::sig_atomic_t interrupted = 0;

void Remember(int /*signal*/) { interrupted = 1; }

}  // namespace

Interruption::Interruption() {
  interrupted = 0;
  struct sigaction action {};
  action.sa_handler = Remember;  // without SA_RESTART: what waits is woken
  for (std::size_t i = 0; i < std::size(kSignals); ++i)
    sigaction(kSignals[i], &action, &before_[i]);
}

Interruption::~Interruption() {
  for (std::size_t i = 0; i < std::size(kSignals); ++i) {
    sigaction(kSignals[i], &before_[i], nullptr);
  }
}

bool Interruption::came() const { return interrupted != 0; }

}  // namespace spillway
