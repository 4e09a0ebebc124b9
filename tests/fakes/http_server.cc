#include "tests/fakes/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <list>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>

namespace spillway::fakes {
namespace {

constexpr std::size_t kLargestRequest = 16 << 20;

void SendAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

// Reads until the other side sends no more.
void Drain(int fd) {
  char bytes[4096];
  while (recv(fd, bytes, sizeof bytes, 0) > 0) continue;
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string TakeLine(std::string_view& text) {
  const std::size_t end = std::min(text.find("\r\n"), text.size());
  std::string line(text.substr(0, end));
  text.remove_prefix(std::min(end + 2, text.size()));
  return line;
}

// The requests of one connection, one after the other.
class RequestReader {
 public:
  explicit RequestReader(int fd) : fd_(fd) {}

  // Nothing when the connection closed or sent what is not a request.
  std::optional<Request> Next() {
    std::size_t end = std::string::npos;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!ReadMore()) return std::nullopt;
    }
    const std::string head = buffer_.substr(0, end);
    buffer_.erase(0, end + 4);
    std::optional<Request> request = ParseHead(head);
    if (!request) return std::nullopt;
    if (request->headers.contains("expect")) SendAll(fd_, "HTTP/1.1 100 Continue\r\n\r\n");
    const std::string length = request->headers["content-length"];
    const std::size_t size = length.empty() ? 0 : std::strtoul(length.c_str(), nullptr, 10);
    while (buffer_.size() < size) {
      if (!ReadMore()) return std::nullopt;
    }
    request->body = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return request;
  }

 private:
  static std::optional<Request> ParseHead(std::string_view head) {
    const std::string first = TakeLine(head);
    const std::size_t target = first.find(' ');
    const std::size_t version = first.rfind(" HTTP/1.");
    if (target == std::string::npos || version == std::string::npos) return std::nullopt;
    Request request;
    request.method = first.substr(0, target);
    request.target = first.substr(target + 1, version - target - 1);
    while (!head.empty()) {
      const std::string line = TakeLine(head);
      const std::size_t colon = std::min(line.find(':'), line.size());
      const std::size_t value = std::min(line.find_first_not_of(" \t", colon + 1), line.size());
      request.headers[Lower(line.substr(0, colon))] = line.substr(value);
    }
    return request;
  }

  bool ReadMore() {
    char bytes[16384];
    const ssize_t n = recv(fd_, bytes, sizeof bytes, 0);
    if (n <= 0 || buffer_.size() > kLargestRequest) return false;
    buffer_.append(bytes, static_cast<std::size_t>(n));
    return true;
  }

  const int fd_;
  std::string buffer_;
};

std::string Serialize(const Response& response, bool has_body) {
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + " Status\r\n";
  text += "Content-Type: " + response.content_type + "\r\n";
  text += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  for (const auto& [name, value] : response.headers) text += name + ": " + value + "\r\n";
  return text + "\r\n" + (has_body ? response.body : "");
}

int Listen(const std::string& address, int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(static_cast<std::uint16_t>(port));
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (inet_pton(AF_INET, address.c_str(), &at.sin_addr) != 1 ||
      bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 || listen(fd, 256) != 0) {
    close(fd);
    throw std::runtime_error("cannot listen on " + address + ":" + std::to_string(port));
  }
  return fd;
}

int PortOf(int fd) {
  sockaddr_in at{};
  socklen_t size = sizeof at;
  getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size);
  return ntohs(at.sin_port);
}

}  // namespace

struct HttpServer::Impl {
  struct Connection {
    int fd;
    std::atomic<bool> is_over = false;
    std::thread thread;
  };

  Impl(Handler h, std::string a, int wanted_port)
      : handler(std::move(h)), address(std::move(a)), listener(Listen(address, wanted_port)) {}

  const Handler handler;
  const std::string address;
  const int listener;
  std::mutex mutex;  // guards connections and is_stopping
  std::list<Connection> connections;
  bool is_stopping = false;
  std::thread acceptor;

  void Accept() {
    while (true) {
      const int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      const std::lock_guard lock(mutex);
      if (is_stopping) {
        if (fd >= 0) close(fd);
        return;
      }
      if (fd < 0) continue;
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      CloseThose([](const Connection& c) { return c.is_over.load(); });
      Connection& connection = connections.emplace_back();
      connection.fd = fd;
      connection.thread = std::thread([this, &connection] {
        Serve(connection.fd);
        shutdown(connection.fd, SHUT_RDWR);
        connection.is_over = true;
      });
    }
  }

  template <class Predicate>
  void CloseThose(Predicate predicate) {
    std::erase_if(connections, [&](Connection& connection) {
      if (!predicate(connection)) return false;
      connection.thread.join();
      close(connection.fd);
      return true;
    });
  }

  Response Handle(const Request& request) {
    try {
      return handler(request);
    } catch (const std::exception& e) {
      return Response{.status = 500, .body = e.what(), .content_type = "text/plain", .headers = {}};
    }
  }

  void Serve(int fd) {
    RequestReader reader(fd);
    while (const std::optional<Request> request = reader.Next()) {
      const Response response = Handle(*request);
      const std::string answer = Serialize(response, request->method != "HEAD");
      if (response.delivery == Delivery::kHang) Drain(fd);
      if (response.delivery == Delivery::kCutWithin) {
        SendAll(fd, std::string_view(answer).substr(0, answer.size() / 2));
      }
      if (response.delivery != Delivery::kNormal) return;
      SendAll(fd, answer);
      const auto connection = request->headers.find("connection");
      if (connection != request->headers.end() && Lower(connection->second) == "close") return;
    }
  }

  void Stop() {
    {
      const std::lock_guard lock(mutex);
      is_stopping = true;
      for (Connection& connection : connections) shutdown(connection.fd, SHUT_RDWR);
    }
    shutdown(listener, SHUT_RDWR);  // wakes accept
    acceptor.join();
    CloseThose([](const Connection&) { return true; });
    close(listener);
  }
};

HttpServer::HttpServer(Handler handler, const std::string& address, int port)
    : impl_(std::make_unique<Impl>(std::move(handler), address, port)) {
  impl_->acceptor = std::thread([this] { impl_->Accept(); });
}

HttpServer::~HttpServer() { impl_->Stop(); }

int HttpServer::port() const { return PortOf(impl_->listener); }

std::string HttpServer::url() const {
  return "http://" + impl_->address + ":" + std::to_string(port());
}

std::map<std::string, std::string> ParseForm(const std::string& body) {
  const auto decode = [](const std::string& text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '%' && i + 2 < text.size()) {
        decoded += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
        i += 2;
      } else {
        decoded += text[i] == '+' ? ' ' : text[i];
      }
    }
    return decoded;
  };
  std::map<std::string, std::string> form;
  std::size_t begin = 0;
  while (begin < body.size()) {
    const std::size_t end = std::min(body.find('&', begin), body.size());
    const std::string pair = body.substr(begin, end - begin);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    form[decode(pair.substr(0, equals))] = decode(pair.substr(std::min(equals + 1, pair.size())));
    begin = end + 1;
  }
  return form;
}

}  // namespace spillway::fakes
