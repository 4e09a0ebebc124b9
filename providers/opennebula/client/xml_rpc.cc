#include "providers/opennebula/client/xml_rpc.h"

#include <charconv>
#include <optional>
#include <pugixml.hpp>
#include <sstream>
#include <utility>

namespace spillway {
namespace {

constexpr std::size_t kMostMembers = 16;

// CDATA and text may take turns within one element.
std::string TextOf(const pugi::xml_node& node) {
  std::string text;
  for (const pugi::xml_node& child : node.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)
      text += child.value();
  }
  return text;
}

std::optional<std::int64_t> IntegerOf(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<RpcValue> ReadValue(const pugi::xml_node& value) {
  const pugi::xml_node typed = value.find_child(
      [](const pugi::xml_node& child) { return child.type() == pugi::node_element; });
  if (!typed) return RpcValue(TextOf(value));  // a value without a type is a string
  const std::string_view type = typed.name();
  if (type == "string") return RpcValue(TextOf(typed));
  const std::optional<std::int64_t> number = IntegerOf(TextOf(typed));
  if (!number) return std::nullopt;
  if (type == "i4" || type == "int" || type == "i8") return RpcValue(*number);
  if (type == "boolean" && (*number == 0 || *number == 1)) return RpcValue(*number == 1);
  return std::nullopt;
}

RpcAnswer ReadFault(const pugi::xml_node& fault) {
  RpcFault read;
  for (const pugi::xml_node& member : fault.child("value").child("struct").children("member")) {
    const std::optional<RpcValue> value = ReadValue(member.child("value"));
    if (!value) continue;
    const std::string name = TextOf(member.child("name"));
    if (const auto* code = std::get_if<std::int64_t>(&*value); code && name == "faultCode") {
      read.code = *code;
    }
    if (const auto* text = std::get_if<std::string>(&*value); text && name == "faultString") {
      read.text = *text;
    }
  }
  return read;
}

void AppendValue(pugi::xml_node& params, const RpcParam& param) {
  pugi::xml_node value = params.append_child("param").append_child("value");
  const auto append = [&value](const char* type, const std::string& text) {
    value.append_child(type).append_child(pugi::node_pcdata).set_value(text.c_str());
  };
  if (const auto* text = std::get_if<std::string>(&param)) append("string", *text);
  if (const auto* number = std::get_if<std::int32_t>(&param)) append("i4", std::to_string(*number));
  if (const auto* truth = std::get_if<bool>(&param)) append("boolean", *truth ? "1" : "0");
}

// The faults that XML-RPC servers agree upon ("Specification for Fault Code Interoperability" and
// xmlrpc-c): those that say the server was not able to, now.
ErrorKind KindOfFault(std::int64_t code) {
  switch (code) {
    case -500:  // internal error
    case -504:  // network
    case -505:  // timeout
      return ErrorKind::kTransient;
    case -507: return ErrorKind::kDenied;     // request refused
    case -509: return ErrorKind::kThrottled;  // limit exceeded
    default: return ErrorKind::kInvalid;
  }
}

ErrorKind KindOfStatus(int status) {
  if (status == 401 || status == 403) return ErrorKind::kDenied;
  if (status == 429) return ErrorKind::kThrottled;
  if (status == 503) return ErrorKind::kTransient;
  // A server or a proxy before it broke off: what was asked for may have been done.
  if (status >= 500) return ErrorKind::kUnknownOutcome;
  return ErrorKind::kInvalid;
}

}  // namespace

std::string WriteRpcCall(std::string_view method, std::span<const RpcParam> params) {
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  pugi::xml_node call = document.append_child("methodCall");
  call.append_child("methodName").text().set(std::string(method).c_str());
  pugi::xml_node list = call.append_child("params");
  for (const RpcParam& param : params) AppendValue(list, param);
  std::ostringstream text;
  document.save(text, "", pugi::format_raw);
  return std::move(text).str();
}

RpcAnswer ReadRpcAnswer(std::string_view body) {
  pugi::xml_document document;
  const pugi::xml_parse_result parsed = document.load_buffer(
      body.data(), body.size(), pugi::parse_default | pugi::parse_ws_pcdata_single);
  if (!parsed) return RpcMalformed{std::string("expected XML: ") + parsed.description()};
  const pugi::xml_node response = document.child("methodResponse");
  if (const pugi::xml_node fault = response.child("fault")) return ReadFault(fault);
  const pugi::xml_node value = response.child("params").child("param").child("value");
  if (!value) return RpcMalformed{"expected methodResponse with one parameter"};

  std::vector<pugi::xml_node> nodes;
  if (const pugi::xml_node array = value.child("array")) {
    for (const pugi::xml_node& member : array.child("data").children("value")) {
      if (nodes.size() == kMostMembers) return RpcMalformed{"expected at most 16 members"};
      nodes.push_back(member);
    }
  } else {
    nodes.push_back(value);
  }
  std::vector<RpcValue> values;
  for (const pugi::xml_node& node : nodes) {
    std::optional<RpcValue> read = ReadValue(node);
    if (!read) return RpcMalformed{"expected string, i4, int, i8 or boolean"};
    values.push_back(std::move(*read));
  }
  return values;
}

Result<std::vector<RpcValue>> SendRpc(HttpClient& http, const RpcRequest& request) {
  HttpRequest post;
  post.method = "POST";
  post.url = request.url;
  post.headers = {{"Content-Type", "text/xml"}};
  post.body = WriteRpcCall(request.method, request.params);
  post.timeout = request.timeout;
  post.max_response_bytes = request.max_response_bytes;
  post.where = request.where;
  const Result<HttpResponse> response = http.Send(post);
  if (!response) return response.error();
  if (response->status != 200) {
    return Error{KindOfStatus(response->status), request.where,
                 "HTTP " + std::to_string(response->status), "expected an XML-RPC answer"};
  }
  RpcAnswer answer = ReadRpcAnswer(response->body);
  if (const auto* fault = std::get_if<RpcFault>(&answer)) {
    return Error{KindOfFault(fault->code), request.where, "fault " + std::to_string(fault->code),
                 fault->text};
  }
  if (const auto* malformed = std::get_if<RpcMalformed>(&answer)) {
    return Error{ErrorKind::kUnknownOutcome, request.where, "unreadable answer", malformed->text};
  }
  return std::get<std::vector<RpcValue>>(std::move(answer));
}

}  // namespace spillway
