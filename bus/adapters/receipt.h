// From a request to samples: what every adapter does in the same way.
#pragma once

#include <string_view>
#include <vector>

#include "bus/adapters/datagram_adapter.h"
#include "bus/adapters/http_adapter.h"
#include "bus/adapters/mapping.h"

namespace spillway::adapters {

// What a request, or anything else that came, amounts to.
struct Receipt {
  std::vector<MappedSample> samples;
  std::vector<Lost> lost;
  HttpAnswer answer;  // when the bus takes the samples
};

// The request as an adapter sees it, before its body is unpacked. `path`: below the adapter's name.
// The views are into `question` and `path`.
AdapterRequest WithoutBody(const HttpQuestion& question, std::string_view path, Time now);

// Unpacks, decodes and maps. Pure. `path`: below the adapter's name.
Receipt Receive(const HttpAdapter& adapter, const Mapping& mapping, const HttpQuestion& question,
                std::string_view path, std::size_t max_unpacked_bytes, Time now);

// The same of a datagram that is alone in its interval. Nobody is answered.
Receipt Receive(DatagramAdapter& adapter, const Mapping& mapping, std::string_view datagram);

// Adds what `readings` are by the rules.
void MapAll(const Mapping& mapping, const std::vector<Reading>& readings, Receipt& receipt);

}  // namespace spillway::adapters
