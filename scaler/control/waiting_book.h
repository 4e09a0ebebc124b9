// The guests that wait, as managers and metrics say, for the policies that ask for them. Loop
// thread only.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policies/policy.h"
#include "scaler/control/evaluation.h"
#include "scaler/observe/observations.h"
#include "scaler/provision/context.h"

namespace spillway {

// The guests that the series of a metric are: one each, with the labels guest, vcpu, memory_mib
// and, if it matters, hypervisor, waiting while its value is above 0. A series that fell silent
// makes the list partial for `max_age` more; then its guest is taken to be gone. A series whose
// labels are no guest makes it partial, and is the list's trouble.
WaitingList GuestsOfMetric(const Observations& observations, const std::string& cluster,
                           const WaitingSpec& spec, Time now);

class WaitingBook {
 public:
  // `on_news` is called with the name of a cluster when its manager has answered other than before.
  // All outlive the book.
  WaitingBook(const ProvisionContext& context, Duration every,
              std::function<void(const std::string&)> on_news);

  // Begins to ask the cluster's manager, now and then at the interval, when one of its policies or
  // shadows wants to know; ends it when none does any more, or the cluster is not in the context.
  void Follow(const ClusterSpec& cluster, std::span<const std::unique_ptr<Policy>> policies,
              std::span<const std::unique_ptr<Policy>> shadows = {});

  // Managers are asked at another interval from now on.
  void SetInterval(Duration every) { every_ = every; }

  // What each of the policies asks for, as it was heard last.
  PolicyWaiting ListsFor(std::span<const std::unique_ptr<Policy>> policies,
                         const std::string& cluster, const Observations& observations,
                         Time now) const;

 private:
  struct Heard {
    std::optional<std::vector<WaitingGuest>> guests;
    Time at = kDistantPast;  // when the manager was asked for them
    std::string trouble;     // of the last time, if it did not answer
  };

  void Ask(const std::string& cluster);
  void OnAnswer(const std::string& cluster, Time asked,
                const Result<std::vector<WaitingGuest>>& answer);
  WaitingList ListOf(const std::string& cluster, const WaitingSpec& spec, Time now) const;

  const ProvisionContext& context_;
  Duration every_;
  const std::function<void(const std::string&)> on_news_;
  std::map<std::string, bool> followed_;  // by cluster; false: not asked for again
  std::map<std::string, Heard> heard_;    // by cluster
};

}  // namespace spillway
