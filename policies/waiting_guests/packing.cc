#include "policies/waiting_guests/packing.h"

#include <algorithm>

namespace spillway {
namespace {

GuestSize operator-(const GuestSize& a, const GuestSize& b) {
  return {a.cpu_percent - b.cpu_percent, a.memory_mib - b.memory_mib};
}

// The larger of its two parts of a host: what is hard to place.
double Share(const GuestSize& guest, const GuestSize& host) {
  const auto part = [](std::int64_t x, std::int64_t of) {
    return of > 0 ? static_cast<double>(x) / static_cast<double>(of) : 0.0;
  };
  return std::max(part(guest.cpu_percent, host.cpu_percent),
                  part(guest.memory_mib, host.memory_mib));
}

void LargestFirst(std::vector<GuestSize>& guests, const GuestSize& host) {
  std::sort(guests.begin(), guests.end(), [&](const GuestSize& a, const GuestSize& b) {
    const double x = Share(a, host);
    const double y = Share(b, host);
    return x != y ? x > y : a > b;
  });
}

// By what is left over after all rooms are filled to the brim.
std::int64_t LeastBySums(const std::vector<GuestSize>& guests, std::size_t first,
                         const std::vector<GuestSize>& rooms, const GuestSize& host) {
  GuestSize open;
  for (std::size_t i = first; i < guests.size(); ++i) {
    open.cpu_percent += guests[i].cpu_percent;
    open.memory_mib += guests[i].memory_mib;
  }
  for (const GuestSize& room : rooms) open = open - room;
  const auto up = [](std::int64_t x, std::int64_t of) {
    return x <= 0 || of <= 0 ? 0 : (x + of - 1) / of;
  };
  return std::max(up(open.cpu_percent, host.cpu_percent), up(open.memory_mib, host.memory_mib));
}

class Search {
 public:
  Search(const std::vector<GuestSize>& guests, std::vector<GuestSize> rooms, const GuestSize& host,
         std::int64_t best)
      : guests_(guests), rooms_(std::move(rooms)), host_(host), best_(best) {}

  // The least number of hosts, or `best` where no better is found.
  std::int64_t Run() {
    Place(0, 0);
    return best_;
  }
  bool is_complete() const { return steps_ >= 0; }

 private:
  void Place(std::size_t i, std::int64_t hosts) {
    if (hosts >= best_ || --steps_ < 0) return;
    if (i == guests_.size()) {
      best_ = hosts;
      return;
    }
    if (hosts + LeastBySums(guests_, i, rooms_, host_) >= best_) return;
    for (std::size_t k = 0; k < rooms_.size(); ++k) {
      // Rooms alike are one choice.
      const bool is_seen =
          std::find(rooms_.begin(), rooms_.begin() + static_cast<std::ptrdiff_t>(k), rooms_[k]) !=
          rooms_.begin() + static_cast<std::ptrdiff_t>(k);
      if (is_seen || !guests_[i].FitsInto(rooms_[k])) continue;
      const GuestSize before = rooms_[k];
      rooms_[k] = before - guests_[i];
      Place(i + 1, hosts);
      rooms_[k] = before;
    }
    rooms_.push_back(host_ - guests_[i]);
    Place(i + 1, hosts + 1);
    rooms_.pop_back();
  }

  const std::vector<GuestSize>& guests_;
  std::vector<GuestSize> rooms_;
  const GuestSize host_;
  std::int64_t best_;
  std::int64_t steps_ = kPackingSteps;
};

// REQUIRES: largest first.
std::int64_t FirstFit(const std::vector<GuestSize>& guests, std::vector<GuestSize> rooms,
                      const GuestSize& host) {
  const std::size_t there = rooms.size();
  for (const GuestSize& guest : guests) {
    auto room = std::find_if(rooms.begin(), rooms.end(),
                             [&](const GuestSize& r) { return guest.FitsInto(r); });
    if (room == rooms.end()) room = rooms.insert(rooms.end(), host);
    *room = *room - guest;
  }
  return static_cast<std::int64_t>(rooms.size() - there);
}

}  // namespace

Packing PackFirstFit(std::vector<GuestSize> guests, const std::vector<GuestSize>& rooms,
                     const GuestSize& host) {
  LargestFirst(guests, host);
  return {FirstFit(guests, rooms, host), LeastBySums(guests, 0, rooms, host)};
}

Packing Pack(std::vector<GuestSize> guests, const std::vector<GuestSize>& rooms,
             const GuestSize& host) {
  Packing packing = PackFirstFit(guests, rooms, host);
  if (packing.is_exact() || guests.size() > kExactGuests) return packing;
  LargestFirst(guests, host);
  Search search(guests, rooms, host, packing.hosts);
  packing.hosts = search.Run();
  if (search.is_complete()) packing.at_least = packing.hosts;
  return packing;
}

}  // namespace spillway
