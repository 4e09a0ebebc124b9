// What a server shows to those who connect to it.
#pragma once

#include <memory>

#include "scaler/runtime/http_server.h"

namespace boost::asio::ssl {
class context;
}

namespace spillway {

// Throws std::runtime_error naming the file, and what is wrong with it.
std::shared_ptr<boost::asio::ssl::context> ReadTls(const TlsFiles& files);

}  // namespace spillway
