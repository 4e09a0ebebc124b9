#include "policies/script/script.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "policies/advice.h"

namespace spillway {
namespace {

using Json = nlohmann::json;

constexpr std::uintmax_t kLargestFile = 256 * 1024;
constexpr std::int64_t kMostHosts = 1'000'000;

// The text of the file, or why there is none.
Result<std::string> ReadScript(const std::string& path) {
  const auto failed = [&path](const std::string& why) {
    return Error{ErrorKind::kInvalid, path, "script", "cannot read " + path + ": " + why};
  };
  std::error_code code;
  const auto status = std::filesystem::status(path, code);
  if (!std::filesystem::exists(status)) return failed("there is no such file");
  if (!std::filesystem::is_regular_file(status)) return failed("it is not a file");
  if (std::filesystem::file_size(path, code) > kLargestFile) return failed("more than 256 KiB");
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file.is_open() || file.bad()) return failed(std::strerror(errno));
  return text;
}

}  // namespace

ScriptPolicy::ScriptPolicy(std::string name, ScriptConfig config, const Capacity& host_size)
    : Policy(std::move(name)),
      config_(std::move(config)),
      host_size_(host_size),
      file_name_(std::filesystem::path(config_.file).filename()) {}
ScriptPolicy::~ScriptPolicy() = default;

Recommendation ScriptPolicy::Evaluate(const PolicyInput& input) {
  if (auto why = WhyAnyUnknown(input.signals, config_.signals)) {
    return WithTrouble(CannotTell(config_.on_unknown, input, *std::move(why)));
  }
  if (auto first = TryCandidate(input)) return *std::move(first);
  if (!running_) {
    return CannotTell(config_.on_unknown, input, {"script_broken", trouble_, {}});
  }
  return WithTrouble(AskRunning(input));
}

std::optional<Recommendation> ScriptPolicy::TryCandidate(const PolicyInput& input) {
  if (!candidate_) return std::nullopt;
  Version version = *std::exchange(candidate_, std::nullopt);
  if (!running_) {  // nothing to go back to
    running_ = std::move(version);
    return std::nullopt;
  }
  Result<Recommendation> answer = Ask(version, input);
  if (!answer) {
    Reject(answer.error().text);
    return std::nullopt;
  }
  running_ = std::move(version);
  failure_.clear();
  return std::move(*answer);
}

// A call that failed was left in the middle of something: the text is started again.
Recommendation ScriptPolicy::AskRunning(const PolicyInput& input) {
  Result<Recommendation> answer = Ask(*running_, input);
  if (answer) {
    if (!failure_.empty()) untold_.push_back({false, "script_works_again", file_name_});
    failure_.clear();
    return std::move(*answer);
  }
  const std::string why = answer.error().text;
  if (why != failure_) untold_.push_back({true, "script_failed", why});
  failure_ = why;
  if (Result<Version> again = Start(running_->text)) running_ = std::move(*again);
  return CannotTell(config_.on_unknown, input, {"script_failed", why, {}});
}

Result<Recommendation> ScriptPolicy::Ask(Version& version, const PolicyInput& input) {
  Result<LuaScript::Answer> answer =
      version.script->Evaluate(ClusterJson(input), SignalsJson(input.signals));
  if (!answer) return answer.error();
  if (answer->advice.is_null()) {
    memory_ = std::move(answer->memory);
    return CannotTell(config_.on_unknown, input,
                      {"script_says_nothing", file_name_ + " gives nothing back", {}});
  }
  Result<Recommendation> advice =
      ReadAdvice(answer->advice, {file_name_, host_size_, config_.most_hosts}, input.now);
  if (!advice) {
    Error error = advice.error();
    error.text = file_name_ + ": the answer: " + error.text;
    return error;
  }
  memory_ = std::move(answer->memory);
  return BoundBySignals(std::move(*advice), input.signals, config_.signals, input.now);
}

Recommendation ScriptPolicy::WithTrouble(Recommendation r) const {
  if (trouble_.empty()) return r;
  r.reason.text += "; the newest " + file_name_ + " is not taken up: " + trouble_;
  r.reason.facts.push_back({"script_error", trouble_});
  return r;
}

Result<ScriptPolicy::Version> ScriptPolicy::Start(const std::string& text) const {
  Result<std::unique_ptr<LuaScript>> script =
      LuaScript::Load(file_name_, text, config_.limits, memory_);
  if (!script) return script.error();
  return Version{text, std::move(*script)};
}

void ScriptPolicy::Reject(std::string why) {
  trouble_ = std::move(why);
  untold_.push_back({true, "script_broken", trouble_});
}

void ScriptPolicy::Look() {
  const Result<std::string> text = ReadScript(config_.file);
  if (!text) {
    if (trouble_ != text.error().text) Reject(text.error().text);
    seen_.reset();
    return;
  }
  if (seen_ == *text) return;
  seen_ = *text;
  candidate_.reset();
  Result<Version> version = Start(*text);
  if (!version) return Reject(version.error().text);
  trouble_.clear();
  candidate_ = std::move(*version);
  untold_.push_back({false, "script_loaded", config_.file});
}

std::vector<PolicyNews> ScriptPolicy::Refresh() {
  Look();
  return std::exchange(untold_, {});
}

std::string ScriptPolicy::Memory() const {
  if (memory_.empty()) return {};
  return Json{{"script_memory", memory_}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool ScriptPolicy::Recall(std::string_view memory) {
  if (memory.empty()) return true;
  const Json stored = Json::parse(memory, nullptr, /*allow_exceptions=*/false);
  const auto kept = stored.find("script_memory");
  if (!stored.is_object() || kept == stored.end() || !kept->is_structured()) return false;
  memory_ = *kept;
  for (std::optional<Version>* version : {&running_, &candidate_}) {
    if (!*version) continue;
    if (Result<Version> again = Start((*version)->text)) *version = std::move(*again);
  }
  return true;
}

std::unique_ptr<Policy> ParseScript(const std::string& name, const ConfigNode& node,
                                    const PolicyContext& context) {
  ScriptConfig config;
  config.file = node.String("file").Required();
  config.signals = ParseSignals(node);
  config.on_unknown = ParseOnUnknown(node);
  config.limits.instructions =
      node.Integer("instructions").Between(1'000, 1'000'000'000).Or(config.limits.instructions);
  config.limits.memory_bytes =
      node.MemoryMib("memory").Between(1, 1024).Or(config.limits.memory_bytes >> 20) << 20;
  config.most_hosts = node.Integer("most_hosts").Between(1, kMostHosts).Or(config.most_hosts);
  node.Finish();
  auto policy = std::make_unique<ScriptPolicy>(name, std::move(config), context.host_size);
  policy->Look();
  return policy;
}

}  // namespace spillway
