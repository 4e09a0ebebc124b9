#include "tests/fakes/tls_front.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <list>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "scaler/runtime/http_client.h"

namespace spillway::fakes {
namespace {

template <auto free>
struct Freeing {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freeing<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freeing<X509_free>>;
using Context = std::unique_ptr<SSL_CTX, Freeing<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Freeing<SSL_free>>;
using Bio = std::unique_ptr<BIO, Freeing<BIO_free>>;

Certificate SelfSigned(EVP_PKEY* key, const std::string& name) {
  Certificate certificate(X509_new());
  X509* x509 = certificate.get();
  X509_set_version(x509, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
  X509_gmtime_adj(X509_getm_notBefore(x509), -3600);
  X509_gmtime_adj(X509_getm_notAfter(x509), 24 * 3600);
  X509_set_pubkey(x509, key);
  X509_NAME* subject = X509_get_subject_name(x509);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(x509, subject);
  const std::string names = "IP:" + name;
  X509_EXTENSION* extension =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
  if (extension == nullptr) throw std::runtime_error("no certificate for " + name);
  X509_add_ext(x509, extension, -1);
  X509_EXTENSION_free(extension);
  if (X509_sign(x509, key, EVP_sha256()) == 0) throw std::runtime_error("no self-signed key");
  return certificate;
}

std::string TextOf(BIO* text) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(text, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

std::string Pem(X509* certificate) {
  const Bio text(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(text.get(), certificate);
  return TextOf(text.get());
}

std::string Pem(EVP_PKEY* key) {
  const Bio text(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(text.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return TextOf(text.get());
}

std::string PinOf(X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned digest_size = 0;
  EVP_Digest(der, static_cast<std::size_t>(size), digest.data(), &digest_size, EVP_sha256(),
             nullptr);
  OPENSSL_free(der);
  return "sha256//" + Base64({reinterpret_cast<const char*>(digest.data()), digest_size});
}

sockaddr_in Address(const std::string& address, int port) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(static_cast<std::uint16_t>(port));
  inet_pton(AF_INET, address.c_str(), &at.sin_addr);
  return at;
}

int Listen(const std::string& address, int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in at = Address(address, port);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0 || listen(fd, 64) != 0) {
    close(fd);
    throw std::runtime_error("cannot listen on " + address + ":" + std::to_string(port));
  }
  return fd;
}

// What came over TLS goes to `behind`, until either side is done.
bool PassIn(SSL* session, int behind) {
  std::array<char, 16384> bytes{};
  do {
    const int size = SSL_read(session, bytes.data(), static_cast<int>(bytes.size()));
    if (size <= 0) return SSL_get_error(session, size) == SSL_ERROR_WANT_READ;
    if (send(behind, bytes.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL) != size) {
      return false;
    }
  } while (SSL_pending(session) > 0);
  return true;
}

bool PassOut(int behind, SSL* session) {
  std::array<char, 16384> bytes{};
  const ssize_t size = recv(behind, bytes.data(), bytes.size(), 0);
  return size > 0 && SSL_write(session, bytes.data(), static_cast<int>(size)) > 0;
}

}  // namespace

struct TlsFront::Impl {
  struct Connection {
    int front;
    int behind;
    std::atomic<bool> is_over = false;
    std::thread thread;
  };

  Impl(int p, const std::string& name, std::string l, int port)
      : port_behind(p),
        listen(std::move(l)),
        key(EVP_EC_gen("P-256")),
        certificate(SelfSigned(key.get(), name)),
        context(SSL_CTX_new(TLS_server_method())),
        listener(Listen(listen, port)) {
    SSL_CTX_use_certificate(context.get(), certificate.get());
    SSL_CTX_use_PrivateKey(context.get(), key.get());
    // Else a read waits for data where only the protocol's own words came.
    SSL_CTX_clear_mode(context.get(), SSL_MODE_AUTO_RETRY);
    acceptor = std::thread([this] { Accept(); });
  }

  const int port_behind;
  const std::string listen;
  const Key key;
  const Certificate certificate;
  const Context context;
  const int listener;
  std::mutex mutex;  // guards connections and is_stopping
  std::list<Connection> connections;
  bool is_stopping = false;
  std::thread acceptor;

  void Accept() {
    // OpenSSL writes to connections that may be closed; a thread's mask is that of its maker.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    while (true) {
      const int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      const std::lock_guard lock(mutex);
      if (is_stopping) {
        if (fd >= 0) close(fd);
        return;
      }
      if (fd < 0) continue;
      CloseThose([](const Connection& c) { return c.is_over.load(); });
      Connection& connection = connections.emplace_back();
      connection.front = fd;
      connection.behind = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      connection.thread = std::thread([this, &connection] {
        Serve(connection);
        shutdown(connection.front, SHUT_RDWR);
        shutdown(connection.behind, SHUT_RDWR);
        connection.is_over = true;
      });
    }
  }

  void Serve(const Connection& connection) const {
    const sockaddr_in at = Address("127.0.0.1", port_behind);
    const Session session(SSL_new(context.get()));
    SSL_set_fd(session.get(), connection.front);
    if (SSL_accept(session.get()) != 1) return;
    if (connect(connection.behind, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0) return;
    while (true) {
      pollfd ends[] = {{connection.front, POLLIN, 0}, {connection.behind, POLLIN, 0}};
      if (poll(ends, 2, -1) < 0) return;
      if (ends[0].revents != 0 && !PassIn(session.get(), connection.behind)) return;
      if (ends[1].revents != 0 && !PassOut(connection.behind, session.get())) return;
    }
  }

  template <class Predicate>
  void CloseThose(Predicate predicate) {
    std::erase_if(connections, [&](Connection& connection) {
      if (!predicate(connection)) return false;
      connection.thread.join();
      close(connection.front);
      close(connection.behind);
      return true;
    });
  }

  void Stop() {
    {
      const std::lock_guard lock(mutex);
      is_stopping = true;
      for (Connection& connection : connections) {
        shutdown(connection.front, SHUT_RDWR);
        shutdown(connection.behind, SHUT_RDWR);
      }
    }
    shutdown(listener, SHUT_RDWR);  // wakes accept
    acceptor.join();
    CloseThose([](const Connection&) { return true; });
    close(listener);
  }
};

TlsFront::TlsFront(int port_behind, const std::string& name, const std::string& listen, int port)
    : impl_(std::make_unique<Impl>(port_behind, name, listen, port)) {}

TlsFront::~TlsFront() { impl_->Stop(); }

int TlsFront::port() const {
  sockaddr_in at{};
  socklen_t size = sizeof at;
  getsockname(impl_->listener, reinterpret_cast<sockaddr*>(&at), &size);
  return ntohs(at.sin_port);
}

std::string TlsFront::url() const {
  return "https://" + impl_->listen + ":" + std::to_string(port());
}

std::string TlsFront::certificate() const { return Pem(impl_->certificate.get()); }
std::string TlsFront::key() const { return Pem(impl_->key.get()); }
std::string TlsFront::pinned_key() const { return PinOf(impl_->certificate.get()); }

}  // namespace spillway::fakes
