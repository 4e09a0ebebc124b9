// Figures as the reasons of a plan write them.
#pragma once

#include <string>

#include "scaler/model/capacity.h"
#include "scaler/model/money.h"

namespace spillway {

// "16 vCPU and 65536 MiB"
std::string Words(const Capacity& capacity);
// "0.096"
std::string Words(Money money);

}  // namespace spillway
