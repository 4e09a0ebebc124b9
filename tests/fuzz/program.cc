// libFuzzer's way in: `SPILLWAY_FUZZ_TARGET=NAME program …`; without a name it lists the targets.
#include <cstdint>
#include <cstdlib>
#include <iostream>

#include "tests/fuzz/targets.h"

namespace {

std::function<void(std::string_view)> eat;

}  // namespace

// In the environment, so that the processes which libFuzzer starts know it, too.
extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  const char* name = std::getenv("SPILLWAY_FUZZ_TARGET");
  for (const spillway::fuzz::Target& target : spillway::fuzz::SPILLWAY_FUZZ_TABLE()) {
    if (name == nullptr) std::cout << target.name << std::endl;
    if (name != nullptr && target.name == name) eat = target.eat;
  }
  if (name == nullptr) std::_Exit(0);
  if (!eat) {
    std::cerr << "there is no target \"" << name << "\"" << std::endl;
    std::_Exit(2);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  eat({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
