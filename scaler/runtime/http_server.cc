#include "scaler/runtime/http_server.h"

#include <algorithm>
#include <boost/algorithm/string/case_conv.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <cctype>
#include <locale>
#include <stdexcept>
#include <utility>

namespace spillway {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

using Message = http::response<http::string_body>;

// HEAD is told how long the body of a GET would be, and gets none.
Message ToMessage(const HttpAnswer& answer, bool keep_alive, bool is_head) {
  Message message{static_cast<http::status>(answer.status), 11};
  message.set(http::field::content_type, answer.content_type);
  message.set(http::field::cache_control, "no-store");
  for (const auto& [name, value] : answer.headers) message.set(name, value);
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

}  // namespace

struct HttpServer::Impl : std::enable_shared_from_this<Impl> {
  Impl(asio::io_context& context, const tcp::endpoint& endpoint, Router r, OnError e,
       const HttpLimits& l, OnRefused f)
      : acceptor(context),
        router(std::move(r)),
        on_error(std::move(e)),
        on_refused(std::move(f)),
        limits(l) {
    acceptor.open(endpoint.protocol());
    acceptor.set_option(asio::socket_base::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen();
  }

  asio::awaitable<void> Accept() {
    const auto self = shared_from_this();
    while (acceptor.is_open()) {
      error_code error;
      tcp::socket socket =
          co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
      if (error == asio::error::operation_aborted) co_return;
      if (error || connections >= limits.connections) continue;  // the socket closes here
      asio::co_spawn(acceptor.get_executor(), Converse(beast::tcp_stream(std::move(socket))),
                     asio::detached);
    }
  }

  asio::awaitable<void> Converse(beast::tcp_stream stream) {
    const auto self = shared_from_this();
    ++connections;
    const std::string peer = PeerOf(stream);
    beast::flat_buffer buffer;
    bool more = true;
    while (more && acceptor.is_open()) {
      http::request_parser<http::string_body> parser;
      parser.header_limit(limits.header_bytes);
      parser.body_limit(limits.body_bytes);
      stream.expires_after(limits.request);
      error_code error;
      co_await http::async_read(stream, buffer, parser,
                                asio::redirect_error(asio::use_awaitable, error));
      const int refused = error ? StatusOf(error) : 0;
      if (error && refused == 0) break;
      if (refused != 0 && on_refused) on_refused(std::string(parser.get().target()), refused);
      more = !error && parser.get().keep_alive();
      const bool is_head = !error && parser.get().method() == http::verb::head;
      const HttpAnswer answer =
          error ? HttpAnswer{refused, "text/plain", "bad request: " + error.message() + "\n"}
                : Ask(ToQuestion(parser.release(), peer));
      const Message message = ToMessage(answer, more, is_head);
      error_code write_error;
      co_await http::async_write(stream, message,
                                 asio::redirect_error(asio::use_awaitable, write_error));
      if (write_error) break;
    }
    error_code ignored;  // the other side may have closed first
    stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    --connections;
  }

  HttpAnswer Ask(const HttpQuestion& question) {
    try {
      return router(question);
    } catch (const std::exception& error) {
      on_error(question, error.what());
      return {500, "text/plain", "an error of the server's; its log says more\n"};
    }
  }

  tcp::acceptor acceptor;
  const Router router;
  const OnError on_error;
  const OnRefused on_refused;
  const HttpLimits limits;
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

bool IsOwnAddress(std::string_view address) {
  return address.starts_with("127.") || address == "::1";
}

HttpServer::HttpServer(AsioLoop& loop, const std::string& address, std::uint16_t port,
                       Router router, OnError on_error, HttpLimits limits, OnRefused on_refused) {
  try {
    const tcp::endpoint endpoint(asio::ip::make_address(address), port);
    impl_ = std::make_shared<Impl>(loop.context(), endpoint, std::move(router), std::move(on_error),
                                   limits, std::move(on_refused));
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error("serve: cannot listen on " + address + ":" + std::to_string(port) +
                             ": " + error.code().message());
  }
  asio::co_spawn(loop.context(), impl_->Accept(), asio::detached);
}

HttpServer::~HttpServer() {
  error_code ignored;  // closing cannot be helped
  impl_->acceptor.close(ignored);
}

std::uint16_t HttpServer::port() const { return impl_->acceptor.local_endpoint().port(); }

}  // namespace spillway
