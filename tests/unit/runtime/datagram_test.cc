#include "scaler/runtime/datagram.h"

#include <gtest/gtest.h>

#include "tests/support/udp_listener.h"

namespace spillway {
namespace {

TEST(Datagram, ArrivesAsItWasSent) {
  testing::UdpListener listener;
  const std::string bytes("a\0\xFF z", 5);
  ASSERT_TRUE(SendDatagram("127.0.0.1", listener.port(), bytes));
  ASSERT_TRUE(SendDatagram("localhost", listener.port(), "again"));
  EXPECT_EQ(listener.Next(), bytes);
  EXPECT_EQ(listener.Next(), "again");
}

TEST(Datagram, SaysWhenThereIsNoSuchName) {
  const auto sent = SendDatagram("no such name", 9, "x");
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, ErrorKind::kTransient);
  EXPECT_EQ(sent.error().where, "udp no such name:9");
  EXPECT_NE(sent.error().text, "");
}

}  // namespace
}  // namespace spillway
