// Who answers at the API's address may be somebody else, or nobody. Nothing was sent then, and no
// credentials were told.
#include <gmock/gmock.h>

#include <atomic>

#include "tests/conformance/conformance.h"
#include "tests/fakes/http_server.h"
#include "tests/fakes/ssh_banner.h"
#include "tests/fakes/tls_front.h"

namespace spillway::conformance {
namespace {

using ::testing::HasSubstr;

class Strangers : public Conformance {
 protected:
  // What each call says that goes to `endpoint`, made by a provider that has not called before;
  // nothing when this one has no address.
  std::vector<Error> ErrorsAt(const std::string& endpoint) {
    const Machine machine = Running("token-1");
    std::vector<Error> errors;
    const auto take = [&errors](const auto& result) {
      EXPECT_FALSE(result);
      if (!result) errors.push_back(result.error());
    };
    const auto fresh = [&] { return subject().ProviderAt(endpoint); };
    if (fresh() == nullptr) return {};
    take(fresh()->Create(Spec("token-2")));
    take(fresh()->Find(machine.token, machine.location, machine.id));
    take(fresh()->List(kOwner));
    take(fresh()->Delete(machine.id, machine.location));
    return errors;
  }
};

TEST_P(Strangers, ThatCannotProveWhoTheyAreAreToldNothing) {
  std::atomic<int> heard = 0;
  const fakes::HttpServer server([&heard](const fakes::Request&) {
    ++heard;
    return fakes::Response{.status = 200, .body = "{}", .headers = {}};
  });
  const fakes::TlsFront front(server.port());
  const std::vector<Error> errors = ErrorsAt(front.url());
  if (errors.empty()) GTEST_SKIP() << "it has no address";
  for (const Error& error : errors) {
    EXPECT_EQ(error.kind, ErrorKind::kTransient) << Describe(error);
    EXPECT_THAT(error.text, HasSubstr("certificate"));
  }
  EXPECT_EQ(heard, 0);
}

TEST_P(Strangers, ThatSpeakSomethingElseAreToldNothing) {
  const fakes::SshBanner other("SSH-2.0-Other");
  const std::vector<Error> errors = ErrorsAt("https://127.0.0.1:" + std::to_string(other.port()));
  if (errors.empty()) GTEST_SKIP() << "it has no address";
  for (const Error& error : errors) {
    EXPECT_EQ(error.kind, ErrorKind::kTransient) << Describe(error);
    EXPECT_THAT(error.text, HasSubstr("SSL"));
  }
}

TEST_P(Strangers, ThatAreNobodyMadeNothing) {
  std::string nobody;
  {
    const fakes::HttpServer gone([](const fakes::Request&) { return fakes::Response{}; });
    nobody = gone.url();
  }
  const std::vector<Error> errors = ErrorsAt(nobody);
  if (errors.empty()) GTEST_SKIP() << "it has no address";
  for (const Error& error : errors) {
    EXPECT_EQ(error.kind, ErrorKind::kTransient) << Describe(error);
    EXPECT_THAT(error.text, HasSubstr("onnect")) << "what did not work";
  }
}

SPILLWAY_ON_EVERY_SUBJECT(Strangers);

}  // namespace
}  // namespace spillway::conformance
