// UDP datagrams into Spillway, on the loop it is given.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "scaler/runtime/asio_loop.h"

namespace spillway {

struct DatagramWatcher {
  // `is_cut`: it was longer than is read; `bytes` are its beginning. Valid during the call only.
  std::function<void(std::string_view bytes, bool is_cut)> on_datagram;
  // So many more came than the system had room for, and are gone.
  std::function<void(std::uint32_t datagrams)> on_overflow = [](std::uint32_t) {};
};

class DatagramReceiver {
 public:
  // Listens at once; throws std::runtime_error with address and cause. Port 0 takes a free one.
  DatagramReceiver(AsioLoop& loop, const std::string& address, std::uint16_t port,
                   std::size_t max_bytes, DatagramWatcher watcher);
  // Not while the loop runs.
  ~DatagramReceiver();
  DatagramReceiver(const DatagramReceiver&) = delete;
  DatagramReceiver& operator=(const DatagramReceiver&) = delete;

  std::uint16_t port() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spillway
