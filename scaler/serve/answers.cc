#include "scaler/serve/answers.h"

#include <nlohmann/json.hpp>

namespace spillway {

HttpAnswer JsonAnswer(const nlohmann::json& body, int status) {
  using nlohmann::json;
  return {status, "application/json",
          body.dump(-1, ' ', /*ensure_ascii=*/false, json::error_handler_t::replace) + "\n"};
}

}  // namespace spillway
