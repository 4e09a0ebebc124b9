#include <sys/mman.h>
#include <unistd.h>

#include "scaler/record/compressed_file.h"
#include "scaler/runtime/file_descriptor.h"
#include "tests/fuzz/decoders/decoders.h"

namespace spillway::fuzz {

// The bytes of a segment, packed or not.
void EatRecordingFile(std::string_view bytes) {
  const FileDescriptor file(memfd_create("segment", MFD_CLOEXEC));
  Require(write(file.number(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()),
          "there is memory for a file");
  try {
    CompressedReader reader("/proc/self/fd/" + std::to_string(file.number()));
    while (const auto line = reader.Line()) {
      Require(line->find('\n') == line->npos, "a line is one line");
    }
  } catch (const RecordError&) {
  }
}

}  // namespace spillway::fuzz
