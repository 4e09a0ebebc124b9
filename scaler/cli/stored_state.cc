#include "scaler/cli/stored_state.h"

#include <filesystem>
#include <stdexcept>

#include "scaler/cli/config_errors.h"
#include "scaler/store/memory_store.h"
#include "scaler/store/sqlite_store.h"

namespace spillway {
namespace {

std::string PathOf(const StoreOptions& options) {
  if (!options.store.empty()) return options.store;
  if (options.config.empty()) return StoreConfig{}.path;
  const ReadConfigResult read = ReadConfigFile(options.config);
  if (!read.config) {
    PrintConfigErrors(options.config, read.errors);
    throw CommandError(kBadConfig, "the configuration is wrong");
  }
  if (read.config->store.kind == StoreKind::kMemory) {
    throw CommandError(kNothingThere, options.config +
                                          " says store.type: memory, which no other process can "
                                          "read; use sqlite");
  }
  return read.config->store.path;
}

std::unique_ptr<Store> OpenAs(StoreMode mode, const StoreOptions& options) {
  const std::string path = PathOf(options);
  if (!std::filesystem::exists(path)) {
    throw CommandError(kNothingThere,
                       "there is no store at " + path +
                           "; name it with --store, or the service's configuration with --config");
  }
  return OpenSqliteStore(path, mode, "");
}

}  // namespace

std::unique_ptr<Store> OpenStored(const StoreOptions& options) {
  return OpenAs(StoreMode::kReadOnly, options);
}

std::unique_ptr<Store> OpenStoredForNotes(const StoreOptions& options) {
  return OpenAs(StoreMode::kNotes, options);
}

std::unique_ptr<Store> OpenStoredOrEmpty(const StoreConfig& config) {
  if (config.kind == StoreKind::kSqlite && std::filesystem::exists(config.path)) {
    return OpenSqliteStore(config.path, StoreMode::kReadOnly, "");
  }
  return std::make_unique<MemoryStore>("none");
}

}  // namespace spillway
