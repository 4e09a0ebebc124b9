#include "scaler/app/bus_config.h"

#include <string_view>

#include "bus/curve.h"
#include "scaler/runtime/http_server.h"

namespace spillway {
namespace {

// HOST of tcp://HOST:PORT, an IPv6 address without its brackets.
std::string_view HostOf(std::string_view address) {
  address.remove_prefix(std::string_view("tcp://").size());
  std::string_view host = address.substr(0, address.rfind(':'));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return host;
}

// Addresses that nobody outside this machine can reach.
bool IsOwn(std::string_view address) {
  if (address.starts_with("ipc://") || address.starts_with("inproc://")) return true;
  if (!address.starts_with("tcp://")) return false;
  const std::string_view host = HostOf(address);
  return host == "localhost" || host == "lo" || IsOwnAddress(host);
}

// Of a socket that connects: whom it must find there.
std::string ParseServerKey(const ConfigNode& node, bool connects) {
  const std::string key = node.String("server_key").Or("");
  if (key.empty()) return key;
  if (!connects) node["server_key"].Fail("is for sockets that connect; one that binds has our key");
  if (!bus::IsCurveKey(key)) {
    node["server_key"].Fail("expected a public key of 40 characters, as spillway keys show says");
  }
  return key;
}

bus::Endpoint ParseEndpoint(const ConfigNode& node) {
  bus::Endpoint endpoint;
  endpoint.kind = node.OneOf<bus::SocketKind>("socket", {{"pull", bus::SocketKind::kPull},
                                                         {"sub", bus::SocketKind::kSub}})
                      .Required();
  endpoint.bind = node.Has("bind");
  if (node.Has("bind") == node.Has("connect")) {
    node.Fail("expected either bind or connect with an address such as tcp://127.0.0.1:5555");
  }
  const std::string bound = node.String("bind").Or("");
  const std::string connected = node.String("connect").Or("");
  endpoint.address = endpoint.bind ? bound : connected;
  endpoint.server_key = ParseServerKey(node, !endpoint.bind);
  endpoint.topics = node.Strings("topics").Or({});
  if (!endpoint.topics.empty() && endpoint.kind == bus::SocketKind::kPull) {
    node["topics"].Fail("is for sub sockets; a pull socket gets everything");
  }
  node.Finish();
  return endpoint;
}

void ParseDecodeLimits(const ConfigNode& node, bus::DecodeLimits& limits) {
  limits.max_frame_bytes = static_cast<std::size_t>(
      node.Integer("max_frame_bytes").Between(1024, 1 << 20).Or(std::int64_t{1 << 20}));
  limits.max_series = static_cast<std::size_t>(
      node.Integer("max_series").AtLeast(1).Or(static_cast<std::int64_t>(limits.max_series)));
  limits.max_labels = static_cast<std::size_t>(
      node.Integer("max_labels").Between(0, 64).Or(static_cast<std::int64_t>(limits.max_labels)));
  limits.max_name_bytes =
      static_cast<std::size_t>(node.Integer("max_name_bytes")
                                   .Between(1, 1024)
                                   .Or(static_cast<std::int64_t>(limits.max_name_bytes)));
  limits.oldest = node.DurationOf("oldest").Or(limits.oldest);
  limits.furthest = node.DurationOf("furthest").Or(limits.furthest);
  limits.series_ttl = node.DurationOf("series_ttl").Above(Duration(0)).Or(limits.series_ttl);
  node.Finish();
}

std::optional<BusSecurityConfig> ParseSecurity(const ConfigNode& node) {
  if (node.IsMissing()) return std::nullopt;
  BusSecurityConfig security;
  security.key_file = node.String("key_file").Required();
  security.clients_file = node.String("clients_file").Required();
  node.Finish();
  return security;
}

void ParseOutbound(const ConfigNode& node, bus::PublisherConfig& publisher) {
  publisher.bind = node.Strings("bind").Or({});
  publisher.connect = node.Strings("connect").Or({});
  publisher.server_key = ParseServerKey(node, !publisher.connect.empty());
  publisher.send_high_water_mark =
      node.Integer("send_high_water_mark").AtLeast(1).Or(publisher.send_high_water_mark);
  node.Finish();
}

// Who is at the other end is known by a key, or is on this machine, or it is said that it does not
// matter.
class PlainTextCheck {
 public:
  PlainTextCheck(const ConfigNode& node, bool has_security)
      : has_security_(has_security), is_meant_(node.Boolean("plain_text").Or(false)) {
    if (has_security && is_meant_) {
      node["plain_text"].Fail("expected either security or plain_text, not both");
    }
  }

  void Bound(const ConfigNode& node, const std::string& address) const {
    if (has_security_ || is_meant_ || IsOwn(address)) return;
    node.Fail(address + " can be reached from elsewhere: expected bus.security (CURVE), or " +
              "bus.plain_text: true");
  }
  void Connected(const ConfigNode& node, const std::string& address,
                 const std::string& server_key) const {
    if (has_security_ == !server_key.empty() && (has_security_ || is_meant_ || IsOwn(address))) {
      return;
    }
    node.Fail(has_security_ ? "server_key is required beside bus.security: who " + address + " is"
              : !server_key.empty()
                  ? "server_key needs bus.security, which has our own key"
                  : address + " is elsewhere: expected bus.security (CURVE) and server_key, or " +
                        "bus.plain_text: true");
  }

 private:
  const bool has_security_;
  const bool is_meant_;
};

void CheckPlainText(const ConfigNode& node, const BusConfig& config) {
  const PlainTextCheck check(node, config.security.has_value());
  const std::vector<ConfigNode> inbound = node.List("inbound");
  for (std::size_t i = 0; i < inbound.size(); ++i) {
    const bus::Endpoint& endpoint = config.subscriber.inbound[i];
    if (endpoint.address.empty()) continue;  // told already
    if (endpoint.bind) check.Bound(inbound[i], endpoint.address);
    if (!endpoint.bind) check.Connected(inbound[i], endpoint.address, endpoint.server_key);
  }
  const ConfigNode outbound = node["outbound"];
  for (const std::string& address : config.publisher.bind) check.Bound(outbound, address);
  for (const std::string& address : config.publisher.connect) {
    check.Connected(outbound, address, config.publisher.server_key);
  }
  for (const std::string& address : config.policies.bind) check.Bound(node["policies"], address);
}

}  // namespace

BusConfig ParseBus(const ConfigNode& node) {
  BusConfig config;
  bus::SubscriberConfig& subscriber = config.subscriber;
  for (const ConfigNode& entry : node.List("inbound")) {
    subscriber.inbound.push_back(ParseEndpoint(entry));
  }
  if (subscriber.inbound.empty()) {
    node["inbound"].Fail("is required: a list of at least one socket to receive samples on");
  }
  subscriber.receive_high_water_mark =
      node.Integer("receive_high_water_mark").AtLeast(1).Or(subscriber.receive_high_water_mark);
  subscriber.queue_samples =
      static_cast<std::size_t>(node.Integer("queue_samples")
                                   .AtLeast(1)
                                   .Or(static_cast<std::int64_t>(subscriber.queue_samples)));
  ParseDecodeLimits(node["limits"], subscriber.limits);
  ParseOutbound(node["outbound"], config.publisher);
  const ConfigNode policies = node["policies"];
  config.policies.bind = policies.Strings("bind").Or({});
  policies.Finish();
  config.heartbeat = node.DurationOf("heartbeat").Above(Duration(0)).Or(config.heartbeat);
  config.security = ParseSecurity(node["security"]);
  CheckPlainText(node, config);
  node.Finish();
  return config;
}

}  // namespace spillway
