#include "bus/batch_queue.h"

#include <utility>

namespace spillway::bus {

namespace {

// So many batches are kept to be filled again, memory and all.
constexpr std::size_t kSpares = 4;

}  // namespace

struct BatchQueue::State {
  State(std::size_t most, Gauge gauge, OnBatch handler)
      : max_samples(most), size(gauge), on_batch(std::move(handler)) {}

  void Deliver();
  void KeepSpares(std::vector<SampleBatch> used);

  const std::size_t max_samples;
  Gauge size;
  const OnBatch on_batch;
  bool is_closed = false;  // loop thread only

  std::mutex mutex;  // guards what follows
  std::vector<SampleBatch> batches;
  std::vector<SampleBatch> spares;
  std::size_t samples = 0;
};

void BatchQueue::State::Deliver() {
  std::vector<SampleBatch> taken;
  {
    const std::lock_guard lock(mutex);
    taken.swap(batches);
    samples = 0;
    size.Set(0);
  }
  for (const SampleBatch& batch : taken) {
    if (is_closed) return;
    on_batch(batch);
  }
  KeepSpares(std::move(taken));
}

void BatchQueue::State::KeepSpares(std::vector<SampleBatch> used) {
  if (used.size() > kSpares) used.resize(kSpares);
  for (SampleBatch& batch : used) {
    batch.retired.clear();
    batch.announced.clear();
    batch.samples.clear();
  }
  const std::lock_guard lock(mutex);
  spares.swap(used);
}

BatchQueue::BatchQueue(EventLoop& loop, std::size_t max_samples, Gauge size, OnBatch on_batch)
    : state_(std::make_shared<State>(max_samples, size, std::move(on_batch))), loop_(loop) {}

BatchQueue::~BatchQueue() { Close(); }

std::size_t BatchQueue::Push(SampleBatch& batch) {
  std::size_t lost = 0;
  bool was_empty = false;
  {
    const std::lock_guard lock(state_->mutex);
    const std::size_t room = state_->max_samples - state_->samples;
    if (batch.samples.size() > room) {
      lost = batch.samples.size() - room;
      batch.samples.resize(room);
    }
    if (batch.samples.empty() && batch.announced.empty() && batch.retired.empty()) return lost;
    was_empty = state_->batches.empty();
    state_->samples += batch.samples.size();
    state_->size.Set(static_cast<double>(state_->samples));
    SampleBatch next;
    if (!state_->spares.empty()) {
      next = std::move(state_->spares.back());
      state_->spares.pop_back();
    }
    state_->batches.push_back(std::exchange(batch, std::move(next)));
  }
  if (was_empty) loop_.Post([state = state_] { state->Deliver(); });
  return lost;
}

bool BatchQueue::IsHalfFull() const {
  const std::lock_guard lock(state_->mutex);
  return state_->samples > state_->max_samples / 2;
}

void BatchQueue::Close() { state_->is_closed = true; }

}  // namespace spillway::bus
