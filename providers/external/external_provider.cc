#include "providers/external/external_provider.h"

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "providers/external/external_protocol.h"
#include "providers/pages.h"

namespace spillway {
namespace {

using nlohmann::json;

void ExpectTags(const Machine& machine, const std::string& token, const std::string& owner) {
  if (!token.empty() && machine.token != token) {
    throw BadAnswer("result.machine.token: expected that of the question");
  }
  if (!owner.empty() && machine.owner != owner) {
    throw BadAnswer("machine.owner: expected that of the question");
  }
}

}  // namespace

ExternalProvider::ExternalProvider(const ExternalConfig& config, const PluginContext& context)
    : config_(config),
      channel_{config.name, config.parallel_calls},
      programs_(config, context),
      recent_(context.clock) {
  const Result<Done> started = programs_.Start();
  if (!started) {
    throw std::runtime_error("provider " + config_.name + ": " + Describe(started.error()));
  }
}

template <class Read>
auto ExternalProvider::Ask(const json& question, Effect effect, Read read)
    -> Result<std::invoke_result_t<Read, const json&>> {
  const Result<json> result = programs_.Call(question, effect);
  if (!result) return result.error();
  try {
    return read(*result);
  } catch (const BadAnswer& problem) {
    return programs_.Bad(question.at("call").get<std::string>(), effect, problem);
  }
}

Result<Catalogue> ExternalProvider::Offers() {
  return Ask(OffersQuestion(), Effect::kReads, [this](const json& result) {
    return ReadCatalogue(result, config_.name, config_.rows);
  });
}

Result<Machine> ExternalProvider::Create(const MachineSpec& spec) {
  const Result<Machine> machine =
      Ask(CreateQuestion(spec), Effect::kCreates, [&spec](const json& result) {
        Machine made = ReadMachine(result);
        ExpectTags(made, spec.token, spec.owner);
        return made;
      });
  if (machine) recent_.Remember(machine->id);
  return machine;
}

Result<Machine> ExternalProvider::Find(const std::string& token, const std::string& location,
                                       const std::string& machine_id) {
  return Ask(FindQuestion(token, location, machine_id), Effect::kReads,
             [&token](const json& result) {
               Machine found = ReadMachine(result);
               ExpectTags(found, token, "");
               return found;
             });
}

Result<MachineList> ExternalProvider::List(const std::string& owner) {
  Pages<Machine> pages =
      ReadPages<Machine>("external " + config_.name + " list", [&](const std::string& cursor) {
        return Ask(ListQuestion(owner, cursor), Effect::kReads, [&owner](const json& result) {
          Page<Machine> page = ReadMachines(result);
          // The sweep deletes what it does not know: a machine of others must not come that far.
          for (const Machine& machine : page.items) ExpectTags(machine, "", owner);
          return page;
        });
      });
  if (pages.error && pages.items.empty()) return *pages.error;
  std::erase_if(pages.items,
                [](const Machine& machine) { return machine.state == MachineState::kGone; });
  return MachineList{std::move(pages.items), !pages.error};
}

Result<Done> ExternalProvider::Delete(const std::string& machine_id, const std::string& location) {
  const Result<Done> deleted =
      Ask(DeleteQuestion(machine_id, location), Effect::kRepeatable, ReadDeleted);
  if (deleted || deleted.error().kind != ErrorKind::kNotFound) return deleted;
  if (!recent_.Has(machine_id)) return Done{};
  Error error = deleted.error();
  error.kind = ErrorKind::kTransient;
  return error;
}

}  // namespace spillway
