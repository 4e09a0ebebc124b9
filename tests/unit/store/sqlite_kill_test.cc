// The process is killed in the middle of its commits; what is found afterwards is whole.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "scaler/runtime/random.h"
#include "scaler/store/sqlite_store.h"
#include "tests/support/records.h"
#include "tests/support/scratch_dir.h"

namespace spillway {
namespace {

using namespace spillway::testing;

constexpr int kHostsOfACommit = 20;

// Commit `n` writes the number into every record of it.
Changes CommitNumber(std::int64_t n) {
  Changes changes;
  for (int i = 0; i < kHostsOfACommit; ++i) {
    HostRecord host = AHost("h-" + std::to_string(i));
    host.attempts = n;
    changes.hosts.push_back(host);
  }
  ClusterState cluster;
  cluster.cluster = "edge";
  cluster.decisions = n;
  changes.clusters.push_back(cluster);
  changes.decisions.push_back(ADecision("edge-" + std::to_string(n), At(n * 1s)));
  return changes;
}

// Commits from `first` on until it is killed, telling each durable one over `acknowledge`.
[[noreturn]] void CommitForEver(const std::string& path, std::int64_t first, int acknowledge) {
  const auto store = OpenSqliteStore(path, StoreMode::kReadWrite, "dep-1");
  for (std::int64_t n = first;; ++n) {
    store->Commit(CommitNumber(n));
    if (write(acknowledge, "x", 1) != 1) _exit(1);
  }
}

// Kills a child after it acknowledged `commits`, and a little of `spin` later; returns how many it
// had acknowledged at least.
int RunAndKill(const std::string& path, std::int64_t first, int commits, std::uint64_t spin) {
  int pipe_ends[2];
  if (pipe(pipe_ends) != 0) throw std::runtime_error("no pipe");
  const pid_t child = fork();
  if (child == 0) {
    close(pipe_ends[0]);
    CommitForEver(path, first, pipe_ends[1]);
  }
  close(pipe_ends[1]);
  int acknowledged = 0;
  char byte;
  while (acknowledged < commits && read(pipe_ends[0], &byte, 1) == 1) ++acknowledged;
  for (volatile std::uint64_t i = 0; i < spin;) i = i + 1;
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  close(pipe_ends[0]);
  return acknowledged;
}

TEST(SqliteStoreKilled, KeepsWholeCommitsOnlyAndNoneThatWasAcknowledgedIsLost) {
  const std::uint64_t seed = Random::SeedFromSystem();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  const ScratchDir directory;
  const std::string path = directory.File("store.db");
  std::int64_t last = 0;
  for (int round = 0; round < 12; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    const int commits = 1 + static_cast<int>(random.Below(8));
    const int acknowledged = RunAndKill(path, last + 1, commits, random.Below(3'000'000));
    ASSERT_EQ(acknowledged, commits) << "the child ended by itself";

    const auto store = OpenSqliteStore(path, StoreMode::kReadWrite, "dep-1");
    const auto clusters = store->Clusters();
    ASSERT_EQ(clusters.size(), 1U);
    const std::int64_t found = clusters[0].decisions;
    EXPECT_GE(found, last + acknowledged);
    const auto hosts = store->Hosts(true);
    ASSERT_EQ(hosts.size(), static_cast<std::size_t>(kHostsOfACommit));
    for (const HostRecord& host : hosts) EXPECT_EQ(host.attempts, found) << host.id;
    const auto decisions = store->Decisions({.limit = 1'000'000});
    ASSERT_EQ(decisions.size(), static_cast<std::size_t>(found));
    EXPECT_EQ(decisions.front(), ADecision("edge-" + std::to_string(found), At(found * 1s)));
    last = found;
  }
}

}  // namespace
}  // namespace spillway
