// The other end of the bus: sends samples, as a monitoring system would. For the demo and tests.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "scaler/model/sample.h"

namespace spillway::bus {

// One thread at a time.
class SampleSender {
 public:
  // Connects a PUSH socket; throws std::runtime_error with the address and ZeroMQ's words.
  explicit SampleSender(const std::string& address);
  ~SampleSender();
  SampleSender(const SampleSender&) = delete;
  SampleSender& operator=(const SampleSender&) = delete;

  // Sends one sample without a time: it gets its time on arrival. Never blocks; false when the
  // other side does not take it.
  bool Send(const SeriesKey& key, double value);
  // Sends `payload` as it is.
  bool SendRaw(std::string_view payload);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spillway::bus
