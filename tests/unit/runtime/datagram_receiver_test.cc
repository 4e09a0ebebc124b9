#include "scaler/runtime/datagram_receiver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "scaler/runtime/clock.h"
#include "scaler/runtime/datagram.h"

namespace spillway {
namespace {

using ::testing::ElementsAre;

void Send(const DatagramReceiver& receiver, const std::string& bytes) {
  const Result<Done> sent = SendDatagram("127.0.0.1", receiver.port(), bytes);
  ASSERT_TRUE(sent) << Describe(sent.error());
}

TEST(DatagramReceiver, GivesWhatComesAndSaysWhatWasCut) {
  const SystemClock clock;
  AsioLoop loop(clock);
  std::vector<std::string> came;
  DatagramReceiver receiver(loop, "127.0.0.1", 0, 5, {[&](std::string_view bytes, bool is_cut) {
                              came.push_back(std::string(bytes) + (is_cut ? "…" : ""));
                              if (bytes == "end") loop.Stop();
                            }});
  for (const char* bytes : {"", "12345", "123456", "end"}) Send(receiver, bytes);
  loop.Run();
  EXPECT_THAT(came, ElementsAre("", "12345", "12345…", "end"));
}

TEST(DatagramReceiver, CountsWhatTheSystemHadNoRoomFor) {
  const SystemClock clock;
  AsioLoop loop(clock);
  // Ends are sent until one finds room; the first that comes says how many did not.
  constexpr int kMany = 4'000;
  int came = 0;
  int ends = 0;
  std::uint32_t overflow = 0;
  std::string end;
  std::function<void()> send_end;
  DatagramReceiver receiver(loop, "127.0.0.1", 0, 9'000,
                            {[&](std::string_view bytes, bool) {
                               if (bytes.starts_with("end ")) {
                                 if (end.empty()) end = bytes;
                                 loop.Stop();
                               } else if (++came % 50 == 0) {
                                 send_end();
                               }
                             },
                             [&](std::uint32_t more) {
                               if (end.empty()) overflow += more;
                             }});
  send_end = [&] { Send(receiver, "end " + std::to_string(ends++)); };
  const std::string large(8'000, 'x');
  for (int i = 0; i < kMany; ++i) Send(receiver, large);
  loop.Run();
  EXPECT_GT(overflow, 0u);
  EXPECT_EQ(static_cast<int>(overflow) + came, kMany + std::stoi(end.substr(4)));
}

TEST(DatagramReceiver, AnAddressThatIsNoneIsTold) {
  const SystemClock clock;
  AsioLoop loop(clock);
  try {
    DatagramReceiver receiver(loop, "nowhere", 8125, 100, {[](std::string_view, bool) {}});
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("udp: cannot listen on nowhere:8125: "));
  }
}

}  // namespace
}  // namespace spillway
