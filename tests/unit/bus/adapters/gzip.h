// Bodies as clients pack them.
#pragma once

#include <zlib.h>

#include <stdexcept>
#include <string>

namespace spillway::adapters {

// `window`: zlib's, which also says the form.
inline std::string Deflated(const std::string& text, int window) {
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int status = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END) throw std::runtime_error("cannot deflate");
  return packed;
}

inline std::string Gzip(const std::string& text) { return Deflated(text, 15 + 16); }
inline std::string Zlib(const std::string& text) { return Deflated(text, 15); }

}  // namespace spillway::adapters
