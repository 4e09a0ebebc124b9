#include "scaler/runtime/http_place.h"

namespace spillway {
namespace {

TlsFiles ParseTls(const ConfigNode& node) {
  TlsFiles files{node.String("certificate").Required(), node.String("key").Required()};
  node.Finish();
  return files;
}

}  // namespace

HttpPlace ParseHttpPlace(const ConfigNode& node, HttpPlace place) {
  place.address = node.String("address").Or(place.address);
  place.port = node.Integer("port").Between(0, 65535).Or(place.port);
  if (node.Has("tls")) place.tls = ParseTls(node["tls"]);
  const bool is_plain_meant = node.Boolean("plain_text").Or(false);
  if (!place.tls && !is_plain_meant && !IsOwnAddress(place.address)) {
    node["address"].Fail(place.address +
                         " can be reached from elsewhere, and nothing is encrypted: expected tls, "
                         "127.0.0.1 or ::1 with a proxy in front, or plain_text: true");
  }
  return place;
}

}  // namespace spillway
