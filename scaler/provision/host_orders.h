// What people may do with one host. Pure.
#pragma once

#include "scaler/model/host.h"
#include "scaler/model/result.h"

namespace spillway {

// The record after `order`, or why that cannot be (kConflict, in words for who asked). What is so
// already stays as it is: asking twice is asking once.
//
//   protect     not of a host that is on its way down
//   drain       not of one on its way up, which has no guests, or down
//   undrain     takes one back that is drained, or on its way down with its guests aboard
//   retire      not of a protected host: no slip of a finger is to end it
//   retry       not of a host that serves; of a gone one it is about what it was taken from
Result<HostRecord> Ordered(HostRecord host, const HostOrder& order, Time now);

}  // namespace spillway
