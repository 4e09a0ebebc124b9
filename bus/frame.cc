#include "bus/frame.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>

#include "bus/sample_reader.h"
#include "bus/series_table.h"

namespace spillway::bus {

namespace {

// Numbers below are seconds since the epoch (this one is in the year 5138), others milliseconds.
constexpr double kFirstMilliseconds = 1e11;

double Milliseconds(double time) { return time < kFirstMilliseconds ? time * 1000 : time; }

// By name, each name once; of several the last, as JSON readers have it. Few and mostly in order
// already, hence insertion.
std::span<LabelView> Canonical(std::span<LabelView> labels) {
  std::size_t size = 0;
  for (std::size_t next = 0; next < labels.size(); ++next) {
    const LabelView label = labels[next];
    std::size_t i = size;
    while (i > 0 && label.first < labels[i - 1].first) --i;
    if (i > 0 && labels[i - 1].first == label.first) {
      labels[i - 1] = label;
      continue;
    }
    std::move_backward(labels.begin() + i, labels.begin() + size, labels.begin() + size + 1);
    labels[i] = label;
    ++size;
  }
  return labels.first(size);
}

// The bytes of a series' key: each part with its length before it, so that no two keys have the
// same bytes. The buffer is reused. Parts are short and copied in whole chunks, which is faster
// than a call of memcpy for each.
class KeyBytes {
 public:
  std::string_view Make(const RawSample& sample, std::span<const LabelView> labels) {
    std::size_t bytes = Needs(sample.cluster) + Needs(sample.metric);
    for (const auto& [name, value] : labels) bytes += Needs(name) + Needs(value);
    if (bytes + kChunk > buffer_.size()) buffer_.resize(bytes + kChunk);
    char* end = buffer_.data();
    end = Append(end, sample.cluster);
    end = Append(end, sample.metric);
    for (const auto& [name, value] : labels) end = Append(Append(end, name), value);
    return {buffer_.data(), bytes};
  }

 private:
  static constexpr std::size_t kChunk = 16;
  static std::size_t Needs(std::string_view part) { return sizeof(std::uint32_t) + part.size(); }
  static char* Append(char* end, std::string_view part) {
    const auto size = static_cast<std::uint32_t>(part.size());
    std::memcpy(end, &size, sizeof(size));
    end += sizeof(size);
    for (std::size_t i = 0; i < part.size(); i += kChunk) {
      std::memcpy(end + i, part.data() + i, kChunk);
    }
    return end + part.size();
  }

  std::vector<char> buffer_;
};

}  // namespace

struct Decoder::Impl {
  Impl(const std::set<std::string>& known_clusters, DecodeLimits the_limits, OnReject reject)
      : clusters(known_clusters.begin(), known_clusters.end()),
        limits(the_limits),
        on_reject(std::move(reject)),
        reader(limits.max_frame_bytes, limits.max_labels),
        table(limits.max_series, limits.series_ttl) {}

  void Take(const RawSample& sample, Time arrival, SampleBatch& batch);
  // Nothing when the sample's time is refused.
  std::optional<Time> TimeOf(const RawSample& sample, Time arrival);
  // Nothing when a new series is refused.
  std::optional<SeriesId> Admit(const RawSample& sample, std::span<const LabelView> labels,
                                std::string_view key, Time arrival, SampleBatch& batch);
  std::optional<RawReject> Objection(const RawSample& sample, std::span<const LabelView> labels);

