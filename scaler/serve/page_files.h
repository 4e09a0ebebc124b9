// Made by the build of scaler/serve/page.
#pragma once

#include <span>
#include <string_view>

namespace spillway {

struct PageFile {
  std::string_view name;  // below scaler/serve/page
  std::string_view sha256;
  std::string_view text;
};

std::span<const PageFile> PageFiles();

}  // namespace spillway
