#include "scaler/cli/server_sent_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace spillway {
namespace {

using ::testing::ElementsAre;

constexpr const char* kStream =
    ":\n\n"
    "id: a-1\nevent: decision\ndata: {\"id\":\ndata: \"edge-1\"}\n\n"
    "event: cluster\r\ndata:{}\r\n\r\n"
    "id: a-2\n\n"
    "retry: 100\ndata: last\n\n"
    "data: unfinished\n";

std::vector<ServerSentEvent> Read(const std::string& text, std::size_t piece) {
  std::vector<ServerSentEvent> events;
  ServerSentEvents reader([&](const ServerSentEvent& event) { events.push_back(event); });
  for (std::size_t i = 0; i < text.size(); i += piece) reader.Take(text.substr(i, piece));
  return events;
}

TEST(ServerSentEvents, AreTheSameInPiecesOfAnySize) {
  for (std::size_t piece = 1; piece < 40; ++piece) {
    EXPECT_THAT(Read(kStream, piece),
                ElementsAre(ServerSentEvent{"a-1", "decision", "{\"id\":\n\"edge-1\"}"},
                            ServerSentEvent{"a-1", "cluster", "{}"},
                            ServerSentEvent{"a-2", "message", "last"}))
        << "in pieces of " << piece;
  }
}

}  // namespace
}  // namespace spillway
