#include "bus/adapters/zabbix/zabbix.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "bus/adapters/json_members.h"

namespace spillway::adapters {
namespace {

// A connector has one URL, whatever it sends: both paths take values and events.
constexpr std::array kRoutes = {HttpRoute{"POST", "/v1/history"}, HttpRoute{"POST", "/v1/events"}};

HttpAnswer Told(int status, const std::string& info) {
  nlohmann::json body = {{"response", status == 200 ? "success" : "failed"}};
  if (!info.empty()) body["info"] = info;
  return {status, "application/json",
          body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

std::string JoinedTexts(const nlohmann::json& list) {
  std::string joined;
  for (const nlohmann::json& one : list) {
    if (one.is_string()) joined += (joined.empty() ? "" : ",") + one.get<std::string>();
  }
  return joined;
}

Labels LabelsOf(const nlohmann::json& item) {
  Labels labels;
  const auto add = [&labels](const std::string& name, std::string value) {
    if (!name.empty() && !value.empty()) AddLabel(labels, name, std::move(value));
  };
  const nlohmann::json& host = MemberOf(item, "host");
  add("host", TextAt(host, "host"));
  add("host_name", TextAt(host, "name"));
  add("groups", JoinedTexts(MemberOf(item, "groups")));
  for (const nlohmann::json& tag : MemberOf(item, "item_tags")) {
    add(TextAt(tag, "tag"), TextAt(tag, "value"));
  }
  return labels;
}

// The time in whole seconds, and what is beyond them.
std::optional<Time> TimeOf(const nlohmann::json& item) {
  const std::optional<Time> clock = TimeAt(item, "clock");
  if (!clock) return std::nullopt;
  const double nanoseconds = NumberAt(item, "ns").value_or(0);
  const bool is_part = nanoseconds >= 0 && nanoseconds < 1e9;
  return *clock + Duration(is_part ? static_cast<std::int64_t>(nanoseconds / 1e6) : 0);
}

class Reader {
 public:
  void Read(std::string_view body) {
    while (!body.empty()) {
      const std::string_view line = body.substr(0, body.find('\n'));
      body.remove_prefix(std::min(body.size(), line.size() + 1));
      ++line_;
      if (line.find_first_not_of(" \r") != std::string_view::npos) ReadLine(line);
    }
  }

  // Zabbix repeats a body that was not answered with 200, from its first line on: one of which
  // something was taken is therefore told as taken, with what was not.
  Decoded Take() {
    const std::string info = bad_lines_ == 0 ? ""
                                             : std::to_string(bad_lines_) + " of " +
                                                   std::to_string(lines_) + " not taken: " + first_;
    decoded_.answer = Told(bad_lines_ > 0 && bad_lines_ == lines_ ? 400 : 200, info);
    return std::move(decoded_);
  }

 private:
  void ReadLine(std::string_view text) {
    ++lines_;
    const nlohmann::json line = nlohmann::json::parse(text, nullptr, false);
    if (line.is_object() && line.contains("eventid")) {
      decoded_.lost.push_back({Loss::kEvent, TextAt(line, "name")});
    } else if (line.is_object() && line.contains("itemid")) {
      ReadValue(line);
    } else {
      Reject("an object with itemid or eventid");
    }
  }

  void ReadValue(const nlohmann::json& item) {
    Reading reading{TextAt(item, "name"), LabelsOf(item), 0, TimeOf(item)};
    const std::optional<double> value = NumberAt(item, "value");
    if (reading.metric.empty()) return Reject("the name of an item");
    if (!reading.time) return Reject("clock, in seconds, of the item " + reading.metric);
    if (!value) {
      decoded_.lost.push_back({Loss::kNotANumber, reading.metric + " is a text"});
    } else {
      reading.value = *value;
      decoded_.readings.push_back(std::move(reading));
    }
  }

  void Reject(const std::string& expected) {
    const std::string detail = "line " + std::to_string(line_) + ": expected " + expected;
    if (bad_lines_++ == 0) first_ = detail;
    decoded_.lost.push_back({Loss::kBadReading, detail});
  }

  std::size_t line_ = 0;       // the number of the one that is read
  std::size_t lines_ = 0;      // that are not empty
  std::size_t bad_lines_ = 0;  // of those
  std::string first_;          // what is wrong with the first of them
  Decoded decoded_;
};

class Zabbix final : public HttpAdapter {
 public:
  std::span<const HttpRoute> routes() const override { return kRoutes; }

  Decoded Decode(const AdapterRequest& request) const override {
    Reader reader;
    reader.Read(request.body);
    return reader.Take();
  }

  HttpAnswer Refusal(int status, const AdapterRequest&, const std::string& text) const override {
    return Told(status, text);
  }
};

}  // namespace

ParsedAdapter ParseZabbix(const ConfigNode&) { return {std::make_unique<Zabbix>()}; }

}  // namespace spillway::adapters
