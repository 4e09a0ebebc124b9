// `spillway adapters test`: what of a body, or of another system's answers, would arrive, and what
// would not.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bus/adapters/receipt.h"
#include "scaler/cli/terminal_text.h"

namespace spillway {

// Something that does not arrive. The reason is a word of spillway_adapter_rejected_total, or of
// spillway_bus_rejected_total.
struct LostRow {
  std::string reason;
  std::string detail;
};

struct AdapterPreview {
  std::vector<adapters::MappedSample> arriving;
  std::vector<LostRow> lost;
  std::optional<HttpAnswer> answer = {};   // what the sender would be told; nothing: he never is
  std::vector<std::string> warnings = {};  // of a system that was asked
};

std::string AdapterPreviewView(const AdapterPreview& preview, const TextStyle& style);

// {"samples": [{"cluster", "metric", "labels", "value", "time"}], "lost": [{"reason", "detail"}],
// "warnings", "status"}; "time" is in milliseconds since the epoch, null: that of the arrival;
// "status" is null where nobody is answered.
std::string AdapterPreviewJson(const AdapterPreview& preview);

}  // namespace spillway
