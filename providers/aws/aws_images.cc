#include "providers/aws/aws_images.h"

#include <algorithm>
#include <array>

#include "providers/aws/ec2_pages.h"

namespace spillway {
namespace {

constexpr Duration kKeptFor = std::chrono::hours(24);
constexpr const char* kDebian = "136693071363";
constexpr const char* kCanonical = "099720109477";

constexpr std::array kNames = {
    AwsImageName{"debian-12", kDebian, "debian-12-{}-*", "admin"},
    AwsImageName{"ubuntu-22.04", kCanonical, "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-{}-server-*",
                 "ubuntu"},
    AwsImageName{"ubuntu-24.04", kCanonical,
                 "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-{}-server-*", "ubuntu"},
};

std::string PatternOf(const AwsImageName& name, bool is_arm) {
  std::string pattern(name.pattern);
  return pattern.replace(pattern.find("{}"), 2, is_arm ? "arm64" : "amd64");
}

}  // namespace

const AwsImageName* FindAwsImageName(std::string_view word) {
  const auto name = std::find_if(kNames.begin(), kNames.end(),
                                 [word](const AwsImageName& n) { return n.word == word; });
  return name == kNames.end() ? nullptr : &*name;
}

std::string AwsImageWords() {
  std::string words;
  for (const AwsImageName& name : kNames) {
    words.append(words.empty() ? "" : ", ").append(name.word);
  }
  return words;
}

Result<AwsImage> AwsImages::Get(const std::string& region, const std::string& image, bool is_arm) {
  const std::tuple key(region, image, is_arm);
  {
    const std::lock_guard lock(mutex_);
    const auto seen = seen_.find(key);
    if (seen != seen_.end() && clock_.Now() - seen->second.at < kKeptFor) return seen->second.image;
  }
  Result<AwsImage> asked = Ask(region, image, is_arm);
  if (asked) {
    const std::lock_guard lock(mutex_);
    seen_[key] = {*asked, clock_.Now()};
  }
  return asked;
}

Result<AwsImage> AwsImages::Ask(const std::string& region, const std::string& image, bool is_arm) {
  const AwsImageName* name = FindAwsImageName(image);
  const Pages<Ec2Image> pages = ReadEc2Pages<Ec2Image>(
      ec2_, region,
      [&](const std::string& token) {
        if (name == nullptr) return DescribeImage(image);
        return DescribeImages(std::string(name->owner), PatternOf(*name, is_arm),
                              is_arm ? "arm64" : "x86_64", token);
      },
      ReadDescribeImages);
  if (pages.error) return *pages.error;
  const auto newest = std::max_element(
      pages.items.begin(), pages.items.end(),
      [](const Ec2Image& a, const Ec2Image& b) { return a.created_at < b.created_at; });
  if (newest == pages.items.end()) {
    return Error{ErrorKind::kInvalid, "ec2 DescribeImages " + region, "",
                 "there is no image \"" + image + "\" for " + (is_arm ? "arm64" : "x86_64")};
  }
  return AwsImage{newest->id, newest->root_device};
}

}  // namespace spillway
