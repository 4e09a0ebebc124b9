// Keys of CURVE (https://rfc.zeromq.org/spec/26), by which both ends of a connection prove who they
// are and encrypt what they say. A key is 32 bytes, written as a text of 40 characters (Z85).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "scaler/runtime/secret.h"

namespace spillway::bus {

struct CurveKeys {
  std::string public_key;
  Secret secret_key;
};

// Throws std::runtime_error when this ZeroMQ was built without CURVE.
CurveKeys MakeCurveKeys();

// Whether `text` can be a key.
bool IsCurveKey(std::string_view text);

// A key file is a certificate of CZMQ and pyzmq (ZPL), so that `zmq.auth.load_certificate` reads
// it, too:
//
//   curve
//       public-key = "…"
//       secret-key = "…"
//
// Reads one with both keys. Throws std::runtime_error with the path and what was expected, never
// with a key; also when anybody but its owner and group may read the file.
CurveKeys ReadKeyFile(const std::string& path);
// Writes a new one, readable by its owner only. Throws std::runtime_error, also when there is one.
void WriteKeyFile(const std::string& path, const CurveKeys& keys);

// Who may come, one to a line: a name without spaces and a public key. A line that begins with `#`
// is a comment; further on it may belong to a key.
using AllowList = std::map<std::string, std::string>;  // public key -> name
// Throws std::runtime_error with path and line.
AllowList ReadAllowList(const std::string& path);
// Adds a line, and makes the file if there is none. Throws std::runtime_error, also when the name
// or the key is there already.
void AddToAllowList(const std::string& path, const std::string& name,
                    const std::string& public_key);

}  // namespace spillway::bus
