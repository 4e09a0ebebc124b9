#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <set>
#include <thread>

#include "providers/onprem/reservations.h"
#include "tests/support/scratch_dir.h"
#include "tests/support/time.h"

namespace spillway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::chrono_literals;
using testing::At;
using testing::ScratchDir;

Reservation Wanted(const std::string& token) {
  Reservation wanted;
  wanted.token = token;
  wanted.owner = "edge";
  wanted.cluster = "c";
  wanted.host = "h-" + token;
  wanted.location = "fra";
  wanted.plan = "big";
  wanted.since = At(1s);
  return wanted;
}

TEST(Reservations, GiveEachMachineToOneTokenAndEachTokenOneMachine) {
  const ScratchDir dir;
  Reservations book(dir.path());
  const auto first = book.Take({"m1", "m2"}, Wanted("a"));
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->reservation.machine, "m1");
  EXPECT_TRUE((*first)->is_new);
  const auto again = book.Take({"m1", "m2"}, Wanted("a"));
  ASSERT_TRUE(again && *again);
  EXPECT_EQ((*again)->reservation, (*first)->reservation);
  EXPECT_FALSE((*again)->is_new);
  EXPECT_EQ((*book.Take({"m1", "m2"}, Wanted("b")))->reservation.machine, "m2");
  EXPECT_FALSE(*book.Take({"m1", "m2"}, Wanted("c")));
}

TEST(Reservations, SurviveTheProcessWithEverythingThatWasSaid) {
  const ScratchDir dir;
  Reservation taken = (*Reservations(dir.path()).Take({"m1"}, Wanted("a")))->reservation;
  taken.has_come_up = true;
  taken.leaving_since = At(5min);
  ASSERT_TRUE(Reservations(dir.path()).Update(taken));
  const Fault fault{3, At(1h), "no SSH"};
  ASSERT_TRUE(Reservations(dir.path()).SetAside("m2", fault));

  const auto read = Reservations(dir.path()).Read();
  ASSERT_TRUE(read);
  EXPECT_THAT(read->taken, ElementsAre(taken));
  EXPECT_EQ(read->faulty.at("m2"), fault);
  EXPECT_TRUE(read->IsSetAside("m2", At(59min)));
  EXPECT_FALSE(read->IsSetAside("m2", At(1h)));
}

TEST(Reservations, AreEndedOnlyByTheTokenThatHasTheMachine) {
  const ScratchDir dir;
  Reservations book(dir.path());
  const Reservation old = (*book.Take({"m1"}, Wanted("old")))->reservation;
  ASSERT_TRUE(book.Release("m1", "old"));
  ASSERT_TRUE(*book.Take({"m1"}, Wanted("new")));
  EXPECT_TRUE(book.Release("m1", "old"));
  EXPECT_TRUE(book.Update(old));
  EXPECT_EQ(book.Read()->taken.at(0).token, "new");
}

TEST(Reservations, ForgetAFaultThatIsForgiven) {
  const ScratchDir dir;
  Reservations book(dir.path());
  ASSERT_TRUE(book.SetAside("m1", {1, At(1h), "x"}));
  ASSERT_TRUE(book.Forgive("m1"));
  EXPECT_TRUE(book.Forgive("m1"));
  EXPECT_THAT(book.Read()->faulty, IsEmpty());
}

TEST(Reservations, KeepAReasonWhateverItsBytesAre) {
  const ScratchDir dir;
  Reservations book(dir.path());
  ASSERT_TRUE(book.SetAside("m1", {1, At(1h), "caf\xE9 \"closed\"\n"}));
  EXPECT_THAT(book.Read()->faulty.at("m1").why, HasSubstr("\"closed\""));
}

TEST(Reservations, TakeAFileThatMakesNoSenseForTakenByNobodyKnowsWhom) {
  const ScratchDir dir;
  Reservations book(dir.path());
  dir.Write("m1.taken.json", "{\"token\": \"half of a");
  dir.Write("m2.taken.json", "{\"token\": 5}");
  dir.Write("m3.taken.json.new", "");  // of somebody who died while writing
  const auto read = book.Read();
  ASSERT_TRUE(read);
  EXPECT_THAT(read->unreadable, ::testing::UnorderedElementsAre("m1", "m2"));
  EXPECT_EQ((*book.Take({"m1", "m2", "m3"}, Wanted("a")))->reservation.machine, "m3");
}

