#include "scaler/runtime/http_client.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <stdexcept>

#include "scaler/runtime/http_stream.h"

namespace spillway {
namespace {

using EasyHandle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using HeaderList = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;
using Url = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;
using CurlText = std::unique_ptr<char, decltype(&curl_free)>;

// What libcurl's callbacks share during one exchange.
struct Exchange {
  HttpResponse response;
  std::size_t received = 0;
  std::size_t limit = 0;
  bool is_too_large = false;
  bool may_repeat = false;  // sending it twice does no harm
  int times_sent = 0;
  CURL* curl = nullptr;
  const HttpStreamReader* stream = nullptr;  // null: the body is kept
  std::chrono::steady_clock::time_point heard_at{};
  Duration silence{0};        // of a stream: how long nothing may come
  std::exception_ptr thrown;  // by the stream's reader: not through libcurl
};

bool Count(Exchange& exchange, std::size_t bytes) {
  exchange.received += bytes;
  exchange.is_too_large = exchange.received > exchange.limit;
  return !exchange.is_too_large;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

std::string Trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(kSpace) - begin + 1));
}

constexpr int kStatusOk = 200;

int StatusOf(CURL* curl) {
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

// Whether `ask` says so; what it throws is kept, and means no.
template <class Ask>
bool Asked(Exchange& exchange, Ask ask) {
  try {
    return ask();
  } catch (...) {
    exchange.thrown = std::current_exception();
    return false;
  }
}

std::size_t OnBody(char* data, std::size_t size, std::size_t n, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  if (exchange.stream != nullptr && StatusOf(exchange.curl) == kStatusOk) {
    exchange.heard_at = std::chrono::steady_clock::now();
    const auto hand_over = [&] { return exchange.stream->on_piece({data, size * n}), true; };
    return Asked(exchange, hand_over) ? size * n : 0;
  }
  if (!Count(exchange, size * n)) return 0;
  exchange.response.body.append(data, size * n);
  return size * n;
}

int OnProgress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& exchange = *static_cast<Exchange*>(user);
  if (std::chrono::steady_clock::now() - exchange.heard_at > exchange.silence) return 1;
  return Asked(exchange, exchange.stream->may_go_on) ? 0 : 1;
}

std::size_t OnHeader(char* data, std::size_t size, std::size_t n, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  if (!Count(exchange, size * n)) return 0;
  const std::string_view line(data, size * n);
  // Each status line begins an answer of its own; what came before was an interim one.
  if (line.starts_with("HTTP/")) exchange.response.headers.clear();
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    exchange.response.headers[Lower(line.substr(0, colon))] = Trimmed(line.substr(colon + 1));
  }
  return size * n;
}

// Called when a connection stands and the request is about to be sent. libcurl sends a request
// again by itself when a kept connection dies without an answer; the server may have acted on the
// first one, so that is up to the caller.
int BeforeSending(void* user, char*, char*, int, int) {
  auto& exchange = *static_cast<Exchange*>(user);
  if (exchange.times_sent > 0 && !exchange.may_repeat) return CURL_PREREQFUNC_ABORT;
  ++exchange.times_sent;
  return CURL_PREREQFUNC_OK;
}

bool IsToken(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](unsigned char c) {
    return std::isalnum(c) != 0 || kMarks.find(static_cast<char>(c)) != std::string_view::npos;
  });
}

// Why libcurl could not sign this request rightly; empty: it can.
std::string WhyNotSignable(const HttpRequest& request) {
  if (request.method != "POST") return "only POST requests can be signed";
  if (request.aws_signature->key_id.find(':') != std::string::npos) return "key id with a colon";
  std::vector<std::string> names;
  for (const auto& [name, value] : request.headers) {
    if (value.empty()) return "a signed request cannot carry the empty header " + name;
    names.push_back(Lower(name));
  }
  for (const auto& [name, value] : request.secret_headers) {
    if (value.empty()) return "a signed request cannot carry the empty header " + name;
    names.push_back(Lower(name));
  }
  std::sort(names.begin(), names.end());
  for (std::size_t i = 1; i < names.size(); ++i) {
    if (names[i].starts_with(names[i - 1])) {
      return "a signed request cannot carry both " + names[i - 1] + " and " + names[i];
    }
  }
  return "";
}

// Why the request is not sent; empty: it is.
std::string WhyInvalid(const HttpRequest& request) {
  constexpr std::string_view kLineEnds("\r\n\0", 3);
  if (!IsToken(request.method)) return "the method is not a word";
  const auto check = [&](const std::string& name, const std::string& value) -> std::string {
    if (!IsToken(name)) return "a header name is not a word";
    if (value.find_first_of(kLineEnds) == std::string::npos) return "";
    return "the header " + name + " holds a line end";
  };
  for (const auto& [name, value] : request.headers) {
    if (std::string why = check(name, value); !why.empty()) return why;
  }
  for (const auto& [name, value] : request.secret_headers) {
    if (std::string why = check(name, value.Reveal()); !why.empty()) return why;
  }
  return request.aws_signature ? WhyNotSignable(request) : "";
}

