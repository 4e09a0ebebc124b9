#include "bus/adapters/opennebula/opennebula.h"

#include <regex>
#include <string>

#include "bus/adapters/opennebula/one_events.h"
#include "bus/adapters/opennebula/one_source.h"
#include "providers/opennebula/client/one_access.h"

namespace spillway::adapters {
namespace {

std::string ParseEvents(const ConfigNode& node) {
  const std::string endpoint = node.String("events").Or("");
  static const std::regex kEndpoint(R"(tcp://[^\s/@]+:\d{1,5})");
  if (!endpoint.empty() && !std::regex_match(endpoint, kEndpoint)) {
    node["events"].Fail("expected an address such as \"tcp://127.0.0.1:2101\"");
  }
  return endpoint;
}

}  // namespace

ParsedAdapter ParseOpenNebula(const ConfigNode& node) {
  using std::chrono::hours;
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  OneSourceConfig config;
  config.access.endpoint = ParseOneEndpoint(node);
  config.access.timeout =
      node.DurationOf("timeout").Between(milliseconds(100), hours(1)).Or(config.access.timeout);
  config.max_age = node.DurationOf("max_age").Between(seconds(1), hours(24)).Or(config.max_age);
  config.hypervisor =
      node.OneOf<Hypervisor>("hypervisor", {{"kvm", Hypervisor::kKvm},
                                            {"lxc", Hypervisor::kLxc},
                                            {"firecracker", Hypervisor::kFirecracker}})
          .Or(config.hypervisor);
  if (node.Has("token")) node["token"].Fail("is of no use here: expected auth_file");
  ParsedPull pull;
  pull.every = node.DurationOf("every").Between(milliseconds(100), hours(24)).Or(seconds(30));
  pull.open = [config, auth_file = node.String("auth_file").Or("")](const PullContext& context) {
    OneSourceConfig complete = config;
    complete.access.session = ReadOneSession(auth_file);
    return std::make_unique<OneSource>(std::move(complete), context.http, context.name);
  };
  if (const std::string events = ParseEvents(node); !events.empty()) {
    pull.listen = [events](bus::Context& context, NewsReader reader) {
      return ListenToOne(context, events, std::move(reader));
    };
  }
  ParsedAdapter parsed;
  parsed.pull = std::move(pull);
  return parsed;
}

}  // namespace spillway::adapters
