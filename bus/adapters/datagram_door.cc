#include "bus/adapters/datagram_door.h"

#include <utility>
#include <vector>

#include "bus/adapters/receipt.h"

namespace spillway::adapters {

DatagramDoor::DatagramDoor(SourceConfig config, AsioLoop& loop, Feed& feed, Tally tally)
    : config_(std::move(config)),
      adapter_(*config_.adapter.datagram),
      loop_(loop),
      feed_(feed),
      tally_(std::move(tally)),
      flushed_(loop.Now()),
      receiver_(loop, adapter_.door().address, adapter_.door().port,
                adapter_.door().max_datagram_bytes,
                {[this](std::string_view bytes, bool is_cut) { Take(bytes, is_cut); },
                 [this](std::uint32_t datagrams) {
                   tally_.Refused({Loss::kOverflow, "the system had no room for them"}, datagrams);
                 }}) {
  FlushSoon();
}

void DatagramDoor::Take(std::string_view datagram, bool is_cut) {
  std::vector<Lost> lost;
  if (is_cut) {
    lost.push_back({Loss::kTooLarge, "a datagram of more than " +
                                         std::to_string(adapter_.door().max_datagram_bytes) +
                                         " bytes"});
  } else {
    adapter_.Take(datagram, lost);
  }
  tally_.Refused(lost);
}

void DatagramDoor::FlushSoon() {
  loop_.At(loop_.Now() + adapter_.door().flush_interval, [this] { Flush(); });
}

void DatagramDoor::Flush() {
  FlushSoon();
  // Nothing is lost by that: what comes is added to what is there.
  if (feed_.IsBusy()) return;
  const Time now = loop_.Now();
  Receipt receipt;
  MapAll(config_.mapping, adapter_.Flush(now - flushed_), receipt);
  flushed_ = now;
  feed_.Give(receipt.samples);
  tally_.Handed(receipt.samples.size());
  tally_.Refused(receipt.lost);
}

}  // namespace spillway::adapters
