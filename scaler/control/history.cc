#include "scaler/control/history.h"

#include <algorithm>
#include <set>
#include <utility>

namespace spillway {
namespace {

std::optional<std::int64_t> Waiting(const PolicyWaiting& waiting) {
  std::optional<std::int64_t> most;
  for (const std::vector<WaitingList>& lists : waiting) {
    for (const WaitingList& list : lists) {
      if (list.has_value()) most = std::max(most.value_or(0), std::ssize(list.guests));
    }
  }
  return most;
}

std::size_t PlaceOf(const std::string& provider, std::vector<std::string>& providers) {
  const auto found = std::find(providers.begin(), providers.end(), provider);
  if (found != providers.end()) return static_cast<std::size_t>(found - providers.begin());
  providers.push_back(provider);
  return providers.size() - 1;
}

}  // namespace

History::History(HistoryConfig config, LookAtLoad look_at_load)
    : config_(config), look_at_load_(std::move(look_at_load)) {}

void History::OnEvaluation(const SeenEvaluation& seen) {
  courses_[seen.cluster.name].waiting_guests = Waiting(seen.waiting);
}

void History::Look(const ControlLoop& control) {
  const std::vector<ClusterSummary> clusters = control.Summaries();
  const std::size_t share = config_.most_points / std::max<std::size_t>(clusters.size(), 1);
  const auto wanted = static_cast<std::size_t>(config_.keep / config_.step);
  const std::size_t most = std::max<std::size_t>(std::min(share, wanted), 1);
  for (const ClusterSummary& cluster : clusters) {
    Course& course = courses_[cluster.name];
    const LoadLook load = look_at_load_(cluster);
    Point point;
    point.time = control.now();
    point.wanted_vcpu = cluster.wanted.vcpu;
    point.load_vcpu = load.vcpu;
    point.is_violated = load.is_violated;
    point.waiting_guests = course.waiting_guests;
    point.spent_this_month = cluster.money.spent_this_month;
    point.running_per_hour = cluster.money.running_per_hour;
    CountHosts(control.fleet().OfCluster(cluster.name), course, point);
    course.points.push_back(std::move(point));
    while (course.points.size() > most) course.points.pop_front();
  }
  if (courses_.size() == clusters.size()) return;
  std::set<std::string_view> names;
  for (const ClusterSummary& cluster : clusters) names.insert(cluster.name);
  std::erase_if(courses_, [&](const auto& course) { return !names.contains(course.first); });
}

void History::CountHosts(std::span<const HostRecord> hosts, Course& course, Point& point) {
  for (const HostRecord& host : hosts) {
    if (IsReady(host)) {
      const std::size_t place = PlaceOf(host.provider, course.providers);
      point.ready_vcpu.resize(std::max(point.ready_vcpu.size(), place + 1));
      point.ready_vcpu[place] += host.capacity.vcpu;
    } else if (IsUsable(host)) {
      point.booting_vcpu += host.capacity.vcpu;
    }
  }
}

HistoryColumns History::ColumnsOf(const std::string& cluster, Time since, Duration step) const {
  HistoryColumns columns;
  const auto found = courses_.find(cluster);
  if (found == courses_.end()) return columns;
  const Course& course = found->second;
  for (const std::string& provider : course.providers) columns.ready_vcpu[provider];
  const auto step_of = [&](const Point& point) { return point.time.time_since_epoch() / step; };
  const auto begin = std::find_if(course.points.begin(), course.points.end(),
                                  [&](const Point& point) { return point.time >= since; });
  bool was_violated = false;  // at one of the looks of this step
  for (auto point = begin; point != course.points.end(); ++point) {
    was_violated = was_violated || point->is_violated == true;
    const auto next = std::next(point);
    if (next != course.points.end() && step_of(*next) == step_of(*point)) continue;
    Append(course, *point, columns);
    columns.violated.push_back(was_violated ? true : point->is_violated);
    was_violated = false;
  }
  return columns;
}

void History::Append(const Course& course, const Point& point, HistoryColumns& columns) {
  columns.times.push_back(point.time);
  columns.wanted_vcpu.push_back(point.wanted_vcpu);
  columns.load_vcpu.push_back(point.load_vcpu);
  for (std::size_t i = 0; i < course.providers.size(); ++i) {
    const std::int64_t vcpu = i < point.ready_vcpu.size() ? point.ready_vcpu[i] : 0;
    columns.ready_vcpu[course.providers[i]].push_back(vcpu);
  }
  columns.booting_vcpu.push_back(point.booting_vcpu);
  columns.waiting_guests.push_back(point.waiting_guests);
  columns.spent_this_month.push_back(point.spent_this_month);
  columns.running_per_hour.push_back(point.running_per_hour);
}

}  // namespace spillway
