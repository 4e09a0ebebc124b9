// Configuration as a tree in which every place knows its path and line. Reading never throws: a
// wrong value gives an error with path and expectation, and the default; so all errors of a file
// come at once.
//
//   const int port = node.Integer("port").Between(1, 65535).Or(9464);
//   for (const ConfigNode& pool : node.List("ladder")) …
//   node.Finish();   // what nobody asked for is an unknown key, and an error
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
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

// The path of a member: "limits.max_hosts"; a key that is not a plain word is quoted:
// "prices[\"m5.large\"]".
std::string MemberPath(const std::string& path, const std::string& key);
// The path of an entry of a list: "ladder[0]".
std::string EntryPath(const std::string& path, std::size_t index);

class ConfigNode;

// The file as a whole: the tree, lines by path, and the errors found so far.
class ConfigDocument {
 public:
  ConfigDocument(const nlohmann::json& tree, std::map<std::string, int> lines);
  ~ConfigDocument();
  ConfigDocument(const ConfigDocument&) = delete;
  ConfigDocument& operator=(const ConfigDocument&) = delete;

  ConfigNode Root();
  // In the order of lines, each once.
  std::vector<ConfigError> Errors() const;

 private:
  friend class ConfigNode;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A value that was asked for, on its way out: checks, then Or(), Required() or Optional(), which
// report what is wrong. A missing or null value passes every check.
template <class T>
class ConfigValue;

// A place in the document. Cheap to copy; the document outlives it.
class ConfigNode {
 public:
  const std::string& path() const { return path_; }
  bool IsMissing() const;
  bool Has(const std::string& key) const;
  // For a place that may hold a word or a mapping.
  bool IsString() const;

  // The member `key` of a mapping; a missing node when there is none.
  ConfigNode operator[](const std::string& key) const;
  // Members of the mapping `key` in the order of their names, all of them taken as asked for.
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
  // One of the words of `choices`, given back as the value that stands beside it.
  template <class E>
  ConfigValue<E> OneOf(const std::string& key,
                       const std::vector<std::pair<std::string_view, E>>& choices) const;

  // This node itself as a string (an entry of a list of strings).
  std::string AsString() const;
  // This node itself as an integer (an entry of a list); 0 and an error when it is none.
  std::int64_t AsInteger() const;

  // Records an error at this place.
  void Fail(std::string message) const;
  // Every member that nobody asked for is recorded as an unknown key, with what was possible. Does
  // not look into members.
  void Finish() const;

 private:
  friend class ConfigDocument;
  template <class T>
  friend class ConfigValue;
  ConfigNode(ConfigDocument* document, const nlohmann::json* value, std::string path)
      : document_(document), value_(value), path_(std::move(path)) {}

  // The value as it appears in errors; short.
  std::string ShowValue() const;
  // The text of a string; nothing for anything else.
  std::optional<std::string> Text() const;
  // Whether this is a mapping. Something else is an error.
  bool CheckMapping() const;

  ConfigDocument* document_;
  const nlohmann::json* value_;  // null: missing
  std::string path_;
  bool below_error_ = false;  // missing because the place above is wrong: not an error by itself
};

template <class T>
class [[nodiscard]] ConfigValue {
 public:
  // The value, or `fallback` when it is missing or was wrong.
  T Or(T fallback) const {
    Report();
    return value_ ? *value_ : std::move(fallback);
  }
  // An integer as the type of `fallback`; one that does not fit is an error.
  template <std::integral I>
  requires std::same_as<T, std::int64_t> I Or(I fallback)
  const {
    const bool fits = !value_ || std::in_range<I>(*value_);
    const std::string range = std::to_string(std::numeric_limits<I>::min()) + " to " +
                              std::to_string(std::numeric_limits<I>::max());
    const ConfigValue checked = fits ? *this : Check(false, "from " + range);
    checked.Report();
    return checked.value_ ? static_cast<I>(*checked.value_) : fallback;
  }
  // The value; a missing one is an error and gives T{}.
  T Required() const {
    if (node_.IsMissing() && !node_.below_error_) node_.Fail("is required: " + Expected());
    return Or(T{});
  }
  // The value; nothing when it is missing or was wrong.
  std::optional<T> Optional() const {
    Report();
    return value_;
  }

  // Integers, numbers, durations, memory and amounts: an error outside the bounds. The message says
  // the bound in the form in which it would be written.
  ConfigValue AtLeast(T least) const {
    return Check(!value_ || *value_ >= least, "of " + show_(least) + " or more");
  }
  ConfigValue AtMost(T most) const {
    return Check(!value_ || *value_ <= most, "of " + show_(most) + " or less");
  }
  ConfigValue Above(T bound) const {
    return Check(!value_ || *value_ > bound, "above " + show_(bound));
  }
  ConfigValue Between(T least, T most) const {
    return Check(!value_ || (*value_ >= least && *value_ <= most),
                 "from " + show_(least) + " to " + show_(most));
  }

 private:
  friend class ConfigNode;
  ConfigValue(ConfigNode node, std::string what, std::string example, std::optional<T> value,
              std::string (*show)(T) = nullptr)
      : node_(std::move(node)),
        what_(std::move(what)),
        example_(std::move(example)),
        value_(std::move(value)),
        show_(show) {}

  ConfigValue Check(bool holds, const std::string& bound) const {
    ConfigValue checked = *this;
    checked.bounds_ += (bounds_.empty() ? " " : " and ") + bound;
    if (!holds) checked.value_.reset();
    return checked;
  }
  std::string Expected() const {
    return what_ + bounds_ + (example_.empty() ? "" : ", such as " + example_);
  }
  void Report() const {
    if (value_ || is_reported_ || node_.IsMissing()) return;
    node_.Fail("expected " + Expected() + ", got " + node_.ShowValue());
  }

  ConfigNode node_;
  std::string what_;     // "an integer"
  std::string bounds_;   // " of 1 or more"
  std::string example_;  // "90s or 5m"; may be empty
  std::optional<T> value_;
  std::string (*show_)(T);    // null where there is nothing to compare
  bool is_reported_ = false;  // what is wrong with it was recorded further below
};

template <class E>
ConfigValue<E> ConfigNode::OneOf(const std::string& key,
                                 const std::vector<std::pair<std::string_view, E>>& choices) const {
  const ConfigNode node = (*this)[key];
  const std::optional<std::string> text = node.Text();
  std::string words;
  std::optional<E> chosen;
  for (const auto& [word, value] : choices) {
    words.append(words.empty() ? "" : ", ").append(word);
    if (text == word) chosen = value;
  }
  return ConfigValue<E>(node, "one of " + words, "", chosen);
}

}  // namespace spillway
