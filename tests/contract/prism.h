// Prism, a program of others, between a client and a fake of ours as a judge of both: it holds each
// request and each answer against the OpenAPI description that the provider publishes.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace spillway::testing {

// The path of one of the descriptions that are kept beside the sources: "digitalocean.yaml".
std::string ApiDescription(const std::string& name);

class Prism {
 public:
  // Why there can be none with this description; empty when there can.
  static std::string WhyNot(const std::string& description);

  // Judges what goes between url() and `upstream`. A request that breaks the description does not
  // get to the upstream; an answer that does becomes a 500. Throws std::runtime_error when Prism
  // does not start.
  Prism(const std::string& description, const std::string& upstream);
  ~Prism();
  Prism(const Prism&) = delete;
  Prism& operator=(const Prism&) = delete;

  std::string url() const;
  // What came through until now, in its order: "POST /v2/droplets 202".
  std::vector<std::string> exchanges() const;
  // What broke the description until now, each with its exchange. Warnings are left out: to Prism
  // an error status is one when the description leaves it out.
  std::vector<std::string> violations() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spillway::testing
