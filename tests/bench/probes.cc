#include "tests/bench/probes.h"

#include <fmt/format.h>
#include <pthread.h>
#include <sys/prctl.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

namespace spillway::bench {
namespace {

constexpr std::size_t kNameDigits = 5;
constexpr std::string_view kProbeStart = R"( [{"cluster":")";

void AppendSample(std::string& frame, int cluster, int host, double load) {
  fmt::format_to(std::back_inserter(frame),
                 R"({{"cluster":"{}","metric":"load","value":{:.3f},"labels":{{"host":"{}"}}}},)",
                 ClusterName(cluster), load, host);
}

double LoadNow(const Board& board, int cluster, int host, std::int64_t n) {
  if (host == 0 && board.IsLifted(cluster)) return kPeakLoad;
  return kBaseLoad + static_cast<double>(n * 7919 % 1000 - 500) / 1000;
}

// The clusters in turn, and in the next round their next hosts.
class FrameMaker {
 public:
  FrameMaker(const Pace& pace, const Board& board) : pace_(pace), board_(board) {}

  std::string_view Next() {
    frame_.assign("[");
    AppendOthers(pace_.samples_per_frame);
    return Finish();
  }

  std::string_view Next(const Board::Next& probe) {
    frame_.assign(" [");
    AppendSample(frame_, probe.cluster, 0, probe.lift ? kPeakLoad : kBaseLoad);
    AppendOthers(pace_.samples_per_frame - 1);
    return Finish();
  }

 private:
  void AppendOthers(int count) {
    for (int i = 0; i < count; ++i, ++n_) {
      const int cluster = static_cast<int>(n_ % pace_.clusters);
      const int host = static_cast<int>(n_ / pace_.clusters % pace_.hosts);
      AppendSample(frame_, cluster, host, LoadNow(board_, cluster, host, n_));
    }
  }
  std::string_view Finish() {
    frame_.back() = ']';
    return frame_;
  }

  const Pace& pace_;
  const Board& board_;
  std::string frame_;
  std::int64_t n_ = 0;
};

}  // namespace

std::string ClusterName(int cluster) { return fmt::format("c{:0{}}", cluster, kNameDigits); }

int ClusterOfTopic(std::string_view topic) {
  return std::atoi(std::string(topic.substr(topic.size() - kNameDigits)).c_str());
}

int ClusterOfProbe(std::string_view frame) {
  return ClusterOfTopic(frame.substr(0, kProbeStart.size() + 1 + kNameDigits));
}

Board::Next Board::Choose() {
  const auto is = [this](int cluster, Stage stage) {
    return states_[static_cast<std::size_t>(cluster)].stage.load() == stage;
  };
  if (!lifted_.empty() && is(lifted_.front(), Stage::kHigh)) {
    const int cluster = lifted_.front();
    lifted_.pop_front();
    return {cluster, false};
  }
  const int count = static_cast<int>(states_.size());
  for (int tries = 0; tries < count && !is(next_, Stage::kLow); ++tries)
    next_ = (next_ + 1) % count;
  if (!is(next_, Stage::kLow)) throw std::runtime_error("no decision comes back");
  lifted_.push_back(next_);
  return {std::exchange(next_, (next_ + 1) % count), true};
}

void Board::Sent(const Next& probe, Stopwatch::time_point when) {
  State& state = states_[static_cast<std::size_t>(probe.cluster)];
  state.sent = when;
  state.stage = probe.lift ? Stage::kLifting : Stage::kLowering;
}

bool Board::IsLifted(int cluster) const {
  const Stage stage = states_[static_cast<std::size_t>(cluster)].stage.load();
  return stage == Stage::kLifting || stage == Stage::kHigh;
}

void Board::Arrived(int cluster, std::string_view verdict, Stopwatch::time_point when) {
  State& state = states_[static_cast<std::size_t>(cluster)];
  const Stage stage = state.stage.load();
  const bool is_answer = (stage == Stage::kLifting && verdict == "grow") ||
                         (stage == Stage::kLowering && verdict == "hold");
  if (!is_answer) return;
  answers_.push_back({state.sent, when});
  state.stage = stage == Stage::kLifting ? Stage::kHigh : Stage::kLow;
}

std::vector<double> Board::MillisecondsFrom(Stopwatch::time_point from) const {
  std::vector<double> milliseconds;
  for (const Answer& answer : answers_) {
    const std::chrono::duration<double, std::milli> took = answer.arrived - answer.sent;
    if (answer.sent >= from) milliseconds.push_back(took.count());
  }
  std::sort(milliseconds.begin(), milliseconds.end());
  return milliseconds;
}

int Board::unanswered() const {
  return static_cast<int>(std::count_if(states_.begin(), states_.end(), [](const State& state) {
    const Stage stage = state.stage.load();
    return stage == Stage::kLifting || stage == Stage::kLowering;
  }));
}

Flow Send(const std::string& address, const Pace& pace, Board& board, std::chrono::seconds length) {
  // Sleeping is exact to some microseconds then; spinning would take a core from what is measured.
  prctl(PR_SET_TIMERSLACK, 1);
  zmq::context_t context;
  zmq::socket_t socket(context, zmq::socket_type::push);
  socket.connect(address);
  FrameMaker frames(pace, board);
  const std::int64_t per_second = pace.samples_per_second / pace.samples_per_frame;
  const std::int64_t per_probe = per_second / pace.probes_per_second;
  const std::int64_t count = per_second * length.count();
  const auto gap = std::chrono::nanoseconds(std::chrono::seconds(1)) / per_second;
  const auto start = Stopwatch::now();
  std::chrono::duration<double, std::milli> latest{0};
  for (std::int64_t i = 0; i < count; ++i) {
    const bool is_probe = i % per_probe == per_probe - 1;
    if (pace.only_probes && !is_probe) continue;
    const auto due = start + gap * i;
    std::this_thread::sleep_until(due);
    if (is_probe) {
      const Board::Next probe = board.Choose();
      const std::string_view frame = frames.Next(probe);
      board.Sent(probe, Stopwatch::now());
      socket.send(zmq::buffer(frame), zmq::send_flags::none);
    } else {
      socket.send(zmq::buffer(frames.Next()), zmq::send_flags::none);
    }
    latest = std::max<std::chrono::duration<double, std::milli>>(latest, Stopwatch::now() - due);
  }
  const std::chrono::duration<double> took = Stopwatch::now() - start;
  return {static_cast<double>(count * pace.samples_per_frame) / took.count(), latest.count()};
}

Receiver::Receiver(const std::string& address, Board& board)
    : thread_([this, address, &board] {
        pthread_setname_np(pthread_self(), "receiver");
        zmq::context_t context;
        zmq::socket_t socket(context, zmq::socket_type::sub);
        socket.set(zmq::sockopt::rcvtimeo, 50);
        socket.set(zmq::sockopt::subscribe, "spillway/1/decisions/");
        socket.connect(address);
        zmq::message_t topic;
        zmq::message_t body;
        while (!stop_) {
          if (!socket.recv(topic) || !socket.recv(body)) continue;
          const auto now = Stopwatch::now();
          const auto json = nlohmann::json::parse(body.to_string_view());
          board.Arrived(ClusterOfTopic(topic.to_string_view()),
                        json.at("verdict").get_ref<const std::string&>(), now);
        }
      }) {}

Receiver::~Receiver() {
  stop_ = true;
  thread_.join();
}

}  // namespace spillway::bench
