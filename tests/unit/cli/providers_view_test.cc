#include "scaler/cli/providers_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "scaler/cli/account_check.h"
#include "scaler/runtime/simulated_loop.h"
#include "tests/support/builders.h"

namespace spillway {
namespace {

using namespace spillway::testing;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using State = CredentialSighting::State;

const std::vector<AccountRow> kAccounts = {
    {"big",
     "aws",
     {{ClusterType::kVirtual, {Hypervisor::kLxc}}},
     {State::kFound, "environment: X"}},
    {"rack", "simulated", {{ClusterType::kMetal, {Hypervisor::kKvm}}}, {}},
    {"lost", "vultr", {}, {State::kMissing, "VULTR_API_KEY is not set"}}};

TEST(ProvidersView, NamesEveryDriverWithWhatItCanDo) {
  const std::string text = ProvidersView(BuiltinProviders(), {}, {});
  for (const ProviderKind& driver : BuiltinProviders()) {
    EXPECT_THAT(text, AllOf(HasSubstr("\n" + std::string(driver.kind) + " "),
                            HasSubstr(std::string(driver.summary)),
                            HasSubstr(std::string(driver.idempotency)),
                            HasSubstr(std::string(driver.billing))));
    EXPECT_NE(driver.summary, "") << driver.kind << " does not say what it is";
    EXPECT_NE(driver.idempotency, "") << driver.kind;
    EXPECT_NE(driver.billing, "") << driver.kind;
  }
  EXPECT_THAT(text, Not(HasSubstr("ACCOUNT")));
}

TEST(ProvidersView, SaysWhereCredentialsAreOrWhereTheyWereLookedFor) {
  const std::string text = ProvidersView({}, kAccounts, {});
  EXPECT_THAT(text, AllOf(HasSubstr("found"), HasSubstr("environment: X"), HasSubstr("not needed"),
                          HasSubstr("missing"), HasSubstr("VULTR_API_KEY is not set")));
}

TEST(ProvidersJson, HasTheSameForScripts) {
  const auto report = nlohmann::json::parse(ProvidersJson(BuiltinProviders(), kAccounts));
  EXPECT_EQ(report["drivers"].size(), BuiltinProviders().size());
  const auto aws = std::find_if(report["drivers"].begin(), report["drivers"].end(),
                                [](const auto& driver) { return driver["kind"] == "aws"; });
  ASSERT_NE(aws, report["drivers"].end());
  EXPECT_EQ(
      (*aws)["hosts"],
      nlohmann::json::parse(R"({"metal": ["kvm", "firecracker", "lxc"], "virtual": ["lxc"]})"));
  EXPECT_EQ(report["accounts"][0]["credentials"],
            nlohmann::json::parse(R"({"state": "found", "where": "environment: X"})"));
  EXPECT_TRUE(report["accounts"][2]["hosts"].is_null());
}

// Answers as it is told.
class ToldProvider final : public Provider {
 public:
  ToldProvider(Result<MachineList> list, Result<Catalogue> offers)
      : list_(std::move(list)), offers_(std::move(offers)) {}

  Result<Catalogue> Offers() override { return offers_; }
  Result<Machine> Create(const MachineSpec&) override { throw std::logic_error("not harmless"); }
  Result<Machine> Find(const std::string&, const std::string&, const std::string&) override {
    throw std::logic_error("not asked for");
  }
  Result<MachineList> List(const std::string& owner) override {
    EXPECT_EQ(owner, "deployment");
    return list_;
  }
  Result<Done> Delete(const std::string&, const std::string&) override {
    throw std::logic_error("not harmless");
  }
  const Channel& channel() const override { return channel_; }
  const CreateBudget& create_budget() const override { return budget_; }

 private:
  const Result<MachineList> list_;
  const Result<Catalogue> offers_;
  const Channel channel_{"told", 1};
  const CreateBudget budget_;
};

class AccountCheckTest : public ::testing::Test {
 protected:
  AccountCheck Check(const CredentialSighting& sighting, Result<MachineList> list,
                     Result<Catalogue> offers) {
    ParsedProvider provider;
    provider.make = [list, offers](const PluginContext&) -> std::unique_ptr<Provider> {
      return std::make_unique<ToldProvider>(list, offers);
    };
    provider.sight_credentials = [sighting](const Surroundings&) { return sighting; };
    return CheckAccount("told", provider, {.clock = clock_, .http = http_}, "deployment");
  }
  std::string Text(const AccountCheck& check) { return ChecksView(std::vector{check}, {}); }

  HttpClient http_;
  SimulatedLoop clock_{At(0s)};
  const CredentialSighting found_{State::kFound, "environment: X"};
  const Catalogue one_offer_{{AnOffer("told", "fra", "m")}, {}, {"quotas: denied"}};
};

TEST_F(AccountCheckTest, AnAccountThatAnswersCanBeUsed) {
  MachineList list;
  list.machines.resize(2);
  const AccountCheck check = Check(found_, list, one_offer_);
  EXPECT_TRUE(check.passed());
  EXPECT_THAT(Text(check),
              AllOf(HasSubstr("told: can be used"), HasSubstr("2 machines"),
                    HasSubstr("1 of 0.50 to 0.50 an hour"), HasSubstr("note  quotas: denied")));
}

TEST_F(AccountCheckTest, EachThingThatIsWrongIsSaidInWords) {
  const Error denied{ErrorKind::kDenied, "told list", "Forbidden", "no"};
  const Error down{ErrorKind::kTransient, "told offers", "", "connection refused"};
  struct Row {
    AccountCheck check;
    const char* expected;
  };
  const Row rows[] = {
      {Check(found_, denied, one_offer_),
       "the credentials are refused, or may not do this (told list: denied: Forbidden: no)"},
      {Check(found_, MachineList{}, down), "it cannot be reached, or does not work just now"},
      {Check(found_, MachineList{}, Catalogue{}), "there is nothing to be had"},
      {Check(found_, MachineList{{}, false}, one_offer_), "a part of the list could not be had"},
  };
  for (const Row& row : rows) {
    EXPECT_FALSE(row.check.passed());
    EXPECT_EQ(row.check.steps.size(), 3u) << "the other call is made all the same";
    EXPECT_THAT(ChecksJson(std::vector{row.check}), HasSubstr(row.expected));
  }
}

TEST_F(AccountCheckTest, WithoutCredentialsNobodyIsAsked) {
  const AccountCheck check = Check({State::kMissing, "X is not set"}, MachineList{}, one_offer_);
  EXPECT_FALSE(check.passed());
  EXPECT_EQ(check.steps,
            (std::vector<CheckedStep>{{"credentials", false, "missing: X is not set", {}}}));
  EXPECT_TRUE(Check({State::kUnsure, "a role"}, MachineList{}, one_offer_).passed());
  EXPECT_TRUE(Check({}, MachineList{}, one_offer_).passed());
}

TEST_F(AccountCheckTest, AProviderThatCannotBeMadeSaysWhy) {
  ParsedProvider provider;
  provider.make = [](const PluginContext&) -> std::unique_ptr<Provider> {
    throw std::runtime_error("no such program");
  };
  const AccountCheck check =
      CheckAccount("told", provider, {.clock = clock_, .http = http_}, "deployment");
  ASSERT_EQ(check.steps.size(), 2u);
  EXPECT_EQ(check.steps[1], (CheckedStep{"start", false, "no such program", {}}));
  const auto report = nlohmann::json::parse(ChecksJson(std::vector{check}));
  EXPECT_EQ(report[0]["passed"], false);
  EXPECT_EQ(report[0]["steps"][0]["passed"], true);
}

}  // namespace
}  // namespace spillway
