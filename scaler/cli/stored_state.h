// What the service has stored, opened for reading: the service may be running meanwhile.
#pragma once

#include <memory>

#include "scaler/cli/commands.h"
#include "scaler/store/store.h"

namespace spillway {

// Throws NothingThere when there is no store yet, StoreError when it cannot be read.
std::unique_ptr<Store> OpenStored(const StoreOptions& options);

}  // namespace spillway
