#include "scaler/serve/body.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace spillway {
namespace {

using nlohmann::json;

constexpr std::size_t kShownBytes = 60;
constexpr std::int64_t kMostCapacity = 1'000'000'000'000;

std::string Shown(const json& value) {
  const std::string text = value.dump(-1, ' ', /*ensure_ascii=*/true);
  return text.substr(0, kShownBytes) + (text.size() > kShownBytes ? "…" : "");
}

// Of UTF-8, which the parser has seen to.
std::size_t CharactersIn(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

bool HasControlCharacters(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

std::optional<std::int64_t> IntegerIn(const json& value, std::int64_t least, std::int64_t most) {
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX) return std::nullopt;
  if (!value.is_number_integer()) return std::nullopt;
  const auto number = value.get<std::int64_t>();
  return number >= least && number <= most ? std::optional(number) : std::nullopt;
}

}  // namespace

Body::Body(std::string_view text) : tree_(std::make_unique<json>(json::object())) {
  if (text.empty()) return;
  json read = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (read.is_object()) {
    *tree_ = std::move(read);
  } else {
    Fail("", read.is_discarded() ? "expected JSON" : "expected a JSON object, got " + Shown(read));
  }
}

Body::~Body() = default;

bool Body::Has(const std::string& name) const {
  const auto found = tree_->find(name);
  return found != tree_->end() && !found->is_null();
}

const json* Body::Find(const std::string& name) {
  asked_.insert(name);
  return Has(name) ? &(*tree_)[name] : nullptr;
}

std::optional<std::string> Body::Text(const std::string& name, std::size_t most) {
  const json* value = Find(name);
  if (value == nullptr) return std::nullopt;
  const auto* text = value->get_ptr<const std::string*>();
  if (text != nullptr && CharactersIn(*text) <= most && !HasControlCharacters(*text)) return *text;
  Fail(name, fmt::format("expected a line of at most {} characters, got {}", most, Shown(*value)));
  return std::nullopt;
}

std::optional<std::int64_t> Body::Integer(const std::string& name, std::int64_t least,
                                          std::int64_t most) {
  const json* value = Find(name);
  if (value == nullptr) return std::nullopt;
  const std::optional<std::int64_t> number = IntegerIn(*value, least, most);
  if (!number) {
    Fail(name,
         fmt::format("expected an integer from {} to {}, got {}", least, most, Shown(*value)));
  }
  return number;
}

std::optional<Capacity> Body::CapacityOf(const std::string& name) {
  const json* value = Find(name);
  if (value == nullptr) return std::nullopt;
  const auto part = [&](const char* member) {
    const auto found = value->is_object() ? value->find(member) : value->end();
    const std::optional<std::int64_t> number = !value->is_object() || found == value->end()
                                                   ? std::nullopt
                                                   : IntegerIn(*found, 0, kMostCapacity);
    if (!number) Fail(name + "." + member, "expected an integer of 0 or more");
    return number;
  };
  const std::optional<std::int64_t> vcpu = part("vcpu");
  const std::optional<std::int64_t> memory_mib = part("memory_mib");
  if (value->is_object() && value->size() > 2) {
    Fail(name, "expected vcpu and memory_mib and nothing else");
  }
  if (!vcpu || !memory_mib) return std::nullopt;
  return Capacity{*vcpu, *memory_mib};
}

bool Body::Flag(const std::string& name) {
  const json* value = Find(name);
  if (value == nullptr) return false;
  if (value->is_boolean()) return value->get<bool>();
  Fail(name, "expected true or false, got " + Shown(*value));
  return false;
}

void Body::Fail(const std::string& path, std::string message) {
  errors_.push_back({path.empty() ? "body" : "body." + path, std::move(message)});
}

void Body::Finish() {
  for (const auto& [name, value] : tree_->items()) {
    if (asked_.contains(name)) continue;
    Fail(name.substr(0, kShownBytes),
         fmt::format("is not known here: there are {}", fmt::join(asked_, ", ")));
  }
  if (!errors_.empty()) throw Invalid(std::move(errors_));
}

}  // namespace spillway
