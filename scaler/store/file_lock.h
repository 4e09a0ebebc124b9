// One holder at a time, over processes: a lock that the system gives back when its holder dies,
// however that happens.
#pragma once

#include <string>

namespace spillway {

class FileLock {
 public:
  // Takes the lock of the file `path`, which is made when it does not exist and stays. Throws
  // StoreError when it is taken, naming the process that has it, or when there can be no such
  // file.
  explicit FileLock(const std::string& path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int descriptor_;
};

}  // namespace spillway
