// XML-RPC as oned speaks it, over pugixml and HttpClient (docs/adr/0003-xml-rpc-over-pugixml.md).
// This file and one_xml are the doors for pugixml.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "scaler/model/result.h"
#include "scaler/model/time.h"
#include "scaler/runtime/http_client.h"

namespace spillway {

using RpcParam = std::variant<std::string, std::int32_t, bool>;

// The text of a call. It holds whatever the parameters hold, the session too: never show it.
std::string WriteRpcCall(std::string_view method, std::span<const RpcParam> params);

using RpcValue = std::variant<std::string, std::int64_t, bool>;

struct RpcFault {
  std::int64_t code = 0;
  std::string text;

  friend bool operator==(const RpcFault&, const RpcFault&) = default;
};

// Not an answer that this reader understands; `text` says what was expected.
struct RpcMalformed {
  std::string text;

  friend bool operator==(const RpcMalformed&, const RpcMalformed&) = default;
};

// The members of the answer's array (a lone value is an array of one), at most 16.
using RpcAnswer = std::variant<std::vector<RpcValue>, RpcFault, RpcMalformed>;

// Of any text: never throws, recurses or expands entities of the document's own.
RpcAnswer ReadRpcAnswer(std::string_view body);

struct RpcRequest {
  std::string url;
  std::string method;
  std::vector<RpcParam> params;
  std::string where;  // for errors
  Duration timeout = std::chrono::seconds(20);
  std::size_t max_response_bytes = 4 << 20;
};

// One exchange. Errors besides those of HttpClient: a status other than 200, a fault, an answer
// that cannot be read (kUnknownOutcome: the call may have been carried out). Texts of the other
// side are given on as they came: the caller redacts them.
Result<std::vector<RpcValue>> SendRpc(HttpClient& http, const RpcRequest& request);

}  // namespace spillway
