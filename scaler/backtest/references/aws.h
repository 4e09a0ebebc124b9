// Two policies of AWS EC2 Auto Scaling.
//
// `aws_target_tracking`, over the mean utilisation of hosts that are in service:
//
//   target: 0.7
//   high_points: 3       # one-minute points above the target in a row until it grows
//   low_points: 15       # points below 90 % of the target in a row until it shrinks
//
// Source: the EC2 Auto Scaling user guide, "Target tracking scaling policies": out in proportion,
// more readily than in; hosts that warm up are not in the metric, but count as capacity for a
// further scale-out. The numbers of points are those of the CloudWatch alarms that such a policy
// makes, as they are commonly observed; the guide does not state them.
//
// `aws_predictive`: the same, and a floor made of an hourly forecast:
//
//   buffer: 300s         # SchedulingBufferTime: launched so long before the hour
//   max_buffer: 0        # MaxCapacityBuffer, percent on top of the forecast
//
// Source: the user guide, "Predictive scaling": at least 24 hours and at most 14 days of data, a
// forecast for each of the next 48 hours, renewed every 6 hours; it never scales in. How it
// forecasts is not public: here the mean of the same hour of the day over those days, of the same
// weekday when there are some.
#pragma once

#include <memory>
#include <string>

#include "scaler/backtest/references/references.h"

namespace spillway {

std::unique_ptr<Policy> ParseAwsTargetTracking(const std::string& name, const ConfigNode& node,
                                               const ReferenceContext& context);
std::unique_ptr<Policy> ParseAwsPredictive(const std::string& name, const ConfigNode& node,
                                           const ReferenceContext& context);

}  // namespace spillway
