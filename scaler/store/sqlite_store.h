// The default store: one SQLite file in WAL mode with full synchronous writes, so that what was
// committed survives a power cut. The door for SQLite.
#pragma once

#include <memory>
#include <string>

#include "scaler/store/store.h"

namespace spillway {

enum class StoreMode {
  kReadWrite,
  kReadOnly,
  kNotes,  // as kReadOnly, and notes may be committed, beside a writer that is running
};

// Opens `path`; in kReadWrite creates it where it does not exist and migrates an older schema. A
// schema newer than this version, a damaged file, or (read-only) no file: StoreError. A second
// writer on the same file: StoreError.
// `new_deployment_id` becomes the identity of a store that is created here.
std::unique_ptr<Store> OpenSqliteStore(const std::string& path, StoreMode mode,
                                       const std::string& new_deployment_id);

}  // namespace spillway
