// Decoding and windows, without sockets. items_per_second are samples.
#include <benchmark/benchmark.h>

#include "bus/frame.h"
#include "scaler/observe/observations.h"
#include "tests/bench/frames.h"

namespace spillway::bench {
namespace {

constexpr Time kStart = Time(Duration(1'800'000'000'000));

struct Path {
  bus::Decoder decoder{{kCluster}, {}, [](bus::Reject, std::string_view) { std::abort(); }};
  Observations observations{120};
  SampleBatch batch;

  void Decode(const std::string& frame) {
    batch.retired.clear();
    batch.announced.clear();
    batch.samples.clear();
    decoder.Decode(frame, kStart, batch);
    benchmark::DoNotOptimize(batch.samples.data());
  }
  void Take() {
    observations.Take(batch, [](const std::string& name) { benchmark::DoNotOptimize(&name); });
  }
};

void Decode(benchmark::State& state) {
  const auto frames = Frames(static_cast<int>(state.range(0)), kStart);
  Path path;
  for (auto _ : state) {
    for (const std::string& frame : frames) path.Decode(frame);
  }
  state.SetItemsProcessed(state.iterations() * kHosts);
}
BENCHMARK(Decode)->ArgName("samples_per_frame")->Arg(1)->Arg(10)->Arg(100)->Arg(1000);

void DecodeAndTake(benchmark::State& state) {
  const auto frames = Frames(static_cast<int>(state.range(0)), kStart);
  Path path;
  for (auto _ : state) {
    for (const std::string& frame : frames) {
      path.Decode(frame);
      path.Take();
    }
  }
  state.SetItemsProcessed(state.iterations() * kHosts);
  state.counters["bytes_per_series"] =
      static_cast<double>(path.observations.bytes()) / static_cast<double>(kHosts);
}
BENCHMARK(DecodeAndTake)->ArgName("samples_per_frame")->Arg(1)->Arg(100);

// A signal over 1,000 series of 60 points each.
void Evaluate(benchmark::State& state) {
  Path path;
  for (int second = 0; second < 60; ++second) {
    const Time time = kStart + std::chrono::seconds(second);
    for (const std::string& frame : Frames(100, time)) {
      path.batch = {};
      path.decoder.Decode(frame, time, path.batch);
      path.Take();
    }
  }
  SignalSpec spec;
  spec.metric = "cpu_ratio";
  spec.function = static_cast<WindowFunction>(state.range(0));
  spec.group_by = state.range(1) != 0 ? "rack" : "";
  const Time now = kStart + std::chrono::seconds(60);
  for (auto _ : state) {
    benchmark::DoNotOptimize(path.observations.Evaluate(kCluster, spec, now));
  }
  state.SetItemsProcessed(state.iterations() * kHosts * 60);
}
BENCHMARK(Evaluate)
    ->ArgNames({"function", "grouped"})
    ->Args({static_cast<int>(WindowFunction::kMean), 0})
    ->Args({static_cast<int>(WindowFunction::kMean), 1})
    ->Args({static_cast<int>(WindowFunction::kQuantile), 0})
    ->Args({static_cast<int>(WindowFunction::kRate), 0})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace spillway::bench
