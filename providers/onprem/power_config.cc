#include "providers/onprem/power_config.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <regex>

#include "providers/account_config.h"

namespace spillway {
namespace {

PowerMethod ReadMethod(const ConfigNode& node, PowerMethod common) {
  return node
      .OneOf<PowerMethod>("type", {{"redfish", PowerMethod::kRedfish},
                                   {"ipmi", PowerMethod::kIpmi},
                                   {"wake_on_lan", PowerMethod::kWakeOnLan},
                                   {"none", PowerMethod::kNone}})
      .Or(common);
}

// ipmitool gets these as arguments; one that begins with a dash would be an option.
std::string ReadWord(const ConfigNode& node, const std::string& key, const std::string& common) {
  const std::string word = node.String(key).Or(common);
  if (word.starts_with('-')) node[key].Fail("must not begin with a dash");
  return word;
}

void ReadLogin(const ConfigNode& node, PowerConfig& power) {
  power.user = ReadWord(node, "user", power.user);
  if (node.Has("password_variable") || node.Has("password_file")) power.password = {};
  power.password.variable = node.String("password_variable").Or(power.password.variable);
  power.password.file = node.String("password_file").Or(power.password.file);
  if (!power.password.variable.empty() && !power.password.file.empty()) {
    node.Fail("expected either password_variable or password_file");
  }
}

bool IsPin(const std::string& text) {
  static const std::regex kPin("sha256//[A-Za-z0-9+/]{43}=");
  return std::regex_match(text, kPin);
}

void ReadTls(const ConfigNode& node, PowerConfig& power) {
  if (node.Has("ca_file") || node.Has("pinned_key") || node.Has("unchecked")) power.tls = {};
  power.tls.ca_file = node.String("ca_file").Or(power.tls.ca_file);
  power.tls.pinned_key = node.String("pinned_key").Or(power.tls.pinned_key);
  power.tls.is_unchecked = node.Boolean("unchecked").Or(power.tls.is_unchecked);
  if (!power.tls.pinned_key.empty() && !IsPin(power.tls.pinned_key)) {
    node["pinned_key"].Fail(
        "expected \"sha256//\" and the base64 of the SHA-256 of the BMC's public key");
  }
  if (power.tls.is_unchecked && (!power.tls.ca_file.empty() || !power.tls.pinned_key.empty())) {
    node["unchecked"].Fail("does not go with ca_file and pinned_key");
  }
}

void ReadRedfish(const ConfigNode& node, PowerConfig& power) {
  power.uses_session =
      node.OneOf<bool>("login", {{"session", true}, {"basic", false}}).Or(power.uses_session);
  ReadTls(node, power);
}

void ReadIpmi(const ConfigNode& node, PowerConfig& power) {
  power.port = node.Integer("port").Between(1, 65535).Or(power.port);
  power.cipher_suite = node.Integer("cipher_suite").Between(1, 17).Or(power.cipher_suite);
}

void ReadWakeOnLan(const ConfigNode& node, PowerConfig& power) {
  power.broadcast = node.String("broadcast").Or(power.broadcast);
  power.wake_port = node.Integer("wake_port").Between(1, 65535).Or(power.wake_port);
}

// What only one machine can have --------------------------------------------------------------

void RequireLogin(const ConfigNode& node, const PowerConfig& power) {
  if (power.user.empty()) node["user"].Fail("is required: the BMC's user");
  if (power.password == PasswordPlace{}) {
    node.Fail("expected password_variable or password_file: where the BMC's password is");
  }
}

void ReadUrl(const ConfigNode& node, PowerConfig& power) {
  static const std::regex kUrl(R"(https?://[^\s/@?#]+)");
  power.url = node.String("url").Required();
  while (power.url.ends_with('/')) power.url.pop_back();
  if (power.url.empty()) return;
  if (!std::regex_match(power.url, kUrl)) {
    node["url"].Fail("expected the address of a BMC such as https://192.0.2.10, got \"" +
                     power.url + "\"");
  } else if (power.url.starts_with("http://") && !power.tls.is_unchecked) {
    node["url"].Fail(
        "http:// shows the password to everybody on the way: expected https://, or "
        "unchecked: true beside it");
  }
}

std::optional<MacAddress> MacFrom(const std::string& text) {
  static const std::regex kMac("[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}");
  if (!std::regex_match(text, kMac)) return std::nullopt;
  MacAddress mac{};
  for (std::size_t i = 0; i < mac.size(); ++i) {
    mac[i] = static_cast<std::uint8_t>(std::stoi(text.substr(3 * i, 2), nullptr, 16));
  }
  return mac;
}

void ReadMac(const ConfigNode& node, PowerConfig& power) {
  const std::string text = node.String("mac").Required();
  if (text.empty()) return;
  const std::optional<MacAddress> mac = MacFrom(text);
  if (!mac) node["mac"].Fail("expected six bytes such as 02:00:5e:10:00:01, got \"" + text + "\"");
  power.mac = mac.value_or(MacAddress{});
}

}  // namespace

PowerConfig ReadCommonPower(const ConfigNode& node) {
  PowerConfig power;
  power.method = ReadMethod(node, power.method);
  ReadLogin(node, power);
  ReadRedfish(node, power);
  ReadIpmi(node, power);
  ReadWakeOnLan(node, power);
  node.Finish();
  return power;
}

PowerConfig ReadPower(const ConfigNode& node, const PowerConfig& common) {
  PowerConfig power = common;
  power.method = ReadMethod(node, common.method);
  switch (power.method) {
    case PowerMethod::kNone: break;
    case PowerMethod::kRedfish:
      ReadLogin(node, power);
      RequireLogin(node, power);
      ReadRedfish(node, power);
      ReadUrl(node, power);
      power.system = node.String("system").Or("");
      break;
    case PowerMethod::kIpmi:
      ReadLogin(node, power);
      RequireLogin(node, power);
      ReadIpmi(node, power);
      power.host = ReadWord(node, "host", "");
      if (power.host.empty()) node["host"].Fail("is required: the BMC's address");
      break;
    case PowerMethod::kWakeOnLan:
      ReadWakeOnLan(node, power);
      ReadMac(node, power);
      break;
  }
  node.Finish();
  return power;
}

}  // namespace spillway
