#include "scaler/record/segments.h"

#include <fmt/chrono.h>
#include <fmt/core.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <thread>

#include "scaler/record/compressed_file.h"

namespace spillway {
namespace {

namespace fs = std::filesystem;

constexpr const char* kEnding = ".spillway.gz";
// No segment that is not ended by its time is shorter: after one that failed the disk is as full as
// before, and the beginning alone, with windows and memories, may be large.
constexpr Duration kLeastSegment = std::chrono::seconds(30);
// Of what all may take together: then the next begins, so that the oldest can make room for it.
constexpr std::int64_t kLargeShare = 8;

// "2026-11-23T10-00-00.000Z-0001": sorts by time.
std::string NameOf(Time begin, int number) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(begin);
  return fmt::format("{:%Y-%m-%dT%H-%M-%S}.{:03d}Z-{:04d}{}",
                     fmt::gmtime(seconds.time_since_epoch().count()), (begin - seconds).count(),
                     number, kEnding);
}

}  // namespace

bool IsSegmentFile(const std::string& path) { return path.ends_with(kEnding); }

std::vector<std::string> SegmentFiles(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string path = entry.path().string();
    if (entry.is_regular_file() && IsSegmentFile(path)) files.push_back(path);
  }
  std::sort(files.begin(), files.end());
  return files;
}

struct Segments::Impl {
  // Either a file to begin or lines to append.
  struct Task {
    std::string begin;
    std::string lines;
  };

  Impl(const RecordConfig& c, Metrics& metrics, Log& l)
      : config(c),
        log(l),
        bytes(metrics.GetCounter("spillway_record_bytes_total",
                                 "Bytes recorded, before compression.")),
        errors(metrics.GetCounter("spillway_record_errors_total",
                                  "Segments that could not be written to their end.")),
        gaps(metrics.GetCounter("spillway_record_gaps_total",
                                "Times that the disk was too slow and something was left out.")) {
    std::error_code error;
    fs::create_directories(config.folder, error);
    if (error) {
      log.Error("record.failed", {{"folder", config.folder}, {"error", error.message()}});
    }
    thread = std::jthread([this] { Run(); });
  }

  ~Impl() {
    {
      const std::lock_guard lock(mutex);
      is_over = true;
    }
    news.notify_one();
    thread.join();
  }

  void Put(Task task) {
    {
      const std::lock_guard lock(mutex);
      waiting += task.lines.size();
      tasks.push_back(std::move(task));
    }
    news.notify_one();
  }

  void Run() {
    while (true) {
      std::unique_lock lock(mutex);
      news.wait(lock, [this] { return !tasks.empty() || is_over; });
      if (tasks.empty()) break;
      const Task task = std::move(tasks.front());
      tasks.pop_front();
      waiting -= task.lines.size();
      const bool is_quiet = tasks.empty();
      lock.unlock();
      Guarded([&] { Do(task, is_quiet); });
    }
    CloseLast();
  }

  // That it fails is no reason to go without the next.
  void CloseLast() {
    Guarded([this] {
      if (file) file->Close();
    });
    file.reset();
  }

  void Do(const Task& task, bool is_quiet) {
    if (!task.begin.empty()) {
      CloseLast();
      file.emplace(task.begin);
      Retire();
      return;
    }
    if (!file) return;
    file->Write(task.lines);
    bytes.Add(static_cast<double>(task.lines.size()));
    if (is_quiet) file->Flush();
    if (file->bytes() < Limit() / kLargeShare) return;
    const std::lock_guard lock(mutex);
    is_large = true;
  }

  std::int64_t Limit() const { return config.max_mib << 20; }

  template <class F>
  void Guarded(const F& call) {
    try {
      call();
    } catch (const std::exception& error) {
      file.reset();
      errors.Add();
      log.Limited(LogLevel::kError, "record.failed", {{"error", error.what()}});
      const std::lock_guard lock(mutex);
      is_broken = true;
    }
  }

  // Old segments go, the oldest first; the newest stays, with room to become large. One that
  // somebody else takes away meanwhile is gone, too.
  void Retire() const {
    std::vector<std::string> files = SegmentFiles(config.folder);
    if (!files.empty()) files.pop_back();
    const auto size = [](const std::string& path) {
      std::error_code gone;
      const std::uintmax_t taken = fs::file_size(path, gone);
      return gone ? std::int64_t{0} : static_cast<std::int64_t>(taken);
    };
    std::int64_t all = 0;
    for (const std::string& path : files) all += size(path);
    const auto oldest = fs::file_time_type::clock::now() - config.keep;
    for (const std::string& path : files) {
      std::error_code gone;
      const bool is_young = fs::last_write_time(path, gone) >= oldest && !gone;
      if (is_young && all <= Limit() - Limit() / kLargeShare) break;
      all -= size(path);
      if (!fs::remove(path, gone) && gone) {
        log.Limited(LogLevel::kError, "record.not_deleted",
                    {{"file", path}, {"error", gone.message()}});
      }
    }
  }

  const RecordConfig config;
  Log& log;
  Counter bytes, errors, gaps;
  // Loop thread.
  Time begun = kDistantPast;
  bool has_gap = false;
  int number = 0;
  // Both.
  mutable std::mutex mutex;
  std::condition_variable news;
  std::deque<Task> tasks;
  std::size_t waiting = 0;  // bytes
  bool is_over = false;
  bool is_broken = false;
  bool is_large = false;
  // Writing thread.
  std::optional<CompressedWriter> file;
  std::jthread thread;
};

Segments::Segments(const RecordConfig& config, Metrics& metrics, Log& log)
    : impl_(std::make_unique<Impl>(config, metrics, log)) {}

Segments::~Segments() = default;

void Segments::Begin(Time now) {
  impl_->begun = now;
  impl_->has_gap = false;
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->is_broken = impl_->is_large = false;
  }
  std::string path;
  do {
    path = impl_->config.folder + "/" + NameOf(now, ++impl_->number);
  } while (fs::exists(path));  // an earlier life of the process, in the same moment
  impl_->Put({path, ""});
}

void Segments::Append(std::string lines) {
  if (impl_->has_gap) return;
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->has_gap = impl_->waiting + lines.size() > impl_->config.queue_bytes;
  }
  if (impl_->has_gap) return impl_->gaps.Add();
  impl_->Put({"", std::move(lines)});
}

bool Segments::IsDue(Time now) const {
  if (now - impl_->begun >= impl_->config.segment) return true;
  const std::lock_guard lock(impl_->mutex);
  return (impl_->has_gap || impl_->is_broken || impl_->is_large) &&
         now - impl_->begun >= kLeastSegment;
}

}  // namespace spillway