void Append(HeaderList& list, const std::string& name, const std::string& value) {
  // libcurl takes "Name:" for the wish to remove a header, "Name;" for an empty one.
  const Secret line(value.empty() ? name + ";" : name + ": " + value);
  curl_slist* longer = curl_slist_append(list.get(), line.Reveal().c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(list.release());
  list.reset(longer);
}

HeaderList MakeHeaders(const HttpRequest& request) {
  HeaderList list(nullptr, curl_slist_free_all);
  for (const auto& [name, value] : request.headers) Append(list, name, value);
  for (const auto& [name, value] : request.secret_headers) Append(list, name, value.Reveal());
  return list;
}

// Zero would be no limit at all.
long Milliseconds(Duration d) { return std::max<long>(1, static_cast<long>(d.count())); }

void SetMethod(CURL* curl, const HttpRequest& request) {
  if (request.method == "GET" && request.body.empty()) return;
  if (request.method == "HEAD") {
    curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    return;
  }
  const bool has_body = !request.body.empty() || request.method == "POST" ||
                        request.method == "PUT" || request.method == "PATCH";
  if (has_body) {
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  if (request.method != "POST") {
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
}

void SetSignature(CURL* curl, const AwsSignature& signature) {
  const std::string scope = "aws:amz:" + signature.region + ":" + signature.service;
  const Secret user(signature.key_id + ":" + signature.secret.Reveal());
  curl_easy_setopt(curl, CURLOPT_AWS_SIGV4, scope.c_str());
  curl_easy_setopt(curl, CURLOPT_USERPWD, user.Reveal().c_str());
}

void SetTls(CURL* curl, const HttpTls& tls) {
  if (!tls.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, tls.ca_file.c_str());
  if (!tls.pinned_key.empty()) {
    curl_easy_setopt(curl, CURLOPT_PINNEDPUBLICKEY, tls.pinned_key.c_str());
  }
  const bool is_pin_enough = !tls.pinned_key.empty() && tls.ca_file.empty();
  if (tls.is_unchecked || is_pin_enough) {
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
  }
}

void SetLimits(CURL* curl, const HttpRequest& request) {
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, Milliseconds(request.connect_timeout));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, Milliseconds(request.timeout));
}

// In lower case; an IPv6 address in brackets; empty when it has none.
std::string HostOf(const std::string& url) {
  const Url parsed(curl_url(), curl_url_cleanup);
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return "";
  char* host = nullptr;
  curl_url_get(parsed.get(), CURLUPART_HOST, &host, 0);
  const CurlText owned(host, curl_free);
  return host == nullptr ? "" : Lower(host);
}

bool IsNear(const in_addr& address) {
  const std::uint32_t bits = ntohl(address.s_addr);
  return bits >> 24 == 127 || bits >> 16 == 0xA9FE;
}

bool IsNear(const in6_addr& address) {
  constexpr std::uint8_t kEc2Metadata[] = {0xFD, 0x00, 0x0E, 0xC2};
  return IN6_IS_ADDR_LOOPBACK(&address) || IN6_IS_ADDR_LINKLOCAL(&address) ||
         std::equal(std::begin(kEc2Metadata), std::end(kEc2Metadata), address.s6_addr);
}

// On this machine or on the link to its host: another machine that asked there would get an answer
// of its own, and what is told there is not for its eyes.
bool IsNear(const std::string& host) {
  constexpr std::string_view kGoogleMetadata = "metadata.google.internal";
  in_addr v4{};
  in6_addr v6{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return IsNear(v4);
  if (host.starts_with('[')) {
    return inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &v6) == 1 && IsNear(v6);
  }
  return host == "localhost" || host.ends_with(".localhost") || host == kGoogleMetadata;
}

void SetCallbacks(CURL* curl, Exchange& exchange) {
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, OnBody);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, OnHeader);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &exchange);
  curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, BeforeSending);
  curl_easy_setopt(curl, CURLOPT_PREREQDATA, &exchange);
}

// Instead of a limit on the whole exchange: one on silence.
void SetStream(CURL* curl, Exchange& exchange, Duration silence) {
  exchange.heard_at = std::chrono::steady_clock::now();
  exchange.silence = silence;
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 0L);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, OnProgress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &exchange);
}

ErrorKind KindOf(CURLcode code, const Exchange& exchange) {
  switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_NOT_BUILT_IN:
    case CURLE_UNKNOWN_OPTION:
    case CURLE_BAD_FUNCTION_ARGUMENT: return ErrorKind::kInvalid;
    default: return exchange.times_sent == 0 ? ErrorKind::kTransient : ErrorKind::kUnknownOutcome;
  }
}

