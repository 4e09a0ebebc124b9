#include "bus/curve.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "tests/support/scratch_dir.h"

namespace spillway::bus {
namespace {

using spillway::testing::ScratchDir;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

template <class F>
std::string Thrown(F&& f) {
  try {
    f();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

class CurveTest : public ::testing::Test {
 protected:
  std::string Key(const std::string& text, mode_t mode = 0600) {
    const std::string path = scratch_.Write("a.key", text);
    chmod(path.c_str(), mode);
    return path;
  }

  ScratchDir scratch_;
  const CurveKeys keys_ = MakeCurveKeys();
};

TEST_F(CurveTest, AKeyFileHoldsBothKeysAndIsForItsOwner) {
  const std::string path = scratch_.File("bus.key");
  WriteKeyFile(path, keys_);
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const CurveKeys read = ReadKeyFile(path);
  EXPECT_EQ(read.public_key, keys_.public_key);
  EXPECT_EQ(read.secret_key.Reveal(), keys_.secret_key.Reveal());
  EXPECT_THAT(Thrown([&] { WriteKeyFile(path, MakeCurveKeys()); }), HasSubstr("exists"));
}

TEST_F(CurveTest, AKeyFileThatIsNoneIsToldWithoutItsKeys) {
  const std::string secret = keys_.secret_key.Reveal();
  const std::string good =
      "public-key = \"" + keys_.public_key + "\"\nsecret-key = \"" + secret + "\"\n";
  EXPECT_EQ(ReadKeyFile(Key(good)).public_key, keys_.public_key);
  EXPECT_EQ(ReadKeyFile(Key(good, 0640)).public_key, keys_.public_key);

  EXPECT_THAT(Thrown([&] { ReadKeyFile(Key(good, 0644)); }), HasSubstr("everybody can read"));
  EXPECT_THAT(Thrown([&] { ReadKeyFile(scratch_.File("none")); }), HasSubstr("No such file"));
  const std::string without = Thrown([&] { ReadKeyFile(Key("secret-key = \"" + secret + "\"")); });
  EXPECT_THAT(without, HasSubstr("a.key: expected a line public-key"));
  EXPECT_THAT(without, Not(HasSubstr(secret)));
  const std::string cut = secret.substr(0, 39);
  const std::string broken = Thrown([&] {
    ReadKeyFile(Key("public-key = \"" + keys_.public_key + "\"\nsecret-key = \"" + cut + "\""));
  });
  EXPECT_THAT(broken, HasSubstr("expected a line secret-key"));
  EXPECT_THAT(broken, Not(HasSubstr(cut)));
}

TEST_F(CurveTest, AnAllowListNamesWhoMayCome) {
  const std::string path = scratch_.File("clients");
  AddToAllowList(path, "agent", keys_.public_key);
  const CurveKeys other = MakeCurveKeys();
  AddToAllowList(path, "forecaster", other.public_key);
  const std::string hashes = "0000#0000#0000#0000#0000#0000#0000#0000#";  // a key all the same
  std::ofstream(path, std::ios::app) << "\n  # nobody\nodd " << hashes << "\n";
  EXPECT_EQ(
      ReadAllowList(path),
      (AllowList{{keys_.public_key, "agent"}, {other.public_key, "forecaster"}, {hashes, "odd"}}));

  EXPECT_THAT(Thrown([&] { AddToAllowList(path, "agent", MakeCurveKeys().public_key); }),
              HasSubstr("has \"agent\" already"));
  EXPECT_THAT(Thrown([&] { AddToAllowList(path, "twin", keys_.public_key); }),
              HasSubstr("has \"agent\" already"));
  EXPECT_THAT(Thrown([&] { AddToAllowList(path, "two words", MakeCurveKeys().public_key); }),
              HasSubstr("a name without spaces"));
}

TEST_F(CurveTest, AMistakeInAnAllowListIsToldWithItsLine) {
  for (const std::string& line :
       {std::string("agent"), std::string("agent short"), "agent " + keys_.public_key + " more"}) {
    const std::string path = scratch_.Write("clients", "# who may come\n" + line + "\n");
    EXPECT_THAT(Thrown([&] { ReadAllowList(path); }), HasSubstr("clients:2: expected a name"));
  }
  EXPECT_THAT(ReadAllowList(scratch_.Write("clients", "")), IsEmpty());
}

}  // namespace
}  // namespace spillway::bus
