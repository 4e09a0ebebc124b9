#include "scaler/cli/outside.h"

#include <fmt/core.h>

#include <stdexcept>
#include <utility>

#include "scaler/cli/terminal_text.h"

namespace spillway {
namespace {

Result<Catalogue> Ask(const ParsedProvider& provider, const PluginContext& context) {
  try {
    return provider.make(context)->Offers();
  } catch (const std::runtime_error& error) {
    return Error{ErrorKind::kDenied, "start", "", error.what()};
  }
}

}  // namespace

PluginContext Outside::context() {
  return {.clock = clock_,
          .http = http_,
          .seed = 0,
          .world = &world_,
          .overheard = [](const std::string& account, const std::string& line) {
            fmt::print(stderr, "spillway: {} says: {}\n", account, Printable(line));
          }};
}

AskedCatalogues AskProviders(const AppConfig& config, Outside& outside, const std::string& only) {
  AskedCatalogues asked;
  for (const auto& [name, provider] : config.providers) {
    if (!only.empty() && name != only) continue;
    Result<Catalogue> answer = Ask(provider, outside.context());
    if (answer) {
      asked.catalogues[name] = {std::move(*answer), outside.clock().Now()};
    } else {
      asked.failures[name] = Describe(answer.error());
    }
  }
  return asked;
}

void PrintFailures(const AskedCatalogues& asked) {
  for (const auto& [name, why] : asked.failures) {
    fmt::print(stderr, "spillway: no offers of {}: {}\n", name, Printable(why));
  }
}

void PrintRemarks(const AskedCatalogues& asked) {
  for (const auto& [name, dated] : asked.catalogues) {
    for (const std::string& remark : dated.catalogue.remarks) {
      fmt::print(stderr, "spillway: {}: {}\n", name, Printable(remark));
    }
  }
}

}  // namespace spillway
