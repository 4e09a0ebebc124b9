// Whether anybody at an address speaks the API that is looked for there. An API that has gone, or
// an address that is wrong, is not to be asked over and over.
#pragma once

#include <algorithm>

#include "scaler/model/time.h"

namespace spillway {

// After three calls in a row that met nobody the address is left alone: for a minute, then twice as
// long each time that the next call meets nobody either, up to an hour. Not thread-safe.
class Absence {
 public:
  // Whether nobody is to be asked now.
  bool IsCertain(Time now) const { return now < until_; }

  // A call got an answer of the API.
  void SomebodyAnswered() { *this = {}; }

  // A call met nobody, or somebody who does not speak the API.
  void NobodyAnswered(Time now) {
    if (++calls_ < kPatience) return;
    until_ = now + pause_;
    pause_ = std::min(2 * pause_, kLongestPause);
  }

 private:
  static constexpr int kPatience = 3;
  static constexpr Duration kLongestPause = std::chrono::hours(1);

  int calls_ = 0;  // in a row
  Duration pause_ = std::chrono::minutes(1);
  Time until_ = kDistantPast;
};

}  // namespace spillway
