// What this process takes of the machine's memory.
#pragma once

#include <unistd.h>

#include <cstddef>
#include <fstream>

namespace spillway::bench {

inline std::size_t ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace spillway::bench
