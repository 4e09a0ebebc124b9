#include "scaler/notify/outbox.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

namespace spillway {
namespace {

constexpr const char* kEventNote = "notify.event";
constexpr const char* kReceiverNote = "notify.receiver";

// So that the order of keys is that of numbers.
std::string KeyOf(std::uint64_t number) { return fmt::format("{:020}", number); }

std::uint64_t NumberOf(const std::string& key) {
  std::uint64_t number = 0;
  std::from_chars(key.data(), key.data() + key.size(), number);
  return number;
}

Note NoteOf(const std::string& receiver, const Progress& progress) {
  const nlohmann::json text = {{"done", progress.done},
                               {"attempts", progress.attempts},
                               {"next_try", progress.next_try.time_since_epoch().count()}};
  return {kReceiverNote, receiver, text.dump()};
}

Progress ProgressFrom(const Note& note) {
  try {
    const nlohmann::json text = nlohmann::json::parse(note.text);
    return {text.at("done"), text.at("attempts"), Time(Duration(text.at("next_try")))};
  } catch (const nlohmann::json::exception& error) {
    throw StoreError("store: damaged record of the webhook " + note.key + ": " + error.what());
  }
}

}  // namespace

Outbox::Outbox(Store& store, Journal& journal, const std::set<std::string>& receivers,
               std::string life, OutboxLimits limits)
    : journal_(journal),
      source_("/spillway/" + store.DeploymentId()),
      life_(std::move(life)),
      limits_(limits) {
  for (const Note& note : store.Notes(kReceiverNote)) {
    const Progress progress = ProgressFrom(note);
    last_ = std::max(last_, progress.done);
    if (receivers.contains(note.key)) {
      progress_[note.key] = progress;
    } else {
      journal_.Put(Note{note.kind, note.key, ""});
    }
  }
  for (const Note& note : store.Notes(kEventNote)) {
    last_ = std::max(last_, NumberOf(note.key));
    if (std::optional<CloudEvent> event = CloudEventFrom(note.text)) {
      Keep({NumberOf(note.key), std::move(*event)});
    } else {
      journal_.Put(Note{note.kind, note.key, ""});
    }
  }
  for (const std::string& receiver : receivers) {
    if (!progress_.contains(receiver)) Set(receiver, {.done = last_});
  }
  DropDone();
}

// It is seen only when its commit is over. Nobody receives: nothing is kept.
void Outbox::Add(const Event& event) {
  if (progress_.empty()) return;
  const std::uint64_t number = ++last_;
  Outgoing outgoing{number, MakeCloudEvent(event, life_ + "-" + std::to_string(++made_), source_)};
  journal_.Put(Note{kEventNote, KeyOf(number), outgoing.event.text});
  journal_.AfterCommit([this, outgoing = std::move(outgoing)] {
    while (!waiting_.empty() && IsFullFor(outgoing)) {
      on_let_go(waiting_.front());
      DropFirst();
    }
    Keep(outgoing);
    on_news(outgoing);
  });
}

const Outgoing* Outbox::Behind(std::uint64_t number) const {
  const auto found = std::upper_bound(
      waiting_.begin(), waiting_.end(), number,
      [](std::uint64_t n, const Outgoing& outgoing) { return n < outgoing.number; });
  return found == waiting_.end() ? nullptr : &*found;
}

void Outbox::Set(const std::string& receiver, const Progress& progress) {
  progress_[receiver] = progress;
  journal_.Put(NoteOf(receiver, progress));
  DropDone();
}

void Outbox::Skip(const std::string& receiver, std::uint64_t number) {
  progress_.at(receiver).done = number;
  DropDone();
}

bool Outbox::IsFullFor(const Outgoing& outgoing) const {
  return waiting_.size() >= limits_.events || bytes_ + outgoing.event.text.size() > limits_.bytes;
}

void Outbox::Keep(Outgoing outgoing) {
  bytes_ += outgoing.event.text.size();
  waiting_.push_back(std::move(outgoing));
}

void Outbox::DropDone() {
  std::uint64_t done = last_;
  for (const auto& [receiver, progress] : progress_) done = std::min(done, progress.done);
  while (!waiting_.empty() && waiting_.front().number <= done) DropFirst();
}

void Outbox::DropFirst() {
  bytes_ -= waiting_.front().event.text.size();
  journal_.Put(Note{kEventNote, KeyOf(waiting_.front().number), ""});
  waiting_.pop_front();
}

}  // namespace spillway
