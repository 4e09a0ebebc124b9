#include "bus/curve.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <zmq.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "scaler/runtime/file_descriptor.h"

namespace spillway::bus {
namespace {

constexpr std::size_t kKeyLength = 40;
constexpr std::string_view kPublic = "public-key";
constexpr std::string_view kSecret = "secret-key";

[[noreturn]] void Fail(const std::string& path, const std::string& why) {
  throw std::runtime_error("bus: " + path + ": " + why);
}

// The text between the quotes of `name = "…"`; empty when the line is another.
std::string ValueOf(std::string_view name, const std::string& line) {
  const std::size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string::npos || line.compare(begin, name.size(), name) != 0) return {};
  const std::size_t open = line.find('"', begin + name.size());
  if (open == std::string::npos) return {};
  const std::size_t close = line.find('"', open + 1);
  return close == std::string::npos ? "" : line.substr(open + 1, close - open - 1);
}

void RefuseReadableByOthers(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) Fail(path, std::strerror(errno));
  if ((status.st_mode & S_IROTH) != 0) {
    Fail(path, "everybody can read the secret key in it; expected chmod 600, or 640 with a group");
  }
}

void WriteAll(const FileDescriptor& file, const std::string& path, const std::string& text) {
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t n = write(file.number(), text.data() + written, text.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) Fail(path, std::strerror(errno));
    written += static_cast<std::size_t>(n);
  }
  if (fsync(file.number()) != 0) Fail(path, std::strerror(errno));
}

}  // namespace

CurveKeys MakeCurveKeys() {
  std::array<char, kKeyLength + 1> public_key{};
  std::array<char, kKeyLength + 1> secret_key{};
  if (zmq_curve_keypair(public_key.data(), secret_key.data()) != 0) {
    throw std::runtime_error(std::string("bus: cannot make keys: ") + zmq_strerror(zmq_errno()));
  }
  CurveKeys keys{public_key.data(), Secret(secret_key.data())};
  explicit_bzero(secret_key.data(), secret_key.size());
  return keys;
}

bool IsCurveKey(std::string_view text) {
  std::array<std::uint8_t, 32> bytes{};
  return text.size() == kKeyLength &&
         zmq_z85_decode(bytes.data(), std::string(text).c_str()) != nullptr;
}

CurveKeys ReadKeyFile(const std::string& path) {
  RefuseReadableByOthers(path);
  std::ifstream file(path);
  CurveKeys keys;
  for (std::string line; std::getline(file, line);) {
    if (const std::string value = ValueOf(kPublic, line); !value.empty()) keys.public_key = value;
    if (std::string value = ValueOf(kSecret, line); !value.empty()) {
      keys.secret_key = Secret(std::move(value));
    }
  }
  if (!file.eof()) Fail(path, "cannot be read");
  for (const auto& [name, key] :
       {std::pair{kPublic, keys.public_key}, std::pair{kSecret, keys.secret_key.Reveal()}}) {
    if (!IsCurveKey(key)) {
      Fail(path, "expected a line " + std::string(name) + " = \"…\" with 40 characters of Z85");
    }
  }
  return keys;
}

void WriteKeyFile(const std::string& path, const CurveKeys& keys) {
  const FileDescriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.is_open()) Fail(path, std::strerror(errno));
  WriteAll(file, path,
           "# A key of Spillway's bus. Its secret part is for nobody else.\ncurve\n    " +
               std::string(kPublic) + " = \"" + keys.public_key + "\"\n    " +
               std::string(kSecret) + " = \"" + keys.secret_key.Reveal() + "\"\n");
}

AllowList ReadAllowList(const std::string& path) {
  std::ifstream file(path);
  if (!file) Fail(path, std::strerror(errno));
  AllowList list;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    std::istringstream words(line);
    std::string name;
    std::string key;
    std::string more;
    if (!(words >> name) || name.starts_with('#')) continue;
    words >> key >> more;
    if (!IsCurveKey(key) || !more.empty()) {
      Fail(path + ":" + std::to_string(number),
           "expected a name and a public key of 40 characters");
    }
    list[key] = name;
  }
  return list;
}

void AddToAllowList(const std::string& path, const std::string& name,
                    const std::string& public_key) {
  if (name.empty() || name.find_first_of(" \t\r\n#") != std::string::npos) {
    Fail(path, "expected a name without spaces and #, got \"" + name + "\"");
  }
  const bool is_there = access(path.c_str(), F_OK) == 0;
  for (const auto& [key, other] : is_there ? ReadAllowList(path) : AllowList{}) {
    if (other == name || key == public_key) Fail(path, "has \"" + other + "\" already");
  }
  const FileDescriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!file.is_open()) Fail(path, std::strerror(errno));
  WriteAll(file, path, name + " " + public_key + "\n");
}

}  // namespace spillway::bus
