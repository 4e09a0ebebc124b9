#include "scaler/runtime/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "scaler/runtime/config_node.h"

namespace spillway {
namespace {

using nlohmann::json;

constexpr std::size_t kDeepest = 64;
constexpr std::string_view kDigits = "0123456789";

[[noreturn]] void FailAt(const YAML::Mark& mark, const std::string& message) {
  if (mark.is_null()) throw std::runtime_error(message);
  throw std::runtime_error("line " + std::to_string(mark.line + 1) + ", column " +
                           std::to_string(mark.column + 1) + ": " + message);
}

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

json Integer(const std::string& text, const YAML::Mark& mark) {
  const bool has_base = text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'o');
  const int base = !has_base ? 10 : text[1] == 'x' ? 16 : 8;
  try {
    return std::stoll(has_base ? text.substr(2) : text, nullptr, base);
  } catch (const std::out_of_range&) {
    FailAt(mark, "the integer " + text + " is out of range");
  }
}

json Float(const std::string& text, const YAML::Mark& mark) {
  std::istringstream stream(text);
  stream.imbue(std::locale::classic());
  double value = 0;
  stream >> value;
  if (stream.fail() || !std::isfinite(value)) FailAt(mark, text + " is out of range");
  return value;
}

bool HoldsOnly(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

std::string_view WithoutSign(std::string_view text) {
  return text.starts_with('-') || text.starts_with('+') ? text.substr(1) : text;
}

bool IsInteger(std::string_view text) {
  if (text.starts_with("0x")) return HoldsOnly(text.substr(2), "0123456789abcdefABCDEF");
  if (text.starts_with("0o")) return HoldsOnly(text.substr(2), "01234567");
  return HoldsOnly(WithoutSign(text), kDigits);
}

// Digits, a point among or around them, an exponent: "1.", ".5", "2e-3".
bool IsFloat(std::string_view text) {
  text = WithoutSign(text);
  const std::size_t exponent = std::min(text.find_first_of("eE"), text.size());
  if (exponent < text.size() && !HoldsOnly(WithoutSign(text.substr(exponent + 1)), kDigits)) {
    return false;
  }
  std::string digits(text.substr(0, exponent));
  const std::size_t point = digits.find('.');
  if (point != std::string::npos) digits.erase(point, 1);
  return HoldsOnly(digits, kDigits);
}

// Everything that is told further, as JSON too, must be.
bool IsUtf8(const std::string& text) {
  try {
    const std::string unused = json(text).dump();
    return true;
  } catch (const json::type_error&) {
    return false;
  }
}

// A plain scalar, by the core schema of YAML 1.2 (10.3.2).
json Resolve(const std::string& text, const YAML::Mark& mark) {
  if (IsOneOf(text, {"", "~", "null", "Null", "NULL"})) return nullptr;
  if (IsOneOf(text, {"true", "True", "TRUE"})) return true;
  if (IsOneOf(text, {"false", "False", "FALSE"})) return false;
  if (IsInteger(text)) return Integer(text, mark);
  if (IsFloat(text)) return Float(text, mark);
  const bool is_not_finite = IsOneOf(WithoutSign(text), {".inf", ".Inf", ".INF"}) ||
                             IsOneOf(text, {".nan", ".NaN", ".NAN"});
  if (is_not_finite) FailAt(mark, "expected a finite number, got " + text);
  return text;
}

// Makes the tree while yaml-cpp reads. Works on its events and not on its nodes, which lose lines
// of keys, keys that stand twice, and the difference between 5 and "5".
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(std::map<std::string, int>& lines) : lines_(lines) {}

  json Take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (has_document_) FailAt(mark, "expected one document, got a second one");
    has_document_ = true;
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    if (TakesKey()) FailAt(mark, "expected a key, got nothing");
    Add(nullptr, mark);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    FailAt(mark, "aliases are not supported; repeat the value here");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& text) override {
    if (!IsUtf8(text)) FailAt(mark, "expected UTF-8, got other bytes");
    if (TakesKey()) {
      TakeKey(mark, text);
    } else if (tag == "?" || tag.empty()) {
      Add(Resolve(text, mark), mark);
    } else if (IsOneOf(tag, {"!", "tag:yaml.org,2002:str"})) {
      Add(text, mark);
    } else {
      FailAt(mark, "the tag " + tag + " is not supported");
    }
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    Open(json::array(), mark, tag);
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    Open(json::object(), mark, tag);
  }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  struct Container {
    json* value;
    std::string path;
    std::optional<std::string> key = std::nullopt;  // of a mapping: its value comes next
    int key_line = 0;
  };

