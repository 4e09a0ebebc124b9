#include "bus/sample_reader.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "bus/json_number.h"

namespace spillway::bus {

namespace {

namespace od = simdjson::ondemand;

// Deeper nesting than this in a member that nobody reads is refused, so that checking it cannot
// exhaust the stack.
constexpr int kMaxDepth = 64;

// What each member of each sample goes through is inlined into one function: simdjson's values are
// then kept in registers. Handed over in memory they are written in parts and read back whole,
// which stalls the processor each time and halves the speed.

// A string's content. Nearly none has a backslash, and then it is the text's own bytes.
simdjson_inline simdjson::error_code ReadString(od::value& value, std::string_view& content) {
  std::string_view token = value.raw_json_token();
  if (token.front() != '"') return simdjson::INCORRECT_TYPE;
  if (std::memchr(token.data(), '\\', token.size()) != nullptr) {
    return value.get_string().get(content);
  }
  while (token.back() != '"') token.remove_suffix(1);  // blanks
  content = token.substr(1, token.size() - 2);
  return value.get_raw_json_string().error();
}

// Likewise. simdjson knows by now that the key is a string that ends.
simdjson_inline simdjson::error_code ReadKey(simdjson::simdjson_result<od::field>& field,
                                             std::string_view& key) {
  if (field.error()) return field.error();
  const char* begin = field.value_unsafe().key().raw();
  const char* end = begin;
  while (*end != '"' && *end != '\\') ++end;
  if (*end == '\\') return field.value_unsafe().unescaped_key().get(key);
  key = {begin, static_cast<std::size_t>(end - begin)};
  return simdjson::SUCCESS;
}

enum class Member { kCluster, kMetric, kValue, kTime, kLabels, kOther };

// A key without backslashes; `key` begins behind the opening quote; the padding of the text makes a
// look beyond its end safe, and the constant sizes make each comparison one instruction or two.
Member MemberOf(const char* key) {
  if (std::memcmp(key, "cluster\"", 8) == 0) return Member::kCluster;
  if (std::memcmp(key, "metric\"", 7) == 0) return Member::kMetric;
  if (std::memcmp(key, "value\"", 6) == 0) return Member::kValue;
  if (std::memcmp(key, "time\"", 5) == 0) return Member::kTime;
  if (std::memcmp(key, "labels\"", 7) == 0) return Member::kLabels;
  return Member::kOther;
}

// Its escapes resolved: "\u0076alue" is one that is known.
Member MemberOf(std::string_view unescaped_key) {
  constexpr std::array<std::string_view, 5> kNames = {"cluster", "metric", "value", "time",
                                                      "labels"};
  const auto found = std::find(kNames.begin(), kNames.end(), unescaped_key);
  return static_cast<Member>(found - kNames.begin());
}

enum class Number { kRead, kNotNumber, kNotFinite, kNotJson };

simdjson_inline Number ReadNumber(od::value& value, double& number) {
  if (!value.get_double().get(number)) return Number::kRead;
  od::json_type type;
  if (value.type().get(type)) return Number::kNotJson;
  if (type != od::json_type::number) return Number::kNotNumber;
  // simdjson refuses what no double can hold and what is no number with the same word.
  return IsJsonNumber(value.raw_json_token()) ? Number::kNotFinite : Number::kNotJson;
}

}  // namespace

struct SampleReader::Impl {
  Impl(std::size_t max_payload_bytes, std::size_t most_labels)
      : max_labels(most_labels),
        buffer(new char[max_payload_bytes + simdjson::SIMDJSON_PADDING]),
        buffer_bytes(max_payload_bytes + simdjson::SIMDJSON_PADDING) {
    if (parser.allocate(max_payload_bytes)) throw std::bad_alloc();
  }

  // A sample under way. The first thing that is wrong with it is the one that is reported.
  struct Draft {
    RawSample sample;
    bool has_cluster = false;
    bool has_metric = false;
    bool has_value = false;
    std::optional<RawReject> reject;

    void Refuse(Reject reason, std::string_view detail) {
      if (!reject) reject = RawReject{reason, detail};
    }
  };