std::string TextOf(CURLcode code, const Exchange& exchange, const char* details) {
  if (exchange.is_too_large) {
    return "the answer is larger than " + std::to_string(exchange.limit) + " bytes";
  }
  if (code == CURLE_ABORTED_BY_CALLBACK && exchange.stream != nullptr) return "it was broken off";
  if (code == CURLE_ABORTED_BY_CALLBACK) return "the connection closed before an answer came";
  return *details != '\0' ? details : curl_easy_strerror(code);
}

std::string WithoutSecrets(std::string text, const HttpRequest& request) {
  for (const auto& [name, value] : request.secret_headers) text = Redact(std::move(text), value);
  if (request.aws_signature) text = Redact(std::move(text), request.aws_signature->secret);
  // libcurl repeats a proxy that it does not understand, password and all.
  for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    const char* proxy = std::getenv(name);
    if (proxy != nullptr) text = Redact(std::move(text), Secret(proxy));
  }
  return text;
}

// `stream` null: an ordinary answer.
Result<HttpResponse> Perform(CURL* curl, const HttpRequest& request,
                             const HttpStreamReader* stream) {
  if (std::string why = WhyInvalid(request); !why.empty()) {
    return Error{ErrorKind::kInvalid, request.where, "", why};
  }
  Exchange exchange;
  exchange.limit = request.max_response_bytes;
  exchange.may_repeat = request.method == "GET" || request.method == "HEAD";
  exchange.curl = curl;
  exchange.stream = stream;
  char details[CURL_ERROR_SIZE] = "";
  const HeaderList headers = MakeHeaders(request);

  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, details);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  SetMethod(curl, request);
  SetTls(curl, request.tls);
  SetLimits(curl, request);
  SetCallbacks(curl, exchange);
  if (stream != nullptr) SetStream(curl, exchange, request.timeout);
  if (request.aws_signature) SetSignature(curl, *request.aws_signature);
  if (IsNear(HostOf(request.url))) curl_easy_setopt(curl, CURLOPT_PROXY, "");
  const CURLcode code = curl_easy_perform(curl);

  if (exchange.thrown) std::rethrow_exception(exchange.thrown);
  if (code != CURLE_OK) {
    return Error{KindOf(code, exchange), request.where, "curl " + std::to_string(code),
                 WithoutSecrets(TextOf(code, exchange, details), request)};
  }
  exchange.response.status = StatusOf(curl);
  return std::move(exchange.response);
}

}  // namespace

// A handle keeps its connections; so the handle that was used last is the best one to use next.
struct HttpClient::Impl {
  std::mutex mutex;  // guards idle
  std::vector<EasyHandle> idle;

  EasyHandle Take() {
    {
      const std::lock_guard lock(mutex);
      if (!idle.empty()) {
        EasyHandle handle = std::move(idle.back());
        idle.pop_back();
        return handle;
      }
    }
    EasyHandle handle(curl_easy_init(), curl_easy_cleanup);
    if (handle == nullptr) throw std::bad_alloc();
    return handle;
  }

  void GiveBack(EasyHandle handle) {
    curl_easy_reset(handle.get());  // forgets credentials, keeps connections
    const std::lock_guard lock(mutex);
    idle.push_back(std::move(handle));
  }
};

HttpClient::HttpClient() : impl_(std::make_unique<Impl>()) {
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    throw std::runtime_error("libcurl does not start");
  }
}

HttpClient::~HttpClient() {
  impl_.reset();
  curl_global_cleanup();
}

Result<HttpResponse> HttpClient::Send(const HttpRequest& request) {
  EasyHandle handle = impl_->Take();
  Result<HttpResponse> response = Perform(handle.get(), request, nullptr);
  impl_->GiveBack(std::move(handle));
  return response;
}

Result<HttpResponse> ReadHttpStream(const HttpRequest& request, const HttpStreamReader& reader) {
  const HttpClient started;  // libcurl, for as long as this takes
  const EasyHandle handle(curl_easy_init(), curl_easy_cleanup);
  if (handle == nullptr) throw std::bad_alloc();
  return Perform(handle.get(), request, &reader);
}

std::string PercentEncode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string encoded;
  for (const char c : text) {
    if (kUnreserved.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return encoded;
}

std::string Base64(std::string_view bytes) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string encoded;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::string_view group = bytes.substr(i, 3);
    unsigned bits = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      bits = (bits << 8) | (j < group.size() ? static_cast<unsigned char>(group[j]) : 0u);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      encoded += j <= group.size() ? kAlphabet[(bits >> (18 - 6 * j)) & 63] : '=';
    }
  }
  return encoded;
}

}  // namespace spillway
