// What the service manager is told, by the protocol of sd_notify(3): lines in one datagram to the
// socket that it names. Our own thirty lines rather than libsystemd, which would bring its
// compression and crypto libraries into a process that holds the keys of clouds.
#pragma once

#include <string>
#include <string_view>

namespace spillway {

// Any thread. A notice that does not arrive is not told to anyone: the manager acts on its absence.
class Supervisor {
 public:
  // `address`: a path, or a name after an @; empty: nobody is told.
  explicit Supervisor(std::string address) : address_(std::move(address)) {}
  // $NOTIFY_SOCKET.
  static Supervisor FromEnvironment();

  // The service does what it is for.
  void Ready() const { Tell("READY=1"); }
  // It reads its configuration anew; Ready() says that this is over.
  void Reloading() const;
  void Stopping() const { Tell("STOPPING=1"); }
  // It lives: to be said more often than the unit's WatchdogSec.
  void Alive() const { Tell("WATCHDOG=1"); }

 private:
  void Tell(std::string_view lines) const;

  std::string address_;
};

}  // namespace spillway
