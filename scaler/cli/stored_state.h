// What the service has stored, opened for reading: the service may be running meanwhile.
#pragma once

#include <memory>
#include <string>

#include "scaler/app/app_config.h"
#include "scaler/cli/command_error.h"
#include "scaler/cli/commands.h"
#include "scaler/store/store.h"

namespace spillway {

// Throws CommandError when there is nothing to open, StoreError when it cannot be read.
std::unique_ptr<Store> OpenStored(const StoreOptions& options);

// The same to put notes down in it, for the service to find.
std::unique_ptr<Store> OpenStoredForNotes(const StoreOptions& options);

// The same where nothing stored is as good: an empty store where the service never ran.
std::unique_ptr<Store> OpenStoredOrEmpty(const StoreConfig& config);

}  // namespace spillway
