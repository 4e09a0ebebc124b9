// TLS in front of a fake: takes connections on a port of its own, with a certificate that it made
// itself, and passes on what was said to the fake behind it.
#pragma once

#include <memory>
#include <string>

namespace spillway::fakes {

class TlsFront {
 public:
  // Passes on to `port_behind` of 127.0.0.1. The certificate is for `name`, an IP address. Listens
  // at once on `listen`; port 0 takes a free one.
  explicit TlsFront(int port_behind, const std::string& name = "127.0.0.1",
                    const std::string& listen = "127.0.0.1", int port = 0);
  // Closes all connections and joins all threads.
  ~TlsFront();
  TlsFront(const TlsFront&) = delete;
  TlsFront& operator=(const TlsFront&) = delete;

  int port() const;
  std::string url() const;          // "https://127.0.0.1:PORT"
  std::string certificate() const;  // PEM
  std::string key() const;          // PEM
  std::string pinned_key() const;   // "sha256//BASE64", as HttpTls takes it

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spillway::fakes
