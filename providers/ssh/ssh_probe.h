// Whether an SSH server answers: what registrars take for "the machine is up".
#pragma once

#include <string>

#include "scaler/model/result.h"
#include "scaler/model/time.h"

namespace spillway {

// Errors are kTransient: nothing answers yet, or something that does not speak SSH.
Result<Done> ProbeSsh(const std::string& address, int port, Duration timeout);

}  // namespace spillway
