// Which machines of a site are taken, by whom, and which are set aside because they failed. Kept in
// a folder, a small JSON file each, so that it survives every crash and holds among all processes
// that share the folder:
//
//   r1n1.taken.json   r1n2.faulty.json   lock
//
// A file appears whole and on the disk, or not at all. An operator may read them, and may delete a
// "faulty" one to give the machine another chance at once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scaler/model/result.h"
#include "scaler/model/time.h"

namespace spillway {

struct Reservation {
  std::string machine;  // its name in the inventory
  std::string token;
  std::string owner;
  std::string cluster;
  std::string host;
  std::string location;
  std::string plan;
  Time since;
  bool has_come_up = false;           // it has answered since it was taken
  std::optional<Time> leaving_since;  // it was told to shut down

  friend bool operator==(const Reservation&, const Reservation&) = default;
};

// A machine of a token, from just now or from before.
struct Taken {
  Reservation reservation;
  bool is_new = true;
};

struct Fault {
  std::int64_t strikes = 0;  // in a row
  Time until;
  std::string why;

  friend bool operator==(const Fault&, const Fault&) = default;
};

// What the folder holds.
struct Reserved {
  std::vector<Reservation> taken;       // in the order of machine names
  std::map<std::string, Fault> faulty;  // by machine; those whose time is over among them
  std::vector<std::string>
      unreadable;  // machines whose file makes no sense: taken, nobody knows by whom

  const Reservation* OfMachine(const std::string& machine) const;
  const Reservation* OfToken(const std::string& token) const;
  bool IsTaken(const std::string& machine) const;
  bool IsSetAside(const std::string& machine, Time now) const;
};

// Thread-safe, and safe among processes. Calls block on the disk. Errors are kTransient, in the
// system's words: the folder cannot be read or written just now.
class Reservations {
 public:
  // Makes the folder where it does not exist; throws std::runtime_error when that cannot be.
  explicit Reservations(std::string folder);

  Result<Reserved> Read() const;

  // Takes the first of `candidates` that nobody has; nothing when somebody has each of them. A
  // token that has a machine keeps that one, whatever is wanted. `wanted` says all but the machine.
  Result<std::optional<Taken>> Take(const std::vector<std::string>& candidates,
                                    const Reservation& wanted);
  // Writes what has become of it, if the machine still is `reservation.token`'s.
  Result<Done> Update(const Reservation& reservation);
  // Frees the machine, if it still is this token's.
  Result<Done> Release(const std::string& machine, const std::string& token);

  Result<Done> SetAside(const std::string& machine, const Fault& fault);
  Result<Done> Forgive(const std::string& machine);

 private:
  std::string File(const std::string& machine, std::string_view ending) const;
  // The lock is held for these.
  Result<Reserved> ReadFolder() const;
  Result<bool> Holds(const std::string& machine, const std::string& token) const;

  const std::string folder_;
};

}  // namespace spillway
