#include "scaler/runtime/http_server.h"

#include <algorithm>
#include <boost/algorithm/string/case_conv.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <cctype>
#include <locale>
#include <stdexcept>
#include <utility>

#include "scaler/runtime/tls.h"

namespace spillway {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

using Message = http::response<http::string_body>;

template <class Head>
void SetHeaders(Head& head, const HttpAnswer& answer) {
  head.set(http::field::content_type, answer.content_type);
  head.set(http::field::cache_control, "no-store");
  for (const auto& [name, value] : answer.headers) head.set(name, value);
}

// HEAD is told how long the body of a GET would be, and gets none.
Message ToMessage(const HttpAnswer& answer, bool keep_alive, bool is_head) {
  Message message{static_cast<http::status>(answer.status), 11};
  SetHeaders(message, answer);
  message.keep_alive(keep_alive);
  if (is_head) {
    message.content_length(answer.body.size());
  } else {
    message.body() = answer.body;
    message.prepare_payload();
  }
  return message;
}

HttpQuestion ToQuestion(http::request<http::string_body>&& request, const std::string& peer) {
  const std::string target(request.target());
  const std::size_t mark = target.find('?');
  HttpQuestion question;
  question.method = request.method_string();
  question.path = target.substr(0, mark);
  if (mark != std::string::npos) question.query = target.substr(mark + 1);
  for (const auto& field : request) {
    std::string name(field.name_string());
    boost::algorithm::to_lower(name, std::locale::classic());
    question.headers.emplace_back(std::move(name), field.value());
  }
  question.body = std::move(request.body());
  question.peer = peer;
  return question;
}

std::string PeerOf(const beast::tcp_stream& stream) {
  error_code error;  // it may be gone already
  const tcp::endpoint peer = stream.socket().remote_endpoint(error);
  return error ? "unknown" : peer.address().to_string();
}

// What a request that cannot be read is told; nothing when there is nobody to tell.
int StatusOf(const error_code& error) {
  if (error == http::error::body_limit) return 413;
  if (error == http::error::header_limit) return 431;
  const bool is_ours = error.category() == make_error_code(http::error::end_of_stream).category();
  return is_ours && error != http::error::end_of_stream ? 400 : 0;
}

// Lets a coroutine wait on the loop until something calls Wake. One waits at a time.
class Bell {
 public:
  explicit Bell(const asio::any_io_executor& executor) : timer_(executor) {}

  void Wake() {
    is_awake_ = true;
    timer_.cancel();
  }
  asio::awaitable<void> Wait(Duration most) {
    if (!is_awake_) {
      timer_.expires_after(most);
      error_code ignored;  // woken
      co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    is_awake_ = false;
  }

 private:
  asio::steady_timer timer_;
  bool is_awake_ = false;
};

// What a conversation waits for; shared with those who have to say something to it.
struct Waiting {
  explicit Waiting(const asio::any_io_executor& executor) : bell(executor) {}

