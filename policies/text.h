// How figures are said in the reasons of policies: short, with units, never with 17 digits.
#pragma once

#include <string>

#include "scaler/model/capacity.h"
#include "scaler/model/time.h"

namespace spillway {

// At most four significant digits below 10,000, whole numbers above: "0.93", "1250", "48211".
std::string FigureText(double value);
// "16 vCPU, 64 GiB"
std::string CapacityText(const Capacity& c);
// "45 s", "12 min", "3.5 h"
std::string SpanText(Duration d);

}  // namespace spillway
