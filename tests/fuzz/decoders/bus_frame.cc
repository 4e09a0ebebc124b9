#include <cmath>
#include <set>

#include "bus/frame.h"
#include "tests/fuzz/decoders/decoders.h"

namespace spillway::fuzz {

// A frame is decoded the same when its series are known already.
void EatBusFrame(std::string_view bytes) {
  static const std::set<std::string> clusters = {"edge", "core"};
  const Time now = Time(std::chrono::seconds(1'795'428'000));
  bus::DecodeLimits limits;
  limits.max_frame_bytes = 1 << 16;
  limits.max_series = 20;
  limits.max_labels = 4;
  limits.max_name_bytes = 24;
  int rejected = 0;
  bus::Decoder decoder(clusters, limits, [&](bus::Reject, std::string_view) { ++rejected; });

  SampleBatch first;
  decoder.Decode(bytes, now, first);
  const int rejected_first = rejected;
  Require(!first.samples.empty() || rejected > 0 || bytes.find('[') != bytes.npos,
          "what gives no sample is an empty list, or is counted");
  std::set<SeriesId> known;
  for (const SeriesAnnouncement& series : first.announced) {
    Require(clusters.contains(series.key.cluster), "the cluster is one of ours");
    Require(series.key.labels.size() <= limits.max_labels, "labels are within their limit");
    for (const auto& [name, value] : series.key.labels) {
      Require(std::max(name.size(), value.size()) <= limits.max_name_bytes, "names are, too");
    }
    Require(known.insert(series.id).second, "a series is announced once");
  }
  Require(known.size() <= limits.max_series, "series are within their limit");
  for (const Sample& sample : first.samples) {
    Require(known.contains(sample.series), "a sample's series was announced");
    Require(std::isfinite(sample.value), "a sample is finite");
    Require(sample.time >= now - limits.oldest && sample.time <= now + limits.furthest,
            "a sample's time is within its limits");
  }

  SampleBatch again;
  decoder.Decode(bytes, now, again);
  Require(again.announced.empty(), "nothing is announced twice");
  Require(again.samples.size() == first.samples.size(), "the same frame gives the same samples");
  Require(rejected == 2 * rejected_first, "and the same are not taken");
}

}  // namespace spillway::fuzz
