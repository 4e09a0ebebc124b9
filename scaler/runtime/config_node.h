// Configuration as a tree in which every place knows its path and line. Reading never throws: a
// wrong value gives an error with path and expectation, and the default; so all errors of a file
// come at once.
//
//   const int port = node.Integer("port").Between(1, 65535).Or(9464);
//   for (const ConfigNode& pool : node.List("ladder")) …
//   node.Finish();   // what nobody asked for is an unknown key, and an error
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scaler/model/capacity.h"
#include "scaler/model/money.h"
#include "scaler/model/time.h"

namespace spillway {

struct ConfigError {
  std::string path;  // "clusters[0].limits.max_hosts"; empty: the file as a whole
  int line = 0;      // 1 and up; 0 when not known
  std::string message;

  friend bool operator==(const ConfigError&, const ConfigError&) = default;
};

// "clusters[0].limits.max_hosts (line 12): expected an integer of 1 or more, got \"ten\"".
std::string Describe(const ConfigError& error);

// The file as a whole: the tree, lines by path, and the errors found so far.
class ConfigDocument {
 public:
  ConfigDocument(const nlohmann::json& tree, std::map<std::string, int> lines);
  ~ConfigDocument();
  ConfigDocument(const ConfigDocument&) = delete;
  ConfigDocument& operator=(const ConfigDocument&) = delete;

  class ConfigNode Root();
  // In the order of lines.
  std::vector<ConfigError> Errors() const;

 private:
  friend class ConfigNode;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A value that was asked for, on its way out: checks, then Or() or Required(). A missing or null
// value passes every check.
template <class T>
class ConfigValue;

// A place in the document. Cheap to copy; the document outlives it.
class ConfigNode {
 public:
  const std::string& path() const { return path_; }
  bool IsMissing() const;
  bool Has(const std::string& key) const;

  // The member `key` of a mapping; a missing node when there is none.
  ConfigNode operator[](const std::string& key) const;
  // Members of a mapping in the order of their names, all of them taken as asked for.
  std::vector<std::pair<std::string, ConfigNode>> Members(const std::string& key) const;
  // Entries of a sequence; none when missing.
  std::vector<ConfigNode> List(const std::string& key) const;

  ConfigValue<std::int64_t> Integer(const std::string& key) const;
  ConfigValue<double> Number(const std::string& key) const;
  ConfigValue<bool> Boolean(const std::string& key) const;
  ConfigValue<std::string> String(const std::string& key) const;
  ConfigValue<std::vector<std::string>> Strings(const std::string& key) const;
  // "90s", "5m", "1h30m", "2d", "250ms".
  ConfigValue<Duration> DurationOf(const std::string& key) const;
  // "32GiB", "512MiB", "1TiB": in MiB.
  ConfigValue<std::int64_t> MemoryMib(const std::string& key) const;
  // A number of 0 or more, in units of the currency.
  ConfigValue<Money> Amount(const std::string& key) const;
  // A mapping {vcpu, memory}; both are required.
  ConfigValue<Capacity> CapacityOf(const std::string& key) const;
  // One of `words`, given back as `values[i]`. REQUIRES: as many values as words.
  template <class E>
  ConfigValue<E> OneOf(const std::string& key,
                       const std::vector<std::pair<std::string_view, E>>& choices) const;

  // This node itself as a string (an entry of a list of strings).
  std::string AsString() const;

  // Records an error at this place.
  void Fail(std::string message) const;
  // Every member that nobody asked for is recorded as an unknown key, with what was possible.
  void Finish() const;

 private:
  friend class ConfigDocument;
  template <class T>
  friend class ConfigValue;
  ConfigNode(ConfigDocument* document, const nlohmann::json* value, std::string path)
      : document_(document), value_(value), path_(std::move(path)) {}
  std::string ShowValue() const;

  ConfigDocument* document_;
  const nlohmann::json* value_;  // null: missing
  std::string path_;
};

template <class T>
class ConfigValue {
 public:
  // The value, or `fallback` when it is missing or was wrong.
  T Or(T fallback) const { return value_ ? *value_ : fallback; }
  // The value; a missing one is an error and gives T{}.
  T Required() const {
    if (!value_ && node_.IsMissing()) node_.Fail("is required: " + expected_);
    return value_.value_or(T{});
  }
  std::optional<T> Optional() const { return value_; }

  // Numbers, durations and amounts: an error outside the bounds. `AtLeast` and `Between` say the
  // bound in the message in the form in which it would be written.
  ConfigValue AtLeast(T least) const {
    return Check(!value_ || *value_ >= least, "of at least ", least);
  }
  ConfigValue Above(T bound) const { return Check(!value_ || *value_ > bound, "above ", bound); }
  ConfigValue Between(T least, T most) const {
    return AtLeast(least).Check(!value_ || *value_ <= most, "of at most ", most);
  }

 private:
  friend class ConfigNode;
  ConfigValue(ConfigNode node, std::string expected, std::optional<T> value)
      : node_(std::move(node)), expected_(std::move(expected)), value_(std::move(value)) {}

  ConfigValue Check(bool holds, const char* relation, T bound) const;

  ConfigNode node_;
  std::string expected_;  // "a duration such as 90s or 5m"
  std::optional<T> value_;
};

}  // namespace spillway
