// The seam of the adapters that ask: another system's answers are read, nothing else. When it is
// asked, and how long it is left alone after a failure, stands in puller.h; rules, the way to the
// bus and all counting are the same as for those that are sent to.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bus/adapters/reading.h"
#include "bus/context.h"
#include "scaler/runtime/http_client.h"
#include "scaler/runtime/secret.h"

namespace spillway::adapters {

// What asking once came to.
struct Pulled {
  std::vector<Reading> readings;
  std::vector<Lost> lost;  // single readings, or one question of several
  // The system did not answer, or not all that was asked; the readings are what it said before.
  std::optional<Lost> failure = {};
  std::vector<std::string> warnings = {};  // the other side's, in its words
  // When it is worth asking again, if that is sooner than usual.
  std::optional<Duration> again_in = {};
};

class PulledSource {
 public:
  virtual ~PulledSource() = default;

  // Blocks, no longer than the configuration's timeout and one exchange. Any thread, one call at a
  // time.
  virtual Pulled Pull(Time now) = 0;
};

// Hears from the other system that something has changed, until it is destroyed.
class News {
 public:
  virtual ~News() = default;
};

// What a source is made of. What is passed by reference outlives it.
struct PullContext {
  HttpClient& http;
  std::string name;                  // the adapter's
  Secret token;                      // what the adapter's `token` names; empty: there is none
  std::size_t max_bytes = 32 << 20;  // of one answer
};

// Called on a thread of the News, until it is destroyed.
struct NewsReader {
  std::function<void()> on_news;
  std::function<void(Lost)> on_loss;
};

struct ParsedPull {
  Duration every = std::chrono::seconds(15);
  // Reads credentials. Throws std::runtime_error with the place where there are none.
  std::function<std::unique_ptr<PulledSource>(const PullContext&)> open;
  // Null: nobody tells. The context outlives what is made. Throws zmq::error_t.
  std::function<std::unique_ptr<News>(bus::Context&, NewsReader)> listen = nullptr;
};

// What is left of a time limit; real time, as blocking calls need it.
class Deadline {
 public:
  explicit Deadline(Duration limit) : end_(std::chrono::steady_clock::now() + limit) {}
  // Never below zero.
  Duration Left() const {
    const auto left = end_ - std::chrono::steady_clock::now();
    return std::max(Duration(0), std::chrono::duration_cast<Duration>(left));
  }

 private:
  const std::chrono::steady_clock::time_point end_;
};

}  // namespace spillway::adapters
