#include "scaler/runtime/tls.h"

#include <boost/asio/ssl/context.hpp>
#include <stdexcept>
#include <string>

namespace spillway {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

namespace {

void Check(const error_code& error, const std::string& file, const std::string& expected) {
  if (!error) return;
  throw std::runtime_error("serve: " + file + ": expected " + expected + ": " + error.message());
}

}  // namespace

std::shared_ptr<ssl::context> ReadTls(const TlsFiles& files) {
  const auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  context->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 |
                       ssl::context::no_sslv3 | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
  // Nobody is there to be asked for one.
  context->set_password_callback([](std::size_t, ssl::context::password_purpose) { return ""; });
  error_code error;
  context->use_certificate_chain_file(files.certificate, error);
  Check(error, files.certificate, "a certificate in PEM");
  context->use_private_key_file(files.key, ssl::context::pem, error);
  Check(error, files.key, "the key of " + files.certificate + " in PEM, without a password");
  return context;
}

}  // namespace spillway
