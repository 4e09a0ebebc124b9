// A paced stream of samples over many clusters, some of which change what a cluster needs, and
// the time until the decision about it comes back.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <vector>
#include <zmq.hpp>

namespace spillway::bench {

using Stopwatch = std::chrono::steady_clock;

// How the stream flows. A sample says the load of one host of one cluster, which is settled with
// kBaseLoad on each; a probe lifts one host's to kPeakLoad, or takes it back.
struct Pace {
  int clusters = 1000;
  int hosts = 10;              // that report, of each cluster
  int samples_per_frame = 10;  // of as many clusters
  int samples_per_second = 100'000;
  int probes_per_second = 100;
  bool only_probes = false;  // the frames between are not sent
};
inline constexpr double kBaseLoad = 19;
inline constexpr double kPeakLoad = 119;

std::string ClusterName(int cluster);
// The cluster's number in a probe's frame, or in a topic that ends in its name.
int ClusterOfProbe(std::string_view frame);
int ClusterOfTopic(std::string_view topic);
// Frames of probes begin with a blank; JSON does not mind.
inline bool IsProbe(std::string_view frame) { return frame.starts_with(' '); }

// What each probe is waiting for. One thread sends, one receives.
class Board {
 public:
  explicit Board(int clusters) : states_(static_cast<std::size_t>(clusters)) {}

  // Sender. A cluster to be changed now, and whether it is lifted; nothing waits for it any more.
  struct Next {
    int cluster;
    bool lift;
  };
  Next Choose();
  void Sent(const Next& probe, Stopwatch::time_point when);
  bool IsLifted(int cluster) const;

  // Receiver: a decision of this cluster came, with this verdict ("grow" after a lift).
  void Arrived(int cluster, std::string_view verdict, Stopwatch::time_point when);

  // When no thread uses it. From sending to arrival, of the probes sent at `from` or later; sorted.
  std::vector<double> MillisecondsFrom(Stopwatch::time_point from) const;
  int unanswered() const;

 private:
  enum class Stage { kLow, kLifting, kHigh, kLowering };
  struct State {
    std::atomic<Stage> stage{Stage::kLow};
    Stopwatch::time_point sent;
  };
  struct Answer {
    Stopwatch::time_point sent;
    Stopwatch::time_point arrived;
  };

  std::vector<State> states_;
  std::deque<int> lifted_;
  int next_ = 0;
  std::vector<Answer> answers_;
};

struct Flow {
  double samples_per_second = 0;  // really sent
  double latest_ms = 0;           // that the sender was behind its pace
};

// Sends the stream to `address` for `length`; blocks.
Flow Send(const std::string& address, const Pace& pace, Board& board, std::chrono::seconds length);

// A SUB socket on a thread of its own, which tells the board of each decision.
class Receiver {
 public:
  Receiver(const std::string& address, Board& board);
  ~Receiver();
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

 private:
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace spillway::bench