TEST(Reservations, NeedAFolderThatCanBeWritten) {
  const ScratchDir dir;
  dir.Write("file", "");
  EXPECT_THROW(Reservations(dir.File("file")), std::runtime_error);
  EXPECT_NO_THROW(Reservations(dir.File("new/folder")));
}

TEST(Reservations, SayWhenTheFolderIsGone) {
  const ScratchDir dir;
  Reservations book(dir.File("state"));
  std::filesystem::remove_all(dir.File("state"));
  const auto taken = book.Take({"m1"}, Wanted("a"));
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().kind, ErrorKind::kTransient);
  EXPECT_THAT(Describe(taken.error()), HasSubstr("No such file"));
  EXPECT_FALSE(book.Read());
}

TEST(Reservations, NeverGiveAMachineTwiceAmongThreads) {
  const ScratchDir dir;
  std::vector<std::string> machines;
  for (int i = 0; i < 10; ++i) machines.push_back("m" + std::to_string(i));
  std::atomic<int> given = 0;
  std::vector<std::thread> takers;
  for (int t = 0; t < 4; ++t) {
    takers.emplace_back([&, t] {
      Reservations book(dir.path());
      for (int i = 0; i < 4; ++i) {
        const auto taken = book.Take(machines, Wanted(std::to_string(t) + "-" + std::to_string(i)));
        if (taken && *taken) ++given;
      }
    });
  }
  for (std::thread& taker : takers) taker.join();
  const auto read = Reservations(dir.path()).Read();
  ASSERT_TRUE(read);
  std::set<std::string> tokens;
  for (const Reservation& r : read->taken) tokens.insert(r.token);
  EXPECT_EQ(given, 10);
  EXPECT_EQ(tokens.size(), 10u);
}

// Takes machines until none is left, and tells how many by its exit code.
[[noreturn]] void TakeAll(const std::string& folder, const std::string& who,
                          const std::vector<std::string>& machines) {
  Reservations book(folder);
  int given = 0;
  for (int i = 0;; ++i) {
    const auto taken = book.Take(machines, Wanted(who + "-" + std::to_string(i)));
    if (!taken || !*taken) _exit(given);
    ++given;
  }
}

TEST(Reservations, NeverGiveAMachineTwiceAmongProcesses) {
  const ScratchDir dir;
  std::vector<std::string> machines;
  for (int i = 0; i < 30; ++i) machines.push_back("m" + std::to_string(i));
  std::vector<pid_t> children;
  for (const char* who : {"a", "b", "c"}) {
    const pid_t child = fork();
    if (child == 0) TakeAll(dir.path(), who, machines);
    children.push_back(child);
  }
  int given = 0;
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    given += WEXITSTATUS(status);
  }
  EXPECT_EQ(given, 30);
  EXPECT_EQ(Reservations(dir.path()).Read()->taken.size(), 30u);
}

// Takes and frees a machine for ever, and says a byte after each step.
[[noreturn]] void TakeAndFree(const std::string& folder, int out) {
  Reservations book(folder);
  for (int i = 0;; ++i) {
    const std::string token = std::to_string(i);
    const auto taken = book.Take({"m1"}, Wanted(token));
    if (!taken || !*taken || write(out, "t", 1) != 1) _exit(1);
    if (!book.Update((*taken)->reservation) || write(out, "u", 1) != 1) _exit(1);
    if (!book.SetAside("m1", {1, At(1h), "x"}) || write(out, "a", 1) != 1) _exit(1);
    if (!book.Release("m1", token) || write(out, "r", 1) != 1) _exit(1);
  }
}

TEST(Reservations, AreWholeWhereverTheirProcessIsKilled) {
  for (int steps = 20; steps < 28; ++steps) {
    const ScratchDir dir;
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t child = fork();
    if (child == 0) TakeAndFree(dir.path(), pipe_ends[1]);
    close(pipe_ends[1]);
    char byte = 0;
    for (int i = 0; i < steps; ++i) ASSERT_EQ(read(pipe_ends[0], &byte, 1), 1);
    kill(child, SIGKILL);  // somewhere in its next steps
    waitpid(child, nullptr, 0);
    close(pipe_ends[0]);

    Reservations book(dir.path());
    const auto left = book.Read();
    ASSERT_TRUE(left);
    EXPECT_THAT(left->unreadable, IsEmpty());
    for (const Reservation& r : left->taken) ASSERT_TRUE(book.Release("m1", r.token));
    const auto next = book.Take({"m1"}, Wanted("next"));
    EXPECT_TRUE(next && *next) << "nobody is waited for";
  }
}

}  // namespace
}  // namespace spillway
