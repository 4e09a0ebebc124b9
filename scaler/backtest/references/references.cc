#include "scaler/backtest/references/references.h"

#include <algorithm>
#include <array>

#include "scaler/backtest/references/adapt.h"
#include "scaler/backtest/references/autopilot_peak.h"
#include "scaler/backtest/references/aws.h"
#include "scaler/backtest/references/clairvoyant.h"
#include "scaler/backtest/references/conpaas.h"
#include "scaler/backtest/references/google_mig.h"
#include "scaler/backtest/references/hist.h"
#include "scaler/backtest/references/holt_winters.h"
#include "scaler/backtest/references/hpa.h"
#include "scaler/backtest/references/keda.h"
#include "scaler/backtest/references/nomad.h"
#include "scaler/backtest/references/react.h"
#include "scaler/backtest/references/reg.h"
#include "scaler/backtest/references/static.h"

namespace spillway {
namespace {

// From a fleet with much room to one that is nearly full.
constexpr const char* kTargets[] = {
    "{target: 0.1}",  "{target: 0.15}", "{target: 0.2}",  "{target: 0.25}", "{target: 0.3}",
    "{target: 0.35}", "{target: 0.4}",  "{target: 0.45}", "{target: 0.5}",  "{target: 0.55}",
    "{target: 0.6}",  "{target: 0.65}", "{target: 0.7}",  "{target: 0.75}", "{target: 0.8}",
    "{target: 0.85}", "{target: 0.9}",  "{target: 0.95}", "{target: 1}"};

// The same, as the literature has it. Below 1 for those that add a margin of their own.
constexpr const char* kHeadrooms[] = {
    "{headroom: 0.8}", "{headroom: 0.9}", "{headroom: 1}",   "{headroom: 1.1}", "{headroom: 1.2}",
    "{headroom: 1.3}", "{headroom: 1.4}", "{headroom: 1.5}", "{headroom: 1.7}", "{headroom: 2}",
    "{headroom: 2.3}", "{headroom: 2.7}", "{headroom: 3.2}", "{headroom: 4}",   "{headroom: 5}",
    "{headroom: 7}",   "{headroom: 10}"};

constexpr const char* kConPaaS[] = {"{headroom: 1}",
                                    "{headroom: 1.1}",
                                    "{headroom: 1.2}",
                                    "{headroom: 1.3}",
                                    "{headroom: 1.5}",
                                    "{headroom: 1.7}",
                                    "{headroom: 2}",
                                    "{headroom: 2.7}",
                                    "{headroom: 4}",
                                    "{headroom: 7}",
                                    "{headroom: 1, forecast: autoregression}",
                                    "{headroom: 1.1, forecast: autoregression}",
                                    "{headroom: 1.2, forecast: autoregression}",
                                    "{headroom: 1.3, forecast: autoregression}",
                                    "{headroom: 1.5, forecast: autoregression}",
                                    "{headroom: 1.7, forecast: autoregression}",
                                    "{headroom: 2, forecast: autoregression}",
                                    "{headroom: 2.3, forecast: autoregression}",
                                    "{headroom: 2.7, forecast: autoregression}",
                                    "{headroom: 4, forecast: autoregression}",
                                    "{headroom: 7, forecast: autoregression}"};

constexpr const char* kAdapt[] = {"{headroom: 1}",   "{headroom: 1, divisor: 15}",
                                  "{headroom: 1.2}", "{headroom: 1.2, divisor: 15}",
                                  "{headroom: 1.4}", "{headroom: 1.4, divisor: 15}",
                                  "{headroom: 1.7}", "{headroom: 1.7, divisor: 15}",
                                  "{headroom: 2}",   "{headroom: 2, divisor: 15}",
                                  "{headroom: 2.7}", "{headroom: 2.7, divisor: 15}",
                                  "{headroom: 4}",   "{headroom: 4, divisor: 15}",
                                  "{headroom: 7}",   "{headroom: 7, divisor: 15}"};

constexpr const char* kHist[] = {
    "{headroom: 1}",   "{headroom: 1, quantile: 0.99}",   "{headroom: 1, quantile: 1}",
    "{headroom: 1.2}", "{headroom: 1.2, quantile: 0.99}", "{headroom: 1.2, quantile: 1}",
    "{headroom: 1.5}", "{headroom: 1.5, quantile: 0.99}", "{headroom: 1.5, quantile: 1}",
    "{headroom: 2}",   "{headroom: 2, quantile: 0.99}",   "{headroom: 2, quantile: 1}",
    "{headroom: 3}",   "{headroom: 3, quantile: 0.99}",   "{headroom: 3, quantile: 1}"};

constexpr const char* kPeaks[] = {
    "{window: 5m, margin: 0}",     "{window: 5m, margin: 0.15}",  "{window: 5m, margin: 0.5}",
    "{window: 15m, margin: 0}",    "{window: 15m, margin: 0.15}", "{window: 15m, margin: 0.5}",
    "{window: 30m, margin: 0}",    "{window: 30m, margin: 0.15}", "{window: 30m, margin: 0.5}",
    "{window: 70m, margin: 0}",    "{window: 70m, margin: 0.15}", "{window: 70m, margin: 0.5}",
    "{window: 3h, margin: 0}",     "{window: 3h, margin: 0.15}",  "{window: 3h, margin: 0.5}",
    "{window: 12h, margin: 0}",    "{window: 12h, margin: 0.15}", "{window: 1d1h, margin: 0}",
    "{window: 1d1h, margin: 0.15}"};

constexpr const char* kQuantiles[] = {
    "{quantile: 0.7, hold: 0s}",   "{quantile: 0.7, hold: 5m}",   "{quantile: 0.7, hold: 30m}",
    "{quantile: 0.9, hold: 0s}",   "{quantile: 0.9, hold: 5m}",   "{quantile: 0.9, hold: 30m}",
    "{quantile: 0.95, hold: 0s}",  "{quantile: 0.95, hold: 5m}",  "{quantile: 0.95, hold: 30m}",
    "{quantile: 0.98, hold: 0s}",  "{quantile: 0.98, hold: 5m}",  "{quantile: 0.98, hold: 30m}",
    "{quantile: 0.99, hold: 0s}",  "{quantile: 0.99, hold: 5m}",  "{quantile: 0.99, hold: 30m}",
    "{quantile: 0.995, hold: 0s}", "{quantile: 0.995, hold: 5m}", "{quantile: 0.995, hold: 30m}",
    "{quantile: 0.998, hold: 0s}", "{quantile: 0.998, hold: 5m}", "{quantile: 0.998, hold: 30m}"};

}  // namespace

std::span<const ReferenceKind> References() {
  static constexpr std::array kReferences = {
      ReferenceKind{"static", "the smallest fleet that keeps the budget", ParseStatic, {}},
      ReferenceKind{"nomad", "Nomad's target-value", ParseNomad, kTargets},
      ReferenceKind{"aws_target_tracking", "AWS target tracking", ParseAwsTargetTracking, kTargets},
      ReferenceKind{"aws_predictive", "AWS predictive with target tracking", ParseAwsPredictive,
                    kTargets},
      ReferenceKind{"hpa", "Kubernetes' HorizontalPodAutoscaler", ParseHpa, kTargets},
      ReferenceKind{"keda", "KEDA on the load as a total", ParseKeda, kTargets},
      ReferenceKind{"google_mig", "Google's managed instance groups", ParseGoogleMig, kTargets},
      ReferenceKind{"react", "React, Chieu 2009", ParseReact, kHeadrooms},
      ReferenceKind{"reg", "Reg, Iqbal 2011", ParseReg, kHeadrooms},
      ReferenceKind{"conpaas", "ConPaaS, Fernandez 2014", ParseConPaaS, kConPaaS},
      ReferenceKind{"hist", "Hist, Urgaonkar 2008", ParseHist, kHist},
      ReferenceKind{"autopilot_peak", "the peak of a window, as Autopilot", ParseAutopilotPeak,
                    kPeaks},
      ReferenceKind{"adapt", "Adapt, Ali-Eldin 2012", ParseAdapt, kAdapt},
      ReferenceKind{"holt_winters", "Holt-Winters, a quantile of its errors, and a reaction",
                    ParseHoltWinters, kQuantiles},
      ReferenceKind{"clairvoyant", "the optimum that knows the future", ParseClairvoyant, {}},
  };
  return kReferences;
}

const ReferenceKind* FindReference(std::string_view kind) {
  const auto all = References();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const ReferenceKind& known) { return known.kind == kind; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace spillway
