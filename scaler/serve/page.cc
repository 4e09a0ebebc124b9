#include "scaler/serve/page.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "scaler/serve/page_files.h"
#include "scaler/serve/problem.h"

namespace spillway {
namespace {

constexpr std::string_view kBelow = "/page/";

// Scripts, styles, pictures and data come from here and from nowhere else, and nobody frames it.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

struct MediaType {
  std::string_view ending;
  const char* type;
};
constexpr std::array kTypes = {
    MediaType{".html", "text/html; charset=utf-8"}, MediaType{".css", "text/css; charset=utf-8"},
    MediaType{".js", "text/javascript; charset=utf-8"}, MediaType{".svg", "image/svg+xml"}};

const char* TypeOf(std::string_view name) {
  const auto found = std::find_if(kTypes.begin(), kTypes.end(), [&](const MediaType& type) {
    return name.ends_with(type.ending);
  });
  return found == kTypes.end() ? "application/octet-stream" : found->type;
}

const PageFile* Find(std::string_view path) {
  if (path == "/") path = "/page/index.html";
  if (!path.starts_with(kBelow)) return nullptr;
  path.remove_prefix(kBelow.size());
  const std::span<const PageFile> files = PageFiles();
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const PageFile& file) { return file.name == path; });
  return found == files.end() ? nullptr : &*found;
}

}  // namespace

std::optional<HttpAnswer> PageAnswer(const HttpQuestion& question) {
  const PageFile* const file = Find(question.path);
  if (file == nullptr) return std::nullopt;
  if (question.method != "GET" && question.method != "HEAD") {
    throw Problem(405, "method_not_allowed", "expected GET, HEAD for " + question.path)
        .With("Allow", "GET, HEAD");
  }
  const std::string tag = "\"" + std::string(file->sha256) + "\"";
  HttpAnswer answer{200,
                    TypeOf(file->name),
                    "",
                    {{"ETag", tag},
                     {"Cache-Control", "no-cache"},  // kept, and asked for again by its tag
                     {"Content-Security-Policy", kPolicy},
                     {"X-Content-Type-Options", "nosniff"},
                     {"Referrer-Policy", "no-referrer"}}};
  if (question.Header("if-none-match").find(tag) != std::string_view::npos) {
    answer.status = 304;
  } else {
    answer.body = file->text;
  }
  return answer;
}

}  // namespace spillway
