#include <nlohmann/json.hpp>

#include "providers/external/external_protocol.h"
#include "tests/fuzz/decoders/decoders.h"

namespace spillway::fuzz {
namespace {

template <class Read>
void Try(Read read) {
  try {
    read();
  } catch (const BadAnswer&) {
  }
}

}  // namespace

// A line of a provider's program, taken for the answer to each question.
void EatExternalAnswer(std::string_view bytes) {
  const std::string line(bytes);
  Try([&] {
    const auto result = ReadAnswer(line, 1, "test");
    if (!result) return;
    Try([&] { ReadHello(*result); });
    Try([&] { ReadMachine(*result); });
    Try([&] { ReadMachines(*result); });
    Try([&] { ReadDeleted(*result); });
    const std::vector<MatrixRow> rows = {{ClusterType::kMetal, {Hypervisor::kKvm}}};
    Try([&] { ReadCatalogue(*result, "acme", rows); });
  });
}

}  // namespace spillway::fuzz
