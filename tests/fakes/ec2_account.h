// The instances of the fake EC2 and what its calls do to them. Not thread-safe; FakeEc2 is the way
// in.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/fakes/ec2.h"
#include "tests/fakes/ec2_answers.h"
#include "tests/fakes/ec2_form.h"

namespace spillway::fakes {

class Ec2Account {
 public:
  explicit Ec2Account(const Ec2Options& options) : options_(options) {}

  Response RunInstances(const std::string& region, const Ec2Form& form, Time now);
  Response DescribeInstances(const std::string& region, const Ec2Form& form, Time now);
  Response TerminateInstances(const std::string& region, const Ec2Form& form);
  Response DescribeInstanceTypes(const Ec2Form& form) const;
  Response DescribeZoneTypes(const Ec2Form& form) const;
  Response DescribeImages(const Ec2Form& form) const;
  Response ImportKeyPair(const std::string& region, const Ec2Form& form);

  std::string Add(Ec2FakeInstance instance);
  Ec2FakeInstance* Find(const std::string& id);
  void Forget(const std::string& id);
  const std::vector<Ec2FakeInstance>& instances() const { return instances_; }

  std::map<std::string, int> capacity;                         // by type
  std::optional<int> vcpu_limit;                               // in each region
  std::deque<std::string> start_failures;                      // of the next instances
  std::map<std::string, std::set<std::string>> missing_types;  // by zone
  std::vector<Ec2FakeImage> images = Ec2FakeImages();
  bool repeats_pages = false;

 private:
  std::optional<Response> Check(const std::string& region, const Ec2Form& form) const;
  std::optional<Response> CheckLimits(const std::string& region, const std::string& type) const;
  Ec2FakeInstance* FindVisible(const std::string& region, const std::string& id);
  void Settle(Ec2FakeInstance& instance, Time now);

  const Ec2Options& options_;
  std::vector<Ec2FakeInstance> instances_;
  std::map<std::string, std::set<std::string>> key_pairs_;  // by region
};

Response Ec2Refusal(int status, const std::string& code, const std::string& message);

}  // namespace spillway::fakes
