// Sizes of a fleet that are told apart: every one up to 64 hosts, above that steps of about 4 %, so
// that a fleet of thousands costs hardly more thought than one of forty.
#pragma once

#include <cstdint>
#include <span>

namespace spillway::predictive {

// In hosts, ascending from 1; at most 32,000, so that sizes fit into 16 bits.
std::span<const std::int16_t> Levels();
// The natural logarithm of each.
std::span<const float> LogLevels();
// The least level of `hosts` or more; the last one when there is none.
std::size_t LevelFor(double hosts);

}  // namespace spillway::predictive
