#include "providers/simulated/simulated_profiles.h"

#include <array>

namespace spillway {
namespace {

using enum ClusterType;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::int64_t kGib = 1024;

// A rack of one kind of machine; what it costs (power, usually) is the operator's to say.
constexpr std::array kOnpremPlans = {SimulatedPlan{"rack", kMetal, 16, 64 * kGib, 0.0}};
constexpr std::array kOnpremPlaces = {SimulatedPlace{"home", "", {}}};

// us-east-1, 20 July 2026, from the AWS price list as the Karpenter AWS provider carries it; the
// sizes of m6i above large follow from large, as AWS prices by size. Europe is some 15 % dearer.
constexpr std::array kAwsPlans = {
    SimulatedPlan{"t3.medium", kVirtual, 2, 4 * kGib, 0.0416},
    SimulatedPlan{"t3.large", kVirtual, 2, 8 * kGib, 0.0832},
    SimulatedPlan{"c8i.xlarge", kVirtual, 4, 8 * kGib, 0.18742},
    SimulatedPlan{"c7i.large", kVirtual, 2, 4 * kGib, 0.08925},
    SimulatedPlan{"m5.large", kVirtual, 2, 8 * kGib, 0.096},
    SimulatedPlan{"m7i.large", kVirtual, 2, 8 * kGib, 0.1008},
    SimulatedPlan{"m6i.large", kVirtual, 2, 8 * kGib, 0.096},
    SimulatedPlan{"m6i.xlarge", kVirtual, 4, 16 * kGib, 0.192},
    SimulatedPlan{"m6i.2xlarge", kVirtual, 8, 32 * kGib, 0.384},
    SimulatedPlan{"m6i.4xlarge", kVirtual, 16, 64 * kGib, 0.768},
    SimulatedPlan{"c5.metal", kMetal, 96, 192 * kGib, 4.080},
    SimulatedPlan{"m5zn.metal", kMetal, 48, 192 * kGib, 4.3605},
    SimulatedPlan{"m5.metal", kMetal, 96, 384 * kGib, 4.608},
};
constexpr std::array kAwsPlaces = {
    SimulatedPlace{"eu-central-1", "DE", {50.1, 8.7}},
    SimulatedPlace{"eu-west-1", "IE", {53.3, -6.3}},
    SimulatedPlace{"eu-west-2", "GB", {51.5, -0.1}},
    SimulatedPlace{"eu-west-3", "FR", {48.9, 2.4}},
    SimulatedPlace{"eu-north-1", "SE", {59.3, 17.9}},
    SimulatedPlace{"us-east-1", "US", {38.9, -77.5}},
    SimulatedPlace{"us-west-2", "US", {45.8, -119.7}},
    SimulatedPlace{"ap-northeast-1", "JP", {35.7, 139.7}},
};

// us-central1, June 2026, from the price data of the Kubernetes cluster-autoscaler. Europe is some
// 10 % dearer.
constexpr std::array kGooglePlans = {
    SimulatedPlan{"e2-standard-2", kVirtual, 2, 8 * kGib, 0.0670},
    SimulatedPlan{"e2-standard-4", kVirtual, 4, 16 * kGib, 0.1340},
    SimulatedPlan{"e2-standard-8", kVirtual, 8, 32 * kGib, 0.2680},
    SimulatedPlan{"n2-standard-2", kVirtual, 2, 8 * kGib, 0.0971},
    SimulatedPlan{"n2-standard-4", kVirtual, 4, 16 * kGib, 0.1942},
    SimulatedPlan{"c3-standard-4", kVirtual, 4, 16 * kGib, 0.2089},
};
constexpr std::array kGooglePlaces = {
    SimulatedPlace{"europe-west3", "DE", {50.1, 8.7}},
    SimulatedPlace{"europe-west4", "NL", {53.4, 6.8}},
    SimulatedPlace{"europe-west9", "FR", {48.9, 2.4}},
    SimulatedPlace{"us-central1", "US", {41.3, -95.9}},
    SimulatedPlace{"asia-northeast1", "JP", {35.7, 139.7}},
};

// List prices of 2022 to 2025 by the month, an hour being 1/672 of it; the same everywhere.
constexpr std::array kDigitalOceanPlans = {
    SimulatedPlan{"s-2vcpu-4gb", kVirtual, 2, 4 * kGib, 24 / 672.0},
    SimulatedPlan{"s-4vcpu-8gb", kVirtual, 4, 8 * kGib, 48 / 672.0},
    SimulatedPlan{"s-8vcpu-16gb", kVirtual, 8, 16 * kGib, 96 / 672.0},
    SimulatedPlan{"c-2", kVirtual, 2, 4 * kGib, 42 / 672.0},
    SimulatedPlan{"g-2vcpu-8gb", kVirtual, 2, 8 * kGib, 63 / 672.0},
};
constexpr std::array kDigitalOceanPlaces = {
    SimulatedPlace{"fra1", "DE", {50.1, 8.7}},    SimulatedPlace{"ams3", "NL", {52.4, 4.9}},
    SimulatedPlace{"lon1", "GB", {51.5, -0.1}},   SimulatedPlace{"nyc3", "US", {40.7, -74.0}},
    SimulatedPlace{"sfo3", "US", {37.8, -122.4}}, SimulatedPlace{"tor1", "CA", {43.7, -79.4}},
    SimulatedPlace{"sgp1", "SG", {1.3, 103.8}},
};

// Prices by the month, an hour being 1/672 of it: virtual from the list of 2025, metal from that
// of 2021, the last full one. Every started hour counts.
constexpr std::array kVultrPlans = {
    SimulatedPlan{"vc2-1c-2gb", kVirtual, 1, 2 * kGib, 10 / 672.0},
    SimulatedPlan{"vc2-2c-4gb", kVirtual, 2, 4 * kGib, 20 / 672.0},
    SimulatedPlan{"vc2-4c-8gb", kVirtual, 4, 8 * kGib, 40 / 672.0},
    SimulatedPlan{"vbm-4c-32gb", kMetal, 8, 32 * kGib, 120 / 672.0},
    SimulatedPlan{"vbm-6c-32gb", kMetal, 12, 32 * kGib, 185 / 672.0},
    SimulatedPlan{"vbm-8c-132gb", kMetal, 16, 128 * kGib, 350 / 672.0},
    SimulatedPlan{"vbm-24c-256gb-amd", kMetal, 48, 256 * kGib, 725 / 672.0},
};
constexpr std::array kVultrPlaces = {
    SimulatedPlace{"fra", "DE", {50.1, 8.7}},   SimulatedPlace{"ams", "NL", {52.4, 4.9}},
    SimulatedPlace{"cdg", "FR", {48.9, 2.4}},   SimulatedPlace{"waw", "PL", {52.2, 21.0}},
    SimulatedPlace{"lhr", "GB", {51.5, -0.1}},  SimulatedPlace{"ewr", "US", {40.7, -74.2}},
    SimulatedPlace{"nrt", "JP", {35.7, 139.7}},
};

// The last list before the service ended on 30 June 2026, from the Kubernetes cluster-autoscaler.
constexpr std::array kEquinixPlans = {
    SimulatedPlan{"t3.small.x86", kMetal, 8, 16 * kGib, 0.35},
    SimulatedPlan{"c3.small.x86", kMetal, 16, 32 * kGib, 0.75},
    SimulatedPlan{"m3.small.x86", kMetal, 16, 64 * kGib, 1.05},
    SimulatedPlan{"c3.medium.x86", kMetal, 48, 64 * kGib, 1.35},
    SimulatedPlan{"m3.large.x86", kMetal, 64, 256 * kGib, 3.10},
};
constexpr std::array kEquinixPlaces = {
    SimulatedPlace{"fr", "DE", {50.1, 8.7}},   SimulatedPlace{"am", "NL", {52.4, 4.9}},
    SimulatedPlace{"pa", "FR", {48.9, 2.4}},   SimulatedPlace{"ld", "GB", {51.5, -0.1}},
    SimulatedPlace{"ny", "US", {40.7, -74.0}}, SimulatedPlace{"sv", "US", {37.3, -121.9}},
};

constexpr Billing kBySecond{seconds(1), seconds(60)};
constexpr Billing kByHour{hours(1), hours(1)};
constexpr Billing kAsItRuns{seconds(1), seconds(0)};

const std::array kProfiles = {
    SimulatedProfile{"onprem", kOnpremPlans, kOnpremPlaces, kAsItRuns, {}, {seconds(150), 0.15}},
    SimulatedProfile{
        "aws", kAwsPlans, kAwsPlaces, kBySecond, {seconds(45), 0.25}, {minutes(7), 0.3}},
    SimulatedProfile{"google", kGooglePlans, kGooglePlaces, kBySecond, {seconds(40), 0.25}, {}},
    SimulatedProfile{"digitalocean",
                     kDigitalOceanPlans,
                     kDigitalOceanPlaces,
                     kBySecond,
                     {seconds(50), 0.25},
                     {}},
    SimulatedProfile{
        "vultr", kVultrPlans, kVultrPlaces, kByHour, {seconds(90), 0.3}, {minutes(7), 0.3}},
    SimulatedProfile{"equinix", kEquinixPlans, kEquinixPlaces, kByHour, {}, {minutes(6), 0.4}},
};

}  // namespace

std::span<const SimulatedProfile> SimulatedProfiles() { return kProfiles; }

}  // namespace spillway
