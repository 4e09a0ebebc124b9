// Guests into hosts: how many more hosts of one size it takes to hold them all, beside the room
// there is. Vector bin packing in two dimensions.
#pragma once

#include <cstdint>
#include <vector>

namespace spillway {

struct GuestSize {
  std::int64_t cpu_percent = 0;  // 100: a vCPU
  std::int64_t memory_mib = 0;

  bool FitsInto(const GuestSize& room) const {
    return cpu_percent <= room.cpu_percent && memory_mib <= room.memory_mib;
  }
  friend auto operator<=>(const GuestSize&, const GuestSize&) = default;
};

struct Packing {
  std::int64_t hosts = 0;     // that hold all guests, beside the rooms
  std::int64_t at_least = 0;  // no fewer can: `hosts` when that is proven to be the least

  bool is_exact() const { return hosts == at_least; }
};

// So many guests are packed exactly, by branch and bound, as far as its steps reach; more of them
// by first fit in the order of falling size. REQUIRES: each guest fits into `host`.
inline constexpr std::size_t kExactGuests = 16;
inline constexpr std::int64_t kPackingSteps = 50'000;

Packing Pack(std::vector<GuestSize> guests, const std::vector<GuestSize>& rooms,
             const GuestSize& host);

// The same by first fit alone, for choosing among many sizes of hosts.
Packing PackFirstFit(std::vector<GuestSize> guests, const std::vector<GuestSize>& rooms,
                     const GuestSize& host);

}  // namespace spillway
