// The elasticity metrics of the literature, of demanded and supplied hosts step by step. Pure.
//
// With d and s the demanded and supplied hosts of each of T steps, x+ = max(x, 0):
//   theta_u = 100/T Σ (d - s)+ / d          under-provisioned share of the demand, in percent
//   theta_o = 100/T Σ (s - d)+ / d          over-provisioned share
//   tau_u   = 100/T #{d > s}                share of time with too few
//   tau_o   = 100/T #{s > d}                share of time with too many
//   instability = 100/(T-1) #{sgn Δs != sgn Δd}   share of time in which supply does not move as
//                                                 demand does
//   jitter  = (E_s - E_d) per hour          E: how often supply and demand change; above 0 the
//                                           supply changes more often than the demand
// Sources: Herbst et al., "Ready for Rain?", SPEC-RG-2016-01, and ToMPECS 2018 (theta, tau,
// instability); Ilyushkin et al., ICPE 2017; Herbst et al., "BUNGEE", SEAMS 2015 (jitter).
#pragma once

#include <cstdint>
#include <span>

#include "scaler/model/time.h"

namespace spillway {

struct Elasticity {
  double theta_u = 0;
  double theta_o = 0;
  double tau_u = 0;
  double tau_o = 0;
  double instability = 0;
  double jitter_per_hour = 0;

  friend bool operator==(const Elasticity&, const Elasticity&) = default;
};

// REQUIRES: as many of both; every demand >= 1.
Elasticity MeasureElasticity(std::span<const std::int64_t> demand,
                             std::span<const std::int32_t> supply, Duration step);

}  // namespace spillway
