#include "scaler/cli/actions.h"

#include "scaler/cli/api_client.h"
#include "scaler/cli/command_error.h"

namespace spillway {
namespace {

using nlohmann::json;

json BodyOf(const ActionOptions& typed) {
  json body = json::object();
  if (!typed.reason.empty()) body["reason"] = typed.reason;
  return body;
}

}  // namespace

ActionRequest ClusterRequest(const ClusterActionOptions& typed) {
  if (typed.verb == "scale" && !typed.hosts && !typed.capacity) {
    throw CommandError(kUsage, "expected how many hosts, or --vcpu and --memory");
  }
  ActionRequest request{ApiPath({"clusters", typed.cluster, typed.verb}), BodyOf(typed.action)};
  if (typed.how_long) {
    request.body["for_s"] =
        std::chrono::duration_cast<std::chrono::seconds>(*typed.how_long).count();
  }
  if (typed.hosts) request.body["hosts"] = *typed.hosts;
  if (typed.capacity) {
    request.body["capacity"] = {{"vcpu", typed.capacity->vcpu},
                                {"memory_mib", typed.capacity->memory_mib}};
  }
  // A pause gives nothing back; whatever ends one, or changes what is wanted, may.
  request.may_give_back = typed.verb != "pause";
  return request;
}

ActionRequest HostRequest(const HostActionOptions& typed) {
  ActionRequest request{ApiPath({"hosts", typed.host, typed.verb}), BodyOf(typed.action)};
  if (typed.is_now) request.body["now"] = true;
  request.may_give_back = typed.verb == "retire";
  return request;
}

ActionRequest PromoteRequest(const PolicyPromoteOptions& typed) {
  if (typed.policies.size() != 1) {
    throw CommandError(kUsage,
                       "the service takes one policy at a time; several go into the store that "
                       "--config names");
  }
  return {ApiPath({"clusters", typed.cluster, "policies", typed.policies.front(), "promote"}),
          BodyOf(typed.action)};
}

ActionRequest ReloadRequest(const ActionOptions& typed) {
  return {ApiPath({"config", "reload"}), BodyOf(typed)};
}

bool GivesBack(const json& preview) {
  if (preview.contains("host")) return preview.at("host").at("goal") == "retire";
  const json after = preview.value("after", json());
  return after.is_object() && !after.at("plan").at("give_back").empty();
}

}  // namespace spillway
