// Addresses that others are reached at, judged before anything is sent there.
#pragma once

#include <string>
#include <string_view>

namespace spillway {

// Why nothing may be sent there; empty when it may: https anywhere, http on this machine, and
// elsewhere where `plain_text` says that it is meant. Never repeats the address, which may be a
// secret.
std::string ComplaintAboutUrl(std::string_view url, bool plain_text);

}  // namespace spillway
