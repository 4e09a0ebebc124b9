// What a command needs to reach providers, as the service does.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "providers/builtin.h"
#include "providers/simulated/simulated_world.h"
#include "scaler/app/app_config.h"
#include "scaler/control/offer_book.h"
#include "scaler/runtime/clock.h"

namespace spillway {

class Outside {
 public:
  Outside() = default;
  Outside(const Outside&) = delete;
  Outside& operator=(const Outside&) = delete;

  const Clock& clock() const { return clock_; }
  // What it names lives as long as this. Words of plugins' programs go to standard error.
  PluginContext context();

 private:
  const SystemClock clock_;
  HttpClient http_;
  SimulatedWorld world_{clock_};
};

// Each provider's catalogue, asked now.
struct AskedCatalogues {
  Catalogues catalogues;
  std::map<std::string, std::string> failures;  // by provider: why it gave none
};

// Asks `only`; when that is empty, every provider of the configuration.
AskedCatalogues AskProviders(const AppConfig& config, Outside& outside,
                             const std::string& only = "");

// On standard error: each provider that gave none; what the others could not find out.
void PrintFailures(const AskedCatalogues& asked);
void PrintRemarks(const AskedCatalogues& asked);

}  // namespace spillway
