// What machines start from: images, asked for by the names under which their publishers put out a
// new one every few weeks.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

#include "providers/aws/ec2_client.h"
#include "scaler/model/result.h"
#include "scaler/runtime/clock.h"

namespace spillway {

struct AwsImageName {
  std::string_view word;     // in the configuration: "debian-12"
  std::string_view owner;    // the publisher's account
  std::string_view pattern;  // of the names, "{}" for amd64 or arm64
  std::string_view login;    // the user that the image is made for
};

// Null for a word that is none.
const AwsImageName* FindAwsImageName(std::string_view word);
// "debian-12, ubuntu-22.04, …", for messages.
std::string AwsImageWords();

struct AwsImage {
  std::string id;
  std::string root_device;

  friend bool operator==(const AwsImage&, const AwsImage&) = default;
};

// Thread-safe. Blocking where EC2 is asked; what it said is kept for a day.
class AwsImages {
 public:
  // Both outlive it.
  AwsImages(Ec2Client& ec2, const Clock& clock) : ec2_(ec2), clock_(clock) {}

  // `image` is an id or a word. Of a word the newest. kInvalid when there is none of them.
  Result<AwsImage> Get(const std::string& region, const std::string& image, bool is_arm);

 private:
  Result<AwsImage> Ask(const std::string& region, const std::string& image, bool is_arm);

  struct Seen {
    AwsImage image;
    Time at;
  };

  Ec2Client& ec2_;
  const Clock& clock_;
  std::mutex mutex_;  // guards `seen_`
  std::map<std::tuple<std::string, std::string, bool>, Seen> seen_;
};

}  // namespace spillway
