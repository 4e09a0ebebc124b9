#include "scaler/record/compressed_file.h"
#include "scaler/record/lines.h"
#include "tests/fuzz/decoders/decoders.h"

namespace spillway::fuzz {

void EatRecordingLine(std::string_view bytes) {
  try {
    LineFrom(bytes);
  } catch (const RecordError&) {  // which is what a replay says of it
  }
}

}  // namespace spillway::fuzz
