// The protocol of external providers (README.md) as values: questions to JSON, answers to structs.
// Pure; external_programs.h carries them. Reading is strict: a member that is missing or of another
// type is a BadAnswer, never a zero.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "providers/pages.h"
#include "providers/provider.h"
#include "scaler/model/kinds.h"
#include "scaler/model/offer.h"

namespace spillway {

inline constexpr std::int64_t kExternalProtocol = 1;

// Says where and what was expected: "result.machine.state: is missing; expected a text".
class BadAnswer : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What a program says of itself at its start.
struct ExternalHello {
  std::string name;
  std::string version;
  std::vector<MatrixRow> rows;             // what its machines can be
  std::map<std::string, Duration> limits;  // by call: how long it may need

  friend bool operator==(const ExternalHello&, const ExternalHello&) = default;
};

// The questions, without what every question has (id, time limit).
nlohmann::json HelloQuestion(const std::string& account,
                             const std::map<std::string, std::string>& settings);
nlohmann::json OffersQuestion();
nlohmann::json CreateQuestion(const MachineSpec& spec);
// An empty `machine_id` is not known.
nlohmann::json FindQuestion(const std::string& token, const std::string& location,
                            const std::string& machine_id);
// An empty `cursor` asks for the first page.
nlohmann::json ListQuestion(const std::string& owner, const std::string& cursor);
nlohmann::json DeleteQuestion(const std::string& machine_id, const std::string& location);

// The `result` of the answer `line` to question `id`, or the error in it. Throws BadAnswer.
Result<nlohmann::json> ReadAnswer(const std::string& line, std::int64_t id,
                                  const std::string& where);

// All of a `result`; they throw BadAnswer.
ExternalHello ReadHello(const nlohmann::json& result);
// Of the account `provider`. What is not in `rows` is left out, with a remark.
Catalogue ReadCatalogue(const nlohmann::json& result, const std::string& provider,
                        std::span<const MatrixRow> rows);
Machine ReadMachine(const nlohmann::json& result);
Page<Machine> ReadMachines(const nlohmann::json& result);
Done ReadDeleted(const nlohmann::json& result);

}  // namespace spillway