  // All of these: false when the text is not JSON; `error` is set.
  bool ReadPayload(std::string_view payload);
  bool ReadArray(od::array array);
  void Finish(Draft& draft);
  bool ReadSample(od::object object);
  bool ReadMember(Member member, od::value& value, Draft& draft);
  bool ReadName(std::string_view key, od::value& value, std::string_view& name, Draft& draft);
  bool ReadDouble(std::string_view key, od::value& value, double& number, Draft& draft);
  bool ReadLabels(od::value& value, Draft& draft);
  bool Check(od::value value, int depth);
  bool CheckContainer(od::value& value, od::json_type type, int depth);

  bool NotJson(simdjson::error_code code) { return NotJson(simdjson::error_message(code)); }
  bool NotJson(const char* why) {
    error = why;
    return false;
  }

  const std::size_t max_labels;
  const std::unique_ptr<char[]> buffer;
  const std::size_t buffer_bytes;
  od::parser parser;
  const char* error = "";
  std::vector<RawSample> samples;
  std::vector<LabelView> labels;
  std::vector<RawReject> rejects;
};

bool SampleReader::Impl::ReadPayload(std::string_view payload) {
  samples.clear();
  labels.clear();
  rejects.clear();
  std::memcpy(buffer.get(), payload.data(), payload.size());
  // simdjson reads, but does not heed, what stands behind the text.
  std::memset(buffer.get() + payload.size(), ' ', simdjson::SIMDJSON_PADDING);

  od::document document;
  od::json_type type;
  const simdjson::padded_string_view text(buffer.get(), payload.size(), buffer_bytes);
  if (const auto code = parser.iterate(text).get(document)) return NotJson(code);
  if (const auto code = document.type().get(type)) return NotJson(code);
  if (type == od::json_type::array) {
    od::array array;
    if (const auto code = document.get_array().get(array)) return NotJson(code);
    if (!ReadArray(array)) return false;
  } else if (type == od::json_type::object) {
    od::object object;
    if (const auto code = document.get_object().get(object)) return NotJson(code);
    if (!ReadSample(object)) return false;
  } else {
    return NotJson("neither an object nor an array of objects");
  }
  const bool at_end = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  return at_end || NotJson("something follows the JSON text");
}

bool SampleReader::Impl::ReadArray(od::array array) {
  for (auto element : array) {
    od::json_type type;
    if (const auto code = element.error()) return NotJson(code);
    od::value& value = element.value_unsafe();
    if (const auto code = value.type().get(type)) return NotJson(code);
    if (type != od::json_type::object) return NotJson("an entry of the array is not an object");
    od::object object;
    if (const auto code = value.get_object().get(object)) return NotJson(code);
    if (!ReadSample(object)) return false;
  }
  return true;
}

bool SampleReader::Impl::ReadSample(od::object object) {
  Draft draft;
  for (auto field : object) {
    if (const auto code = field.error()) return NotJson(code);
    Member member = MemberOf(field.value_unsafe().key().raw());
    if (member == Member::kOther) {
      std::string_view key;
      if (const auto code = field.unescaped_key().get(key)) return NotJson(code);
      member = MemberOf(key);
    }
    if (!ReadMember(member, field.value_unsafe().value(), draft)) return false;
  }
  Finish(draft);
  return true;
}

void SampleReader::Impl::Finish(Draft& draft) {
  if (!draft.has_cluster) draft.Refuse(Reject::kMissingMember, "cluster");
  if (!draft.has_metric) draft.Refuse(Reject::kMissingMember, "metric");
  if (!draft.has_value) draft.Refuse(Reject::kMissingMember, "value");
  if (draft.reject) {
    rejects.push_back(*draft.reject);
  } else {
    samples.push_back(draft.sample);
  }
}

simdjson_inline bool SampleReader::Impl::ReadMember(Member member, od::value& value, Draft& draft) {
  RawSample& sample = draft.sample;
  switch (member) {
    case Member::kCluster: {
      draft.has_cluster = true;
      return ReadName("cluster", value, sample.cluster, draft);
    }
    case Member::kMetric: {
      draft.has_metric = true;
      return ReadName("metric", value, sample.metric, draft);
    }
    case Member::kValue: {
      draft.has_value = true;
      return ReadDouble("value", value, sample.value, draft);
    }
    case Member::kTime: {
      double time = 0;
      const bool is_json = ReadDouble("time", value, time, draft);
      sample.time = time;
      return is_json;
    }
    case Member::kLabels: return ReadLabels(value, draft);
    case Member::kOther: break;
  }
  return Check(value, 0);
}

simdjson_inline bool SampleReader::Impl::ReadName(std::string_view key, od::value& value,
                                                  std::string_view& name, Draft& draft) {
  const simdjson::error_code code = ReadString(value, name);
  if (code == simdjson::SUCCESS) return true;
  if (code != simdjson::INCORRECT_TYPE) return NotJson(code);
  draft.Refuse(Reject::kWrongType, key);
  return Check(value, 0);
}

simdjson_inline bool SampleReader::Impl::ReadDouble(std::string_view key, od::value& value,
                                                    double& number, Draft& draft) {
  switch (ReadNumber(value, number)) {
    case Number::kRead: return true;
    case Number::kNotFinite: draft.Refuse(Reject::kNotFinite, key); return true;
    case Number::kNotNumber: draft.Refuse(Reject::kWrongType, key); return Check(value, 0);
    case Number::kNotJson: break;
  }
  return NotJson("a number is not one by JSON's grammar");
}

simdjson_inline bool SampleReader::Impl::ReadLabels(od::value& value, Draft& draft) {
  od::object object;
  const simdjson::error_code code = value.get_object().get(object);
  if (code == simdjson::INCORRECT_TYPE) {
    draft.Refuse(Reject::kWrongType, "labels");
    return Check(value, 0);
  }
  if (code) return NotJson(code);
  draft.sample.labels_begin = labels.size();
  for (auto field : object) {
    LabelView label;
    if (const auto bad = ReadKey(field, label.first)) return NotJson(bad);
    if (!ReadName(label.first, field.value_unsafe().value(), label.second, draft)) return false;
    if (labels.size() - draft.sample.labels_begin < max_labels) {
      labels.push_back(label);
    } else {
      draft.Refuse(Reject::kTooManyLabels, label.first);
    }
  }
  draft.sample.labels_end = labels.size();
  return true;
}

// On demand, simdjson looks only at what is asked for: a value that nobody reads is walked through
// so that "JSON all the way" is known.
bool SampleReader::Impl::Check(od::value value, int depth) {
  od::json_type type;
  if (const auto code = value.type().get(type)) return NotJson(code);
  switch (type) {
    case od::json_type::array:
    case od::json_type::object: return CheckContainer(value, type, depth);
    case od::json_type::string: {
      const auto code = value.get_string().error();
      return !code || NotJson(code);
    }
    case od::json_type::boolean: {
      const auto code = value.get_bool().error();
      return !code || NotJson(code);
    }
    case od::json_type::null: {
      bool is_null = false;
      return (!value.is_null().get(is_null) && is_null) || NotJson("a word that JSON has not");
    }
    case od::json_type::number: {
      double number = 0;
      return ReadNumber(value, number) != Number::kNotJson ||
             NotJson("a number is not one by JSON's grammar");
    }
  }
  return NotJson("a value of no type");
}

bool SampleReader::Impl::CheckContainer(od::value& value, od::json_type type, int depth) {
  if (depth == kMaxDepth) return NotJson("nested too deep");
  if (type == od::json_type::array) {
    od::array array;
    if (const auto code = value.get_array().get(array)) return NotJson(code);
    for (auto element : array) {
      od::value entry;
      if (const auto code = element.get(entry)) return NotJson(code);
      if (!Check(entry, depth + 1)) return false;
    }
    return true;
  }
  od::object object;
  if (const auto code = value.get_object().get(object)) return NotJson(code);
  for (auto field : object) {
    if (const auto code = field.unescaped_key().error()) return NotJson(code);
    od::value member;
    if (const auto code = std::move(field).value().get(member)) return NotJson(code);
    if (!Check(member, depth + 1)) return false;
  }
  return true;
}

SampleReader::SampleReader(std::size_t max_payload_bytes, std::size_t max_labels)
    : impl_(std::make_unique<Impl>(max_payload_bytes, max_labels)) {}
SampleReader::~SampleReader() = default;

bool SampleReader::Read(std::string_view payload) { return impl_->ReadPayload(payload); }
std::string_view SampleReader::error() const { return impl_->error; }
std::span<const RawSample> SampleReader::samples() const { return impl_->samples; }
std::span<LabelView> SampleReader::labels(const RawSample& sample) {
  return std::span(impl_->labels)
      .subspan(sample.labels_begin, sample.labels_end - sample.labels_begin);
}
std::span<const RawReject> SampleReader::rejects() const { return impl_->rejects; }

}  // namespace spillway::bus
