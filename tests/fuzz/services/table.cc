#include "tests/fuzz/services/services.h"

namespace spillway::fuzz {

std::vector<Target> Services() {
  return {
      {"api", EatApi},
      {"config", EatConfig},
  };
}

}  // namespace spillway::fuzz
