#include "providers/external/external_programs.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

namespace spillway {
namespace {

using nlohmann::json;

constexpr Duration kFirstPause = std::chrono::seconds(1);
constexpr Duration kLongestPause = std::chrono::minutes(1);
constexpr std::size_t kLongestErrorText = 500;

// A single mishap costs no time: a program may be exchanged while it runs.
Duration PauseAfter(int mishaps) {
  if (mishaps < 2) return Duration(0);
  Duration pause = kFirstPause;
  for (int i = 2; i < mishaps && pause < kLongestPause; ++i) pause *= 2;
  return std::min(pause, kLongestPause);
}

std::string CallOf(const json& question) { return question.at("call").get<std::string>(); }

bool HasRows(const std::vector<MatrixRow>& all, const std::vector<MatrixRow>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&all](const MatrixRow& row) {
    return std::all_of(row.hypervisors.begin(), row.hypervisors.end(),
                       [&](Hypervisor hypervisor) { return Allows(all, row.type, hypervisor); });
  });
}

}  // namespace

ExternalPrograms::ExternalPrograms(const ExternalConfig& config, const PluginContext& context)
    : name_(config.name), config_(config), clock_(context.clock), overheard_(context.overheard) {
  for (const ExternalVariable& variable : config_.environment) {
    const std::optional<Secret> value = ValueOf(variable, context.surroundings);
    if (!value) {
      throw std::runtime_error("provider " + name_ + ": " +
                               SightEnvironment(config_, context.surroundings).where);
    }
    environment_[variable.name] = *value;
    if (variable.source != ExternalVariable::Source::kText) secrets_.push_back(*value);
  }
}

Result<Done> ExternalPrograms::Start() {
  Result<Program> program = Take(Where("hello"));
  if (!program) return program.error();
  GiveBack(std::move(*program));
  return Done{};
}

Result<json> ExternalPrograms::Call(json question, Effect effect) {
  const std::string call = CallOf(question);
  const std::string where = Where(call);
  Result<Program> taken = Take(where);
  if (!taken) return taken.error();
  Running& running = **taken;
  const Duration limit = std::min(config_.call_time_limit, running.hello.limits.at(call));
  Result<json> answer = Error{};
  try {
    answer = Ask(running, std::move(question), limit, where);
  } catch (const BadAnswer& problem) {
    CountMishap();  // and the program is not given back
    return Bad(call, effect, problem);
  }
  PassOnRemarks(*running.program);
  if (running.program->has_failed()) {
    CountMishap();
  } else {
    GiveBack(std::move(*taken));
  }
  if (answer) return answer;
  // What the program itself says of a create is believed: its `transient` says that nothing
  // happened.
  Error error = WithoutSecrets(answer.error());
  if (error.kind == ErrorKind::kUnknownOutcome) error.kind = Settled(error.kind, effect);
  return error;
}

Error ExternalPrograms::Bad(const std::string& call, Effect effect,
                            const BadAnswer& problem) const {
  return WithoutSecrets(
      Error{Settled(ErrorKind::kTransient, effect), Where(call), "",
            std::string("the answer is not what the protocol says: ") + problem.what()});
}

Result<ExternalPrograms::Program> ExternalPrograms::Take(const std::string& where) {
  while (true) {
    Program program;
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.empty()) {
        if (clock_.Now() < not_before_) {
          return Error{ErrorKind::kTransient, where, "",
                       "the program has failed " + std::to_string(mishaps_) +
                           " times in a row and is started again in a while"};
        }
        break;
      }
      program = std::move(waiting_.back());
      waiting_.pop_back();
    }
    PassOnRemarks(*program->program);
    if (program->program->IsReady()) return program;
  }
  return MakeProgram(where);
}

void ExternalPrograms::GiveBack(Program program) {
  const std::lock_guard lock(mutex_);
  mishaps_ = 0;
  waiting_.push_back(std::move(program));  // one that ends now is found out by Take
}

Result<ExternalPrograms::Program> ExternalPrograms::MakeProgram(const std::string& where) {
  LineProgramStart start{.argv = config_.command};
  for (const auto& [name, value] : environment_) start.environment[name] = value.Reveal();
  Result<std::unique_ptr<LineProgram>> program = LineProgram::Start(start);
  if (!program) {
    CountMishap();
    Error error = program.error();
    error.where = where + " (" + error.where + ")";
    return error;
  }
  auto running = std::make_unique<Running>();
  running->program = std::move(*program);
  const Result<Done> greeted = Greet(*running, where);
  PassOnRemarks(*running->program);
  if (greeted) return running;
  CountMishap();
  return greeted.error();
}

// Nothing was asked of the cloud yet, so whatever goes wrong here may be repeated.
Result<Done> ExternalPrograms::Greet(Running& running, const std::string& where) {
  const auto refused = [&](ErrorKind kind, const std::string& text) {
    return WithoutSecrets(Error{kind, where, "hello", text});
  };
  try {
    const Result<json> answer =
        Ask(running, HelloQuestion(name_, config_.settings), config_.start_time_limit, where);
    if (!answer) return refused(Settled(answer.error().kind, Effect::kReads), answer.error().text);
    running.hello = ReadHello(*answer);
  } catch (const BadAnswer& problem) {
    return refused(ErrorKind::kTransient,
                   std::string("the answer is not what the protocol says: ") + problem.what());
  }
  if (HasRows(running.hello.rows, config_.rows)) return Done{};
  return refused(ErrorKind::kInvalid, "the configuration has it for " + Describe(config_.rows) +
                                          "; the program says that its machines can be " +
                                          Describe(running.hello.rows));
}

Result<json> ExternalPrograms::Ask(Running& running, json question, Duration limit,
                                   const std::string& where) {
  const std::int64_t id = ++running.questions;
  question["id"] = id;
  question["time_limit_s"] = Seconds(limit);
  // What is not UTF-8 would be refused by every reader.
  const std::string line = question.dump(-1, ' ', false, json::error_handler_t::replace);
  const Result<std::string> answer = running.program->Ask(line, limit);
  if (!answer) {
    const std::string last = PassOnRemarks(*running.program);
    return Error{
        answer.error().kind, where, "",
        "the program: " + answer.error().text + (last.empty() ? "" : "; it said last: " + last)};
  }
  return ReadAnswer(*answer, id, where);
}

void ExternalPrograms::CountMishap() {
  const std::lock_guard lock(mutex_);
  not_before_ = clock_.Now() + PauseAfter(++mishaps_);
}

std::string ExternalPrograms::PassOnRemarks(LineProgram& program) const {
  std::string last;
  for (const std::string& remark : program.TakeRemarks()) {
    last = WithoutSecrets(remark);
    if (overheard_) overheard_(name_, last);
  }
  return last;
}

std::string ExternalPrograms::WithoutSecrets(std::string text) const {
  for (const Secret& secret : secrets_) text = Redact(std::move(text), secret);
  return text;
}

Error ExternalPrograms::WithoutSecrets(Error error) const {
  error.code = WithoutSecrets(std::move(error.code));
  error.text = WithoutSecrets(std::move(error.text));
  if (error.text.size() > kLongestErrorText) error.text.resize(kLongestErrorText);
  return error;
}

}  // namespace spillway
