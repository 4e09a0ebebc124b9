#include "scaler/store/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "scaler/store/store.h"

namespace spillway {
namespace {

std::string HolderIn(int descriptor) {
  std::array<char, 32> text{};
  const ssize_t size = pread(descriptor, text.data(), text.size(), 0);
  return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : "unknown";
}

void WriteHolder(int descriptor) {
  const std::string text = std::to_string(getpid());
  // Only a hint for a person: a lock without it is as good.
  if (ftruncate(descriptor, 0) != 0) return;
  [[maybe_unused]] const ssize_t written = pwrite(descriptor, text.data(), text.size(), 0);
}

}  // namespace

FileLock::FileLock(const std::string& path)
    : descriptor_(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
  if (descriptor_ < 0) {
    throw StoreError("lock file " + path + ": " + std::generic_category().message(errno));
  }
  if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const std::string holder = HolderIn(descriptor_);
    close(descriptor_);
    throw StoreError("lock file " + path + ": another writer has the store open (process " +
                     holder + ")");
  }
  WriteHolder(descriptor_);
}

FileLock::~FileLock() { close(descriptor_); }

}  // namespace spillway
