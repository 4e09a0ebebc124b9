#include "scaler/record/compressed_file.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace spillway {
namespace {

[[noreturn]] void Fail(const std::string& path, const std::string& doing, gzFile file) {
  int code = Z_ERRNO;
  const char* words = file == nullptr ? "" : gzerror(file, &code);
  throw RecordError("recording " + path + ": cannot " + doing + ": " +
                    (code == Z_ERRNO ? std::strerror(errno) : words));
}

}  // namespace

struct CompressedWriter::Impl {
  std::string path;
  gzFile file = nullptr;

  ~Impl() {
    if (file != nullptr) gzclose(file);
  }
};

CompressedWriter::CompressedWriter(const std::string& path) : impl_(std::make_unique<Impl>()) {
  impl_->path = path;
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) Fail(path, "create", nullptr);
  impl_->file = gzdopen(descriptor, "wb6");
  if (impl_->file == nullptr) {
    close(descriptor);
    Fail(path, "create", nullptr);
  }
}

CompressedWriter::~CompressedWriter() = default;

void CompressedWriter::Write(std::string_view text) {
  if (text.empty()) return;
  const int written = gzwrite(impl_->file, text.data(), static_cast<unsigned>(text.size()));
  if (written != static_cast<int>(text.size())) Fail(impl_->path, "write", impl_->file);
}

void CompressedWriter::Flush() {
  if (gzflush(impl_->file, Z_SYNC_FLUSH) != Z_OK) Fail(impl_->path, "write", impl_->file);
}

void CompressedWriter::Close() {
  const gzFile file = std::exchange(impl_->file, nullptr);
  if (gzclose(file) != Z_OK) Fail(impl_->path, "close", nullptr);
}

std::int64_t CompressedWriter::bytes() const { return gzoffset(impl_->file); }

struct CompressedReader::Impl {
  std::string path;
  gzFile file = nullptr;
  std::string ahead;
  std::size_t used = 0;  // of what is ahead
  bool is_at_end = false;

  ~Impl() {
    if (file != nullptr) gzclose(file);
  }

  void ReadOn() {
    ahead.erase(0, std::exchange(used, 0));
    std::array<char, 1 << 16> block;
    const int read = gzread(file, block.data(), block.size());
    if (read > 0) ahead.append(block.data(), static_cast<std::size_t>(read));
    if (read == static_cast<int>(block.size())) return;
    int code = Z_OK;
    gzerror(file, &code);
    if (code != Z_OK && code != Z_BUF_ERROR) Fail(path, "read", file);
    if (read <= 0) is_at_end = true;
  }
};

CompressedReader::CompressedReader(const std::string& path) : impl_(std::make_unique<Impl>()) {
  impl_->path = path;
  impl_->file = gzopen(path.c_str(), "rb");
  if (impl_->file == nullptr) Fail(path, "open", nullptr);
}

CompressedReader::~CompressedReader() = default;

std::optional<std::string> CompressedReader::Line() {
  const std::string& ahead = impl_->ahead;
  std::size_t end = ahead.find('\n', impl_->used);
  while (end == std::string::npos && !impl_->is_at_end) {
    const std::size_t seen = ahead.size() - impl_->used;
    impl_->ReadOn();
    end = ahead.find('\n', seen);
  }
  if (end == std::string::npos) return std::nullopt;  // what is left is no whole line
  std::string line = ahead.substr(impl_->used, end - impl_->used);
  impl_->used = end + 1;
  return line;
}

}  // namespace spillway