  Bell bell;
  std::optional<HttpAnswer> answer;
};

using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

asio::awaitable<error_code> Greet(PlainStream& /*stream*/) { co_return error_code(); }
asio::awaitable<error_code> Greet(TlsStream& stream) {
  error_code error;
  co_await stream.async_handshake(asio::ssl::stream_base::server,
                                  asio::redirect_error(asio::use_awaitable, error));
  co_return error;
}

// The other side may have closed first, which is no matter.
asio::awaitable<void> TakeLeave(PlainStream& stream) {
  error_code ignored;
  stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  co_return;
}
asio::awaitable<void> TakeLeave(TlsStream& stream) {
  error_code ignored;
  co_await stream.async_shutdown(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace

struct HttpServer::Impl : std::enable_shared_from_this<Impl> {
  Impl(asio::io_context& context, const tcp::endpoint& endpoint, Router r, OnError e,
       const HttpLimits& l, Refuse f, std::optional<TlsFiles> t)
      : acceptor(context),
        router(std::move(r)),
        on_error(std::move(e)),
        refuse(std::move(f)),
        limits(l),
        tls_files(std::move(t)),
        tls(tls_files ? ReadTls(*tls_files) : nullptr) {
    acceptor.open(endpoint.protocol());
    acceptor.set_option(asio::socket_base::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen();
  }

  void Close() {
    error_code ignored;  // closing cannot be helped
    acceptor.close(ignored);
    for (const auto& one : waiting) {
      if (const auto there = one.lock()) there->bell.Wake();
    }
  }

  asio::awaitable<void> Accept() {
    const auto self = shared_from_this();
    while (acceptor.is_open()) {
      error_code error;
      tcp::socket socket =
          co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
      if (error == asio::error::operation_aborted) co_return;
      if (error || connections >= limits.connections) continue;  // the socket closes here
      if (tls) {
        Begin(TlsStream(std::move(socket), *tls));
      } else {
        Begin(PlainStream(std::move(socket)));
      }
    }
  }

  template <class Stream>
  void Begin(Stream stream) {
    asio::co_spawn(acceptor.get_executor(), Converse(std::move(stream)), asio::detached);
  }

  template <class Stream>
  asio::awaitable<void> Converse(Stream stream) {
    const auto self = shared_from_this();
    ++connections;
    auto& lowest = beast::get_lowest_layer(stream);
    const std::string peer = PeerOf(lowest);
    beast::flat_buffer buffer;
    lowest.expires_after(limits.request);
    bool more = !co_await Greet(stream);
    while (more && acceptor.is_open()) more = co_await Exchange(stream, buffer, peer);
    lowest.expires_after(limits.request);
    co_await TakeLeave(stream);
    --connections;
  }

  // One request and its answer. False: the connection is at its end.
  template <class Stream>
  asio::awaitable<bool> Exchange(Stream& stream, beast::flat_buffer& buffer,
                                 const std::string& peer) {
    auto& lowest = beast::get_lowest_layer(stream);
    http::request_parser<http::string_body> parser;
    parser.header_limit(limits.header_bytes);
    parser.body_limit(limits.body_bytes);
    lowest.expires_after(limits.request);
    error_code error;
    co_await http::async_read(stream, buffer, parser,
                              asio::redirect_error(asio::use_awaitable, error));
    const int refused = error ? StatusOf(error) : 0;
    if (error && refused == 0) co_return false;
    const bool is_head = !error && parser.get().method() == http::verb::head;
    const bool more = !error && parser.get().keep_alive();
    const unsigned version = error ? 11 : parser.get().version();
    HttpAnswer answer;
    if (error) {
      answer = refuse({std::string(parser.get().target()), refused, error.message()});
    } else {
      answer = co_await Ask(ToQuestion(parser.release(), peer));
    }
    if (answer.stream && !is_head) {
      co_await Pour(stream, answer, version);
      co_return false;
    }
    const Message message = ToMessage(answer, more, is_head);
    lowest.expires_after(limits.request);
    error_code write_error;
    co_await http::async_write(stream, message,
                               asio::redirect_error(asio::use_awaitable, write_error));
    co_return more && !write_error;
  }

  asio::awaitable<HttpAnswer> Ask(HttpQuestion question) {
    HttpAnswer answer;
    try {
      answer = router(question);
      if (answer.later) answer = co_await Await(std::move(answer));
    } catch (const std::exception& error) {
      on_error(question, error.what());
      answer = {500, "text/plain", "an error of the server's; its log says more\n"};
    }
    co_return answer;
  }

  asio::awaitable<HttpAnswer> Await(HttpAnswer promised) {
    const std::shared_ptr<Waiting> here = NewWaiting();
    promised.later([here](HttpAnswer answer) {
      here->answer = std::move(answer);
      here->bell.Wake();
    });
    co_await here->bell.Wait(limits.request);
    if (here->answer) co_return *std::exchange(here->answer, std::nullopt);
    co_return HttpAnswer{503, "text/plain",
                         "it takes longer than expected; it may still be done\n"};
  }

  // Each piece as a chunk, when it comes; what stands before HTTP/1.1 does not know chunks, and is
  // told by the end of the connection.
  template <class Stream>
  asio::awaitable<void> Pour(Stream& stream, const HttpAnswer& answer, unsigned version) {
    const std::shared_ptr<Waiting> here = NewWaiting();
    HttpStream& source = *answer.stream;
    source.on_news = [here] { here->bell.Wake(); };
    http::response<http::empty_body> head{static_cast<http::status>(answer.status), version};
    SetHeaders(head, answer);
    head.keep_alive(false);
    const bool in_chunks = version >= 11;
    head.chunked(in_chunks);
    http::response_serializer<http::empty_body> serializer(head);
    auto& lowest = beast::get_lowest_layer(stream);
    lowest.expires_after(limits.request);
    error_code error;
    co_await http::async_write_header(stream, serializer,
                                      asio::redirect_error(asio::use_awaitable, error));
    while (!error && acceptor.is_open()) {
      const bool is_last = source.has_ended();
      const std::string piece = source.Take();
      if (!piece.empty()) error = co_await Send(stream, piece, in_chunks);
      if (is_last) break;
      lowest.expires_never();
      if (piece.empty()) co_await here->bell.Wait(kLook);
    }
    if (!error && in_chunks) {
      lowest.expires_after(limits.request);
      co_await asio::async_write(stream, http::make_chunk_last(),
                                 asio::redirect_error(asio::use_awaitable, error));
    }
    source.on_news = [] {};
  }

  template <class Stream>
  asio::awaitable<error_code> Send(Stream& stream, const std::string& piece, bool in_chunks) {
    beast::get_lowest_layer(stream).expires_after(limits.request);
    error_code error;
    if (in_chunks) {
      co_await asio::async_write(stream, http::make_chunk(asio::buffer(piece)),
                                 asio::redirect_error(asio::use_awaitable, error));
    } else {
      co_await asio::async_write(stream, asio::buffer(piece),
                                 asio::redirect_error(asio::use_awaitable, error));
    }
    co_return error;
  }

  std::shared_ptr<Waiting> NewWaiting() {
    std::erase_if(waiting, [](const auto& one) { return one.expired(); });
    const auto here = std::make_shared<Waiting>(acceptor.get_executor());
    waiting.push_back(here);
    return here;
  }

  static constexpr Duration kLook = std::chrono::hours(1);  // a stream says when it has something

  tcp::acceptor acceptor;
  const Router router;
  const OnError on_error;
  const Refuse refuse;
  const HttpLimits limits;
  const std::optional<TlsFiles> tls_files;
  std::shared_ptr<asio::ssl::context> tls;  // null: plain text
  std::vector<std::weak_ptr<Waiting>> waiting;
  int connections = 0;
};

std::string_view HttpQuestion::Header(std::string_view name) const {
  for (const auto& [header, value] : headers) {
    if (header == name) return value;
  }
  return {};
}

std::string_view CredentialsIn(std::string_view authorization, std::string_view scheme) {
  const bool is_it =
      authorization.size() > scheme.size() && authorization[scheme.size()] == ' ' &&
      std::equal(scheme.begin(), scheme.end(), authorization.begin(),
                 [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
  return is_it ? authorization.substr(scheme.size() + 1) : std::string_view();
}

HttpAnswer RefusedInText(const HttpRefusal& refusal) {
  return {refusal.status, "text/plain", "bad request: " + refusal.what + "\n"};
}

// A name that only looks like an address is none: whoever owns it decides what it stands for.
bool IsOwnAddress(std::string_view address) {
  error_code not_a_number;
  const asio::ip::address number = asio::ip::make_address(std::string(address), not_a_number);
  return !not_a_number && number.is_loopback();
}

HttpServer::HttpServer(AsioLoop& loop, HttpPlace place, Router router, OnError on_error,
                       HttpLimits limits, Refuse refuse) {
  try {
    const tcp::endpoint endpoint(asio::ip::make_address(place.address), place.port);
    impl_ = std::make_shared<Impl>(loop.context(), endpoint, std::move(router), std::move(on_error),
                                   limits, std::move(refuse), std::move(place.tls));
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error("serve: cannot listen on " + place.address + ":" +
                             std::to_string(place.port) + ": " + error.code().message());
  }
  asio::co_spawn(loop.context(), impl_->Accept(), asio::detached);
}

HttpServer::~HttpServer() { impl_->Close(); }

std::uint16_t HttpServer::port() const { return impl_->acceptor.local_endpoint().port(); }

void HttpServer::RenewCertificate() {
  if (impl_->tls_files) impl_->tls = ReadTls(*impl_->tls_files);
}

}  // namespace spillway
