// Figures as the reasons of a plan write them.
#pragma once

#include <string>

#include "scaler/model/capacity.h"
#include "scaler/model/money.h"

namespace spillway {

// "16 vCPU, 64 GiB"
std::string InWords(const Capacity& capacity);
// "0.096"
std::string InWords(Money money);

}  // namespace spillway
