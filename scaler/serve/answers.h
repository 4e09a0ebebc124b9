// Answers in JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "scaler/runtime/http_server.h"

namespace spillway {

// Text of others that is no UTF-8 is mended, not a reason to fail.
HttpAnswer JsonAnswer(const nlohmann::json& body, int status = 200);

}  // namespace spillway
