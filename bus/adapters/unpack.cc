#include "bus/adapters/unpack.h"

#include <snappy.h>
#include <zlib.h>

#include <algorithm>
#include <array>

namespace spillway::adapters {
namespace {

using Unpacked = std::variant<std::string, Lost>;

// zlib's numbers for: find out whether it is gzip's or zlib's form, with the largest window.
constexpr int kEitherForm = 15 + 32;

Lost TooLarge(std::size_t max_bytes) {
  return {Loss::kTooLarge, "unpacked it is over " + std::to_string(max_bytes) + " bytes"};
}

class Inflater {
 public:
  Inflater() { inflateInit2(&stream_, kEitherForm); }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  Unpacked Inflate(std::string_view packed, std::size_t max_bytes) {
    // zlib does not write there; its interface is older than const.
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data()));
    stream_.avail_in = static_cast<uInt>(packed.size());
    std::string bytes;
    std::array<char, 1 << 16> block;
    int status = Z_OK;
    while (status == Z_OK) {
      stream_.next_out = reinterpret_cast<Bytef*>(block.data());
      stream_.avail_out = block.size();
      status = inflate(&stream_, Z_NO_FLUSH);
      bytes.append(block.data(), block.size() - stream_.avail_out);
      if (bytes.size() > max_bytes) return TooLarge(max_bytes);
      // Several may stand one after the other (RFC 1952, 2.2).
      if (status == Z_STREAM_END && stream_.avail_in > 0) status = inflateReset(&stream_);
    }
    if (status == Z_STREAM_END) return bytes;
    return Lost{Loss::kBadEncoding,
                status == Z_BUF_ERROR ? "the gzip data end too early" : "these are no gzip data"};
  }

 private:
  z_stream stream_{};
};

Unpacked UnpackGzip(std::string_view packed, std::size_t max_bytes) {
  return Inflater().Inflate(packed, max_bytes);
}

Unpacked UnpackSnappy(std::string_view packed, std::size_t max_bytes) {
  std::size_t length = 0;
  const Lost bad{Loss::kBadEncoding, "these are no snappy data of the block format"};
  if (!snappy::GetUncompressedLength(packed.data(), packed.size(), &length)) return bad;
  if (length > max_bytes) return TooLarge(max_bytes);
  // A few bytes may claim many: nothing is set aside for them unless they are there.
  if (!snappy::IsValidCompressedBuffer(packed.data(), packed.size())) return bad;
  std::string bytes;
  if (!snappy::Uncompress(packed.data(), packed.size(), &bytes)) return bad;
  return bytes;
}

Unpacked Same(std::string_view packed, std::size_t max_bytes) {
  if (packed.size() > max_bytes) return TooLarge(max_bytes);
  return std::string(packed);
}

struct Encoding {
  std::string_view name;
  Unpacked (*unpack)(std::string_view packed, std::size_t max_bytes);
};

constexpr std::array kEncodings = {Encoding{"", Same},
                                   Encoding{"identity", Same},
                                   Encoding{"gzip", UnpackGzip},
                                   Encoding{"x-gzip", UnpackGzip},
                                   Encoding{"deflate", UnpackGzip},
                                   Encoding{"snappy", UnpackSnappy}};

const Encoding* Find(std::string_view name) {
  const auto found = std::find_if(kEncodings.begin(), kEncodings.end(),
                                  [name](const Encoding& e) { return e.name == name; });
  return found == kEncodings.end() ? nullptr : &*found;
}

}  // namespace

bool IsKnownEncoding(std::string_view encoding) { return Find(encoding) != nullptr; }

std::variant<std::string, Lost> Unpack(std::string_view packed, std::string_view encoding,
                                       std::size_t max_bytes) {
  const Encoding* found = Find(encoding);
  if (found == nullptr) {
    return Lost{Loss::kBadEncoding, "expected gzip, deflate, snappy or nothing as encoding"};
  }
  return found->unpack(packed, max_bytes);
}

}  // namespace spillway::adapters