  std::set<std::string, std::less<>> clusters;
  const DecodeLimits limits;
  const OnReject on_reject;
  SampleReader reader;
  SeriesTable table;
  KeyBytes key_bytes;
};

void Decoder::Impl::Take(const RawSample& sample, Time arrival, SampleBatch& batch) {
  const std::optional<Time> time = TimeOf(sample, arrival);
  if (!time) return;
  const std::span<LabelView> labels = Canonical(reader.labels(sample));
  const std::string_view key = key_bytes.Make(sample, labels);
  std::optional<SeriesId> id = table.Find(key, arrival);
  if (!id) id = Admit(sample, labels, key, arrival, batch);
  if (id) batch.samples.push_back({*id, sample.value, *time});
}

std::optional<Time> Decoder::Impl::TimeOf(const RawSample& sample, Time arrival) {
  if (!sample.time) return arrival;
  const double time = Milliseconds(*sample.time);
  const double oldest = static_cast<double>((arrival - limits.oldest).time_since_epoch().count());
  const double furthest =
      static_cast<double>((arrival + limits.furthest).time_since_epoch().count());
  if (time < oldest) {
    on_reject(Reject::kTooOld, sample.metric);
    return std::nullopt;
  }
  if (time > furthest) {
    on_reject(Reject::kInFuture, sample.metric);
    return std::nullopt;
  }
  return Time(Duration(std::llround(time)));
}

std::optional<SeriesId> Decoder::Impl::Admit(const RawSample& sample,
                                             std::span<const LabelView> labels,
                                             std::string_view key, Time arrival,
                                             SampleBatch& batch) {
  if (const auto objection = Objection(sample, labels)) {
    on_reject(objection->reason, objection->detail);
    return std::nullopt;
  }
  const std::optional<SeriesId> id = table.Add(key, arrival, batch);
  if (!id) {
    on_reject(Reject::kTooManySeries, sample.metric);
    return std::nullopt;
  }
  batch.announced.push_back(
      {*id,
       {std::string(sample.cluster), std::string(sample.metric), {labels.begin(), labels.end()}}});
  return id;
}

// What a known series has passed once; only new ones are looked at.
std::optional<RawReject> Decoder::Impl::Objection(const RawSample& sample,
                                                  std::span<const LabelView> labels) {
  const auto is_long = [&](std::string_view name) { return name.size() > limits.max_name_bytes; };
  if (is_long(sample.cluster)) return RawReject{Reject::kNameTooLong, "cluster"};
  if (is_long(sample.metric)) return RawReject{Reject::kNameTooLong, "metric"};
  for (const auto& [name, value] : labels) {
    if (is_long(name)) return RawReject{Reject::kNameTooLong, "label name"};
    if (is_long(value)) return RawReject{Reject::kNameTooLong, name};
  }
  if (!clusters.contains(sample.cluster)) {
    return RawReject{Reject::kUnknownCluster, sample.cluster};
  }
  return std::nullopt;
}

Decoder::Decoder(const std::set<std::string>& clusters, DecodeLimits limits, OnReject on_reject)
    : impl_(std::make_unique<Impl>(clusters, limits, std::move(on_reject))) {}
Decoder::~Decoder() = default;

void Decoder::SetClusters(const std::set<std::string>& clusters) {
  impl_->clusters = {clusters.begin(), clusters.end()};
}

void Decoder::Decode(std::string_view payload, Time arrival, SampleBatch& batch) {
  Impl& impl = *impl_;
  impl.table.StartFrame(arrival, batch);
  if (payload.size() > impl.limits.max_frame_bytes) {
    impl.on_reject(Reject::kTooLarge, std::to_string(payload.size()) + " bytes");
    return;
  }
  if (!impl.reader.Read(payload)) {
    impl.on_reject(Reject::kBadJson, impl.reader.error());
    return;
  }
  for (const RawReject& reject : impl.reader.rejects())
    impl.on_reject(reject.reason, reject.detail);
  for (const RawSample& sample : impl.reader.samples()) impl.Take(sample, arrival, batch);
}

std::string_view Name(Reject reject) {
  switch (reject) {
    case Reject::kBadTopic: return "bad_topic";
    case Reject::kBadFrames: return "bad_frames";
    case Reject::kTooLarge: return "too_large";
    case Reject::kBadJson: return "bad_json";
    case Reject::kMissingMember: return "missing_member";
    case Reject::kWrongType: return "wrong_type";
    case Reject::kUnknownCluster: return "unknown_cluster";
    case Reject::kNotFinite: return "not_finite";
    case Reject::kTooOld: return "too_old";
    case Reject::kInFuture: return "in_future";
    case Reject::kNameTooLong: return "name_too_long";
    case Reject::kTooManyLabels: return "too_many_labels";
    case Reject::kTooManySeries: return "too_many_series";
    case Reject::kQueueFull: return "queue_full";
  }
  return "unknown";
}

std::string DecisionTopic(std::string_view cluster) {
  return "spillway/1/decisions/" + std::string(cluster);
}

std::string HostTopic(std::string_view cluster) {
  return "spillway/1/hosts/" + std::string(cluster);
}

}  // namespace spillway::bus
