// The page at `/`: the files of scaler/serve/page, which the build makes part of the program. They
// hold no data and need no token; what they show they ask the API for, with the token of who looks.
#pragma once

#include <optional>

#include "scaler/runtime/http_server.h"

namespace spillway {

// Nothing when no file of the page has the path: `/` is index.html, others are below `/page/`.
// Throws a Problem for methods other than GET and HEAD.
std::optional<HttpAnswer> PageAnswer(const HttpQuestion& question);

}  // namespace spillway
