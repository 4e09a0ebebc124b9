#include "providers/onprem/reservations.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "scaler/runtime/file_descriptor.h"

namespace spillway {
namespace {

using nlohmann::json;

constexpr std::string_view kTaken = ".taken.json";
constexpr std::string_view kFaulty = ".faulty.json";
constexpr std::string_view kNew = ".new";
constexpr std::size_t kLargestFile = 64 << 10;

Error Failed(const std::string& path, int error) {
  return {ErrorKind::kTransient, "onprem state " + path, "",
          std::generic_category().message(error)};
}

std::int64_t Milliseconds(Time time) { return time.time_since_epoch().count(); }
Time TimeOf(const json& milliseconds) { return Time(Duration(milliseconds.get<Duration::rep>())); }

json ToJson(const Reservation& r) {
  json j = {{"token", r.token},
            {"owner", r.owner},
            {"cluster", r.cluster},
            {"host", r.host},
            {"location", r.location},
            {"plan", r.plan},
            {"since", Milliseconds(r.since)},
            {"has_come_up", r.has_come_up}};
  if (r.leaving_since) j["leaving_since"] = Milliseconds(*r.leaving_since);
  return j;
}

Reservation ReservationFrom(const json& j, const std::string& machine) {
  Reservation r;
  r.machine = machine;
  r.token = j.at("token");
  r.owner = j.at("owner");
  r.cluster = j.at("cluster");
  r.host = j.at("host");
  r.location = j.at("location");
  r.plan = j.at("plan");
  r.since = TimeOf(j.at("since"));
  r.has_come_up = j.at("has_come_up");
  if (j.contains("leaving_since")) r.leaving_since = TimeOf(j.at("leaving_since"));
  return r;
}

json ToJson(const Fault& f) {
  return {{"strikes", f.strikes}, {"until", Milliseconds(f.until)}, {"why", f.why}};
}

Fault FaultFrom(const json& j) { return {j.at("strikes"), TimeOf(j.at("until")), j.at("why")}; }

// One writer at a time, among threads and processes; given back when the holder dies.
class FolderLock {
 public:
  // LOCK_SH for those who only read: a folder that changes meanwhile may not show every file.
  explicit FolderLock(const std::string& folder, int kind = LOCK_EX)
      : file_(open((folder + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    while (file_.is_open() && flock(file_.number(), kind) != 0) {
      if (errno != EINTR) file_.Close();
    }
  }
  bool is_held() const { return file_.is_open(); }

 private:
  FileDescriptor file_;
};

Result<Done> SyncFolder(const std::string& folder) {
  const FileDescriptor file(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file.is_open() || fsync(file.number()) != 0) return Failed(folder, errno);
  return Done{};
}

bool WriteAll(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// A file beside `path`, whole and on the disk; its name.
Result<std::string> WriteBeside(const std::string& path, const json& content) {
  const std::string name = path + std::string(kNew);
  unlink(name.c_str());  // of somebody who died; the lock is held
  const FileDescriptor file(open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.is_open()) return Failed(name, errno);
  // What a BMC said need not be UTF-8.
  const std::string text = content.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
  if (!WriteAll(file.number(), text) || fsync(file.number()) != 0) {
    return Failed(name, errno);
  }
  return name;
}

Result<Done> Replace(const std::string& folder, const std::string& path, const json& content) {
  const Result<std::string> written = WriteBeside(path, content);
  if (!written) return written.error();
  if (rename(written->c_str(), path.c_str()) != 0) return Failed(path, errno);
  return SyncFolder(folder);
}

Result<Done> Remove(const std::string& folder, const std::string& path) {
  if (unlink(path.c_str()) != 0 && errno != ENOENT) return Failed(path, errno);
  return SyncFolder(folder);
}

// Nothing when the file is gone or makes no sense.
std::optional<json> ReadJson(const std::string& path) {
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return std::nullopt;
  std::string text(kLargestFile, '\0');
  const ssize_t size = read(file.number(), text.data(), text.size());
  if (size < 0) return std::nullopt;
  text.resize(static_cast<std::size_t>(size));
  json content = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (content.is_discarded()) return std::nullopt;
  return content;
}

void ReadTaken(const std::string& path, const std::string& machine, Reserved& reserved) {
  const std::optional<json> content = ReadJson(path);
  try {
    if (content) return reserved.taken.push_back(ReservationFrom(*content, machine));
  } catch (const json::exception&) {
    // Not ours, or broken: counted below.
  }
  if (access(path.c_str(), F_OK) == 0) reserved.unreadable.push_back(machine);
}

void ReadFaulty(const std::string& path, const std::string& machine, Reserved& reserved) {
  const std::optional<json> content = ReadJson(path);
  try {
    if (content) reserved.faulty[machine] = FaultFrom(*content);
  } catch (const json::exception&) {
    // A machine whose mark is broken gets another chance.
  }
}

// Whether nobody had it before.
Result<bool> TakeNew(const std::string& folder, const std::string& path,
                     const Reservation& wanted) {
  const Result<std::string> written = WriteBeside(path, ToJson(wanted));
  if (!written) return written.error();
  // As O_EXCL does, a link gives the name to one only; unlike it, to a whole file.
  const bool is_taken = link(written->c_str(), path.c_str()) != 0;
  const int error = errno;
  unlink(written->c_str());
  if (is_taken && error == EEXIST) return false;
  if (is_taken) return Failed(path, error);
  const Result<Done> synced = SyncFolder(folder);
  if (!synced) return synced.error();
  return true;
}

}  // namespace

const Reservation* Reserved::OfMachine(const std::string& machine) const {
  const auto found = std::find_if(taken.begin(), taken.end(),
                                  [&](const Reservation& r) { return r.machine == machine; });
  return found == taken.end() ? nullptr : &*found;
}

const Reservation* Reserved::OfToken(const std::string& token) const {
  const auto found = std::find_if(taken.begin(), taken.end(),
                                  [&](const Reservation& r) { return r.token == token; });
  return found == taken.end() ? nullptr : &*found;
}

bool Reserved::IsTaken(const std::string& machine) const {
  return OfMachine(machine) != nullptr ||
         std::find(unreadable.begin(), unreadable.end(), machine) != unreadable.end();
}

bool Reserved::IsSetAside(const std::string& machine, Time now) const {
  const auto fault = faulty.find(machine);
  return fault != faulty.end() && now < fault->second.until;
}

Reservations::Reservations(std::string folder) : folder_(std::move(folder)) {
  std::error_code problem;
  std::filesystem::create_directories(folder_, problem);
  if (problem || access(folder_.c_str(), W_OK | X_OK) != 0) {
    throw std::runtime_error(
        "folder " + folder_ + " for reservations: " +
        (problem ? problem.message() : std::generic_category().message(errno)));
  }
}

Result<Reserved> Reservations::Read() const {
  const FolderLock lock(folder_, LOCK_SH);
  if (!lock.is_held()) return Failed(folder_, errno);
  return ReadFolder();
}

Result<Reserved> Reservations::ReadFolder() const {
  Reserved reserved;
  std::error_code problem;
  std::filesystem::directory_iterator entry(folder_, problem);
  for (; !problem && entry != std::filesystem::directory_iterator(); entry.increment(problem)) {
    const std::string path = entry->path();
    const std::string name = entry->path().filename();
    if (name.ends_with(kTaken)) {
      ReadTaken(path, name.substr(0, name.size() - kTaken.size()), reserved);
    } else if (name.ends_with(kFaulty)) {
      ReadFaulty(path, name.substr(0, name.size() - kFaulty.size()), reserved);
    }
  }
  if (problem) return Failed(folder_, problem.value());
  std::sort(reserved.taken.begin(), reserved.taken.end(),
            [](const auto& a, const auto& b) { return a.machine < b.machine; });
  return reserved;
}

Result<std::optional<Taken>> Reservations::Take(const std::vector<std::string>& candidates,
                                                const Reservation& wanted) {
  const FolderLock lock(folder_);
  if (!lock.is_held()) return Failed(folder_, errno);
  const Result<Reserved> reserved = ReadFolder();
  if (!reserved) return reserved.error();
  if (const Reservation* has = reserved->OfToken(wanted.token)) {
    return std::optional(Taken{*has, /*is_new=*/false});
  }
  for (const std::string& machine : candidates) {
    if (reserved->IsTaken(machine)) continue;
    Reservation reservation = wanted;
    reservation.machine = machine;
    const Result<bool> is_ours = TakeNew(folder_, File(machine, kTaken), reservation);
    if (!is_ours) return is_ours.error();
    if (*is_ours) return std::optional(Taken{std::move(reservation)});
  }
  return std::optional<Taken>();
}

Result<Done> Reservations::Update(const Reservation& reservation) {
  const FolderLock lock(folder_);
  if (!lock.is_held()) return Failed(folder_, errno);
  const Result<bool> holds = Holds(reservation.machine, reservation.token);
  if (!holds) return holds.error();
  if (!*holds) return Done{};
  return Replace(folder_, File(reservation.machine, kTaken), ToJson(reservation));
}

Result<Done> Reservations::Release(const std::string& machine, const std::string& token) {
  const FolderLock lock(folder_);
  if (!lock.is_held()) return Failed(folder_, errno);
  const Result<bool> holds = Holds(machine, token);
  if (!holds) return holds.error();
  return *holds ? Remove(folder_, File(machine, kTaken)) : Done{};
}

Result<Done> Reservations::SetAside(const std::string& machine, const Fault& fault) {
  const FolderLock lock(folder_);
  if (!lock.is_held()) return Failed(folder_, errno);
  return Replace(folder_, File(machine, kFaulty), ToJson(fault));
}

Result<Done> Reservations::Forgive(const std::string& machine) {
  const FolderLock lock(folder_);
  if (!lock.is_held()) return Failed(folder_, errno);
  return Remove(folder_, File(machine, kFaulty));
}

std::string Reservations::File(const std::string& machine, std::string_view ending) const {
  return folder_ + "/" + machine + std::string(ending);
}

Result<bool> Reservations::Holds(const std::string& machine, const std::string& token) const {
  const Result<Reserved> reserved = ReadFolder();
  if (!reserved) return reserved.error();
  const Reservation* has = reserved->OfMachine(machine);
  return has != nullptr && has->token == token;
}

}  // namespace spillway