  bool TakesKey() const {
    return !open_.empty() && open_.back().value->is_object() && !open_.back().key;
  }

  void TakeKey(const YAML::Mark& mark, const std::string& key) {
    Container& mapping = open_.back();
    if (mapping.value->contains(key)) {
      const std::string path = MemberPath(mapping.path, key);
      FailAt(mark, path + " stands twice, first in line " + std::to_string(lines_[path]));
    }
    mapping.key = key;
    mapping.key_line = mark.line + 1;
  }

  void Open(json container, const YAML::Mark& mark, const std::string& tag) {
    if (!IsOneOf(tag, {"", "?", "!"})) FailAt(mark, "the tag " + tag + " is not supported");
    if (TakesKey()) FailAt(mark, "expected a key, got a list or mapping");
    if (open_.size() == kDeepest) {
      FailAt(mark, "nested deeper than " + std::to_string(kDeepest) + " levels");
    }
    const auto [value, path] = Add(std::move(container), mark);
    open_.push_back({value, path});
  }

  // Puts `value` where the text is; gives its place in the tree, which stays while it is open.
  std::pair<json*, std::string> Add(json value, const YAML::Mark& mark) {
    if (open_.empty()) {
      root_ = std::move(value);
      lines_[""] = mark.line + 1;
      return {&root_, ""};
    }
    Container& parent = open_.back();
    if (parent.value->is_array()) {
      const std::string path = EntryPath(parent.path, parent.value->size());
      lines_[path] = mark.line + 1;
      parent.value->push_back(std::move(value));
      return {&parent.value->back(), path};
    }
    const std::string path = MemberPath(parent.path, *parent.key);
    lines_[path] = parent.key_line;
    json& member = (*parent.value)[*parent.key];
    member = std::move(value);
    parent.key.reset();
    return {&member, path};
  }

  std::map<std::string, int>& lines_;
  json root_;
  bool has_document_ = false;
  std::vector<Container> open_;
};

std::string Scalar(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string Key(const std::string& key) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyz_";
  // Readers of YAML 1.1, such as cloud-init's, take more words than true and false for booleans.
  const bool is_word = IsOneOf(key, {"y", "n", "yes", "no", "on", "off", "true", "false", "null"});
  return HoldsOnly(key, kPlain) && !is_word ? key : Scalar(key);
}

bool IsBlock(const json& value) { return value.is_structured() && !value.empty(); }

void Write(const json& value, const std::string& indent, std::string& out) {
  // `out` stands where the value begins: after the indent, "- " or a new line.
  bool is_first = true;
  const auto begin_line = [&] {
    if (!is_first) out += indent;
    is_first = false;
  };
  if (!IsBlock(value)) {
    out += Scalar(value) + "\n";
  } else if (value.is_array()) {
    for (const json& entry : value) {
      begin_line();
      out += "- ";
      Write(entry, indent + "  ", out);
    }
  } else {
    for (const auto& [key, member] : value.items()) {
      begin_line();
      out += Key(key) + (IsBlock(member) ? ":\n" + indent + "  " : ": ");
      Write(member, indent + "  ", out);
    }
  }
}

}  // namespace

json ReadYaml(std::string_view text, std::map<std::string, int>& lines) {
  lines.clear();
  std::istringstream stream{std::string(text)};
  TreeBuilder builder(lines);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) continue;
  } catch (const YAML::Exception& e) {
    FailAt(e.mark, e.msg);
  }
  return builder.Take();
}

std::string WriteYaml(const json& tree) {
  std::string out;
  Write(tree, "", out);
  return out;
}

}  // namespace spillway
