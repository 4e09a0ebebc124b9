#include <nlohmann/json.hpp>

#include "bus/adapters/feed.h"
#include "bus/adapters/mapping.h"
#include "bus/adapters/receipt.h"
#include "bus/frame.h"
#include "tests/fuzz/decoders/decoders.h"

namespace spillway::fuzz {
namespace {

constexpr std::size_t kMaxUnpacked = 1 << 18;
const Time kNow = Time(std::chrono::seconds(1'795'428'000));

// An adapter that is told no more than it must be.
struct Configured {
  ConfigDocument document{{{"cluster", "edge"}, {"port", 0}}, {}};
  adapters::Mapping mapping{document.Root(), {"edge"}};
  adapters::ParsedAdapter adapter;

  explicit Configured(const adapters::AdapterKind& kind) : adapter(kind.parse(document.Root())) {}
};

// What the bus makes of the samples: an adapter hands on nothing that the bus cannot read.
void GiveToTheBus(const std::vector<adapters::MappedSample>& samples) {
  bus::DecodeLimits limits;
  bus::Decoder decoder({"edge"}, limits, [](bus::Reject reason, std::string_view detail) {
    Require(reason != bus::Reject::kBadJson && reason != bus::Reject::kMissingMember &&
                reason != bus::Reject::kWrongType,
            "the bus reads what an adapter gives it: " + std::string(detail));
  });
  SampleBatch batch;
  for (const std::string& frame : adapters::ToFrames(samples, limits.max_frame_bytes)) {
    decoder.Decode(frame, kNow, batch);
  }
}

}  // namespace

bool IsSentTo(const adapters::AdapterKind& kind) {
  const Configured configured(kind);
  return configured.adapter.http != nullptr || configured.adapter.datagram != nullptr;
}

// A request of HTTP, or a datagram.
void EatForAdapter(const adapters::AdapterKind& kind, std::string_view bytes) {
  const Configured configured(kind);
  const adapters::ParsedAdapter& adapter = configured.adapter;
  if (adapter.datagram != nullptr) {
    GiveToTheBus(adapters::Receive(*adapter.datagram, configured.mapping, bytes).samples);
    return;
  }
  const HttpQuestion question = ToRequest(bytes);
  const adapters::Receipt receipt = adapters::Receive(*adapter.http, configured.mapping, question,
                                                      question.path, kMaxUnpacked, kNow);
  Require(receipt.answer.status >= 200 && receipt.answer.status < 600, "the answer is one of HTTP");
  GiveToTheBus(receipt.samples);
}

}  // namespace spillway::fuzz
