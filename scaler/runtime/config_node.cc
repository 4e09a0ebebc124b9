#include "scaler/runtime/config_node.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "scaler/runtime/units.h"

namespace spillway {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestShown = 60;
constexpr double kLargestAmount = 1e12;

// As JSON on one line. Texts of the file may hold anything; none of it may fail or flood a message.
std::string Dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string Shortened(std::string text) {
  if (text.size() <= kLongestShown) return text;
  std::size_t end = kLongestShown;
  while ((static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // not within a character
  return text.substr(0, end) + "…";
}

bool IsPlainWord(const std::string& key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

std::string ShowInteger(std::int64_t value) { return std::to_string(value); }
std::string ShowNumber(double value) { return Dump(json(value)); }
std::string ShowAmount(Money value) { return Dump(json(value.ToDouble())); }

// How many letters must be put in, left out or changed to get from `a` to `b`.
std::size_t EditDistance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t change = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({change, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::string UnknownKey(const std::string& key, const std::set<std::string>& possible) {
  if (possible.empty()) return "unknown key; no key is possible here";
  const auto distance = [&key](const std::string& word) { return EditDistance(key, word); };
  const std::string& nearest =
      *std::min_element(possible.begin(), possible.end(),
                        [&](const auto& a, const auto& b) { return distance(a) < distance(b); });
  std::string message = "unknown key";
  if (distance(nearest) <= std::max<std::size_t>(1, nearest.size() / 3)) {
    message += " (did you mean " + nearest + "?)";
  }
  std::string words;
  for (const std::string& word : possible) words += (words.empty() ? "" : ", ") + word;
  return message + "; possible: " + words;
}

}  // namespace

std::string Describe(const ConfigError& error) {
  std::string text = error.path.empty() ? "the file" : error.path;
  if (error.line > 0) text += " (line " + std::to_string(error.line) + ")";
  return text + ": " + error.message;
}

std::string MemberPath(const std::string& path, const std::string& key) {
  if (!IsPlainWord(key)) return path + "[" + Shortened(Dump(json(key))) + "]";
  return path.empty() ? key : path + "." + key;
}

std::string EntryPath(const std::string& path, std::size_t index) {
  return path + "[" + std::to_string(index) + "]";
}

struct ConfigDocument::Impl {
  json tree;
  std::map<std::string, int> lines;
  std::vector<ConfigError> errors;
  std::map<std::string, std::set<std::string>> asked;  // keys by the path of their mapping

  // The line of the nearest place at or above `path` that has one: a missing member is reported
  // where its mapping stands.
  int LineOf(std::string path) const {
    while (true) {
      const auto found = lines.find(path);
      if (found != lines.end()) return found->second;
      if (path.empty()) return 0;
      const std::size_t end = path.find_last_of(".[");
      path.resize(end == std::string::npos ? 0 : end);
    }
  }
};

ConfigDocument::ConfigDocument(const json& tree, std::map<std::string, int> lines)
    : impl_(std::make_unique<Impl>(Impl{tree, std::move(lines), {}, {}})) {}

ConfigDocument::~ConfigDocument() = default;

ConfigNode ConfigDocument::Root() { return {this, &impl_->tree, ""}; }

std::vector<ConfigError> ConfigDocument::Errors() const {
  std::vector<ConfigError> errors;
  for (const ConfigError& error : impl_->errors) {
    if (std::find(errors.begin(), errors.end(), error) == errors.end()) errors.push_back(error);
  }
  std::stable_sort(errors.begin(), errors.end(),
                   [](const auto& a, const auto& b) { return a.line < b.line; });
  return errors;
}

bool ConfigNode::IsMissing() const { return value_ == nullptr || value_->is_null(); }

bool ConfigNode::Has(const std::string& key) const { return !(*this)[key].IsMissing(); }

bool ConfigNode::IsString() const { return !IsMissing() && value_->is_string(); }

bool ConfigNode::CheckMapping() const {
  if (IsMissing()) return false;
  if (!value_->is_object()) Fail("expected a mapping, got " + ShowValue());
  return value_->is_object();
}

ConfigNode ConfigNode::operator[](const std::string& key) const {
  document_->impl_->asked[path_].insert(key);
  ConfigNode member(document_, nullptr, MemberPath(path_, key));
  if (CheckMapping()) {
    const auto found = value_->find(key);
    if (found != value_->end()) member.value_ = &*found;
  } else {
    member.below_error_ = below_error_ || !IsMissing();
  }
  return member;
}

std::vector<std::pair<std::string, ConfigNode>> ConfigNode::Members(const std::string& key) const {
  std::vector<std::pair<std::string, ConfigNode>> members;
  const ConfigNode mapping = (*this)[key];
  if (!mapping.CheckMapping()) return members;
  for (const auto& [name, value] : mapping.value_->items())
    members.emplace_back(name, mapping[name]);
  return members;
}

std::vector<ConfigNode> ConfigNode::List(const std::string& key) const {
  std::vector<ConfigNode> entries;
  const ConfigNode list = (*this)[key];
  if (list.IsMissing()) return entries;
  if (!list.value_->is_array()) {
    list.Fail("expected a list, got " + list.ShowValue());
    return entries;
  }
  for (const json& entry : *list.value_) {
    entries.push_back({document_, &entry, EntryPath(list.path_, entries.size())});
  }
  return entries;
}

ConfigValue<std::int64_t> ConfigNode::Integer(const std::string& key) const {
  const ConfigNode node = (*this)[key];
  std::optional<std::int64_t> value;
  if (!node.IsMissing() && node.value_->is_number_integer()) {
    // Unsigned is how the tree holds what is larger than any signed integer.
    const bool fits = !node.value_->is_number_unsigned() ||
                      std::in_range<std::int64_t>(node.value_->get<std::uint64_t>());
    if (fits) value = node.value_->get<std::int64_t>();
  }
  return {node, "an integer", "", value, ShowInteger};
}

ConfigValue<double> ConfigNode::Number(const std::string& key) const {
  const ConfigNode node = (*this)[key];
  std::optional<double> value;
  if (!node.IsMissing() && node.value_->is_number()) value = node.value_->get<double>();
  if (value && !std::isfinite(*value)) value.reset();
  return {node, "a number", "", value, ShowNumber};
}

ConfigValue<bool> ConfigNode::Boolean(const std::string& key) const {
  const ConfigNode node = (*this)[key];
  std::optional<bool> value;
  if (!node.IsMissing() && node.value_->is_boolean()) value = node.value_->get<bool>();
  return {node, "true or false", "", value};
}

ConfigValue<std::string> ConfigNode::String(const std::string& key) const {
  const ConfigNode node = (*this)[key];
  const bool needs_quotes = !node.IsMissing() && node.value_->is_primitive();
  return {node, needs_quotes ? "a string (in quotes)" : "a string", "", node.Text()};
}

ConfigValue<std::vector<std::string>> ConfigNode::Strings(const std::string& key) const {
  const ConfigNode node = (*this)[key];
  ConfigValue<std::vector<std::string>> value(node, "a list of strings", "", std::nullopt);
  if (node.IsMissing() || !node.value_->is_array()) return value;
  const std::size_t errors_before = document_->impl_->errors.size();
  std::vector<std::string> texts;
  for (const ConfigNode& entry : List(key)) texts.push_back(entry.AsString());
  value.is_reported_ = document_->impl_->errors.size() > errors_before;
  if (!value.is_reported_) value.value_ = std::move(texts);
  return value;
}

ConfigValue<Duration> ConfigNode::DurationOf(const std::string& key) const {
  const ConfigNode node = (*this)[key];
  const std::optional<std::string> text = node.Text();
  const auto value = text ? ParseDuration(*text) : std::nullopt;
  return {node, "a duration", "90s or 1h30m", value, FormatDuration};
}

ConfigValue<std::int64_t> ConfigNode::MemoryMib(const std::string& key) const {
  const ConfigNode node = (*this)[key];
  const std::optional<std::string> text = node.Text();
  const auto value = text ? ParseMemoryMib(*text) : std::nullopt;
  return {node, "an amount of memory", "512MiB or 32GiB", value, FormatMemoryMib};
}

ConfigValue<Money> ConfigNode::Amount(const std::string& key) const {
  const ConfigNode node = (*this)[key];
  std::optional<Money> value;
  if (!node.IsMissing() && node.value_->is_number()) {
    const double units = node.value_->get<double>();
    if (units >= 0 && units <= kLargestAmount) value = Money::FromDouble(units);
  }
  ConfigValue<Money> amount(node, "an amount", "", value, ShowAmount);
  amount.bounds_ = " of 0 or more";
  return amount;
}

ConfigValue<Capacity> ConfigNode::CapacityOf(const std::string& key) const {
  const ConfigNode node = (*this)[key];
  ConfigValue<Capacity> value(node, "a mapping {vcpu, memory}", "{vcpu: 8, memory: 32GiB}",
                              std::nullopt);
  if (node.IsMissing() || !node.value_->is_object()) return value;
  const std::size_t errors_before = document_->impl_->errors.size();
  Capacity capacity;
  capacity.vcpu = node.Integer("vcpu").AtLeast(0).Required();
  capacity.memory_mib = node.MemoryMib("memory").Required();
  node.Finish();
  value.is_reported_ = document_->impl_->errors.size() > errors_before;
  if (!value.is_reported_) value.value_ = capacity;
  return value;
}

std::string ConfigNode::AsString() const {
  const std::optional<std::string> text = Text();
  if (!text) Fail("expected a string, got " + ShowValue());
  return text.value_or("");
}

std::int64_t ConfigNode::AsInteger() const {
  if (!IsMissing() && value_->is_number_integer()) return value_->get<std::int64_t>();
  Fail("expected an integer, got " + ShowValue());
  return 0;
}

void ConfigNode::Fail(std::string message) const {
  document_->impl_->errors.push_back({path_, document_->impl_->LineOf(path_), std::move(message)});
}

void ConfigNode::Finish() const {
  if (!CheckMapping()) return;
  const std::set<std::string>& asked = document_->impl_->asked[path_];
  for (const auto& [key, value] : value_->items()) {
    if (asked.contains(key)) continue;
    ConfigNode(document_, &value, MemberPath(path_, key)).Fail(UnknownKey(key, asked));
  }
}

std::string ConfigNode::ShowValue() const {
  if (IsMissing()) return "nothing";
  if (value_->is_object()) return "a mapping";
  if (value_->is_array()) return "a list";
  return Shortened(Dump(*value_));
}

std::optional<std::string> ConfigNode::Text() const {
  if (IsMissing() || !value_->is_string()) return std::nullopt;
  return value_->get<std::string>();
}

}  // namespace spillway
