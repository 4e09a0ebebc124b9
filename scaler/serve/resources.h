// The handlers of the table in router.cc; a source file for each resource.
#pragma once

#include "scaler/serve/route.h"

namespace spillway {

// health.cc
HttpAnswer GetHealth(const ApiContext& context, const ApiRequest& request);
HttpAnswer GetReadiness(const ApiContext& context, const ApiRequest& request);
HttpAnswer GetMetrics(const ApiContext& context, const ApiRequest& request);

// clusters.cc
HttpAnswer ListClusters(const ApiContext& context, const ApiRequest& request);
HttpAnswer GetCluster(const ApiContext& context, const ApiRequest& request);

// cluster_actions.cc
HttpAnswer PauseCluster(const ApiContext& context, const ApiRequest& request);
HttpAnswer ResumeCluster(const ApiContext& context, const ApiRequest& request);
HttpAnswer ScaleCluster(const ApiContext& context, const ApiRequest& request);
HttpAnswer UnscaleCluster(const ApiContext& context, const ApiRequest& request);
HttpAnswer PromotePolicy(const ApiContext& context, const ApiRequest& request);

// history.cc
HttpAnswer GetHistory(const ApiContext& context, const ApiRequest& request);

// hosts.cc
HttpAnswer ListHosts(const ApiContext& context, const ApiRequest& request);
HttpAnswer GetHost(const ApiContext& context, const ApiRequest& request);

// host_actions.cc
HttpAnswer ProtectHost(const ApiContext& context, const ApiRequest& request);
HttpAnswer UnprotectHost(const ApiContext& context, const ApiRequest& request);
HttpAnswer DrainHost(const ApiContext& context, const ApiRequest& request);
HttpAnswer UndrainHost(const ApiContext& context, const ApiRequest& request);
HttpAnswer RetireHost(const ApiContext& context, const ApiRequest& request);
HttpAnswer RetryHost(const ApiContext& context, const ApiRequest& request);

// decisions.cc
HttpAnswer ListDecisions(const ApiContext& context, const ApiRequest& request);
HttpAnswer GetDecision(const ApiContext& context, const ApiRequest& request);
HttpAnswer GetWhyNot(const ApiContext& context, const ApiRequest& request);

// events.cc
HttpAnswer GetEvents(const ApiContext& context, const ApiRequest& request);

// policies.cc
HttpAnswer ListPolicies(const ApiContext& context, const ApiRequest& request);

// providers.cc
HttpAnswer ListProviders(const ApiContext& context, const ApiRequest& request);
HttpAnswer ListOffers(const ApiContext& context, const ApiRequest& request);

// config.cc
HttpAnswer GetConfig(const ApiContext& context, const ApiRequest& request);
HttpAnswer PostConfigReload(const ApiContext& context, const ApiRequest& request);

// audit.cc
HttpAnswer ListAudit(const ApiContext& context, const ApiRequest& request);

// me.cc
HttpAnswer GetMe(const ApiContext& context, const ApiRequest& request);

// contract.cc
HttpAnswer GetContract(const ApiContext& context, const ApiRequest& request);

}  // namespace spillway
