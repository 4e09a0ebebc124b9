#include "providers/account_config.h"

namespace spillway {

std::optional<Money> OverriddenPrice(const PriceOverrides& prices, std::string_view location,
                                     std::string_view plan) {
  for (const std::string& key :
       {std::string(location) + "/" + std::string(plan), std::string(plan)}) {
    const auto found = prices.find(key);
    if (found != prices.end()) return found->second;
  }
  return std::nullopt;
}

AccountConfig ReadAccount(const std::string& name, const ConfigNode& node,
                          const AccountConfig& defaults) {
  AccountConfig account = defaults;
  account.name = name;
  account.endpoint = ReadUrl(node, "endpoint");
  account.public_address =
      node.OneOf<bool>("address", {{"public", true}, {"private", false}}).Or(true);
  for (const auto& [key, unused] : node.Members("prices")) {
    account.prices[key] = node["prices"].Amount(key).Above(Money{}).Or(Money{});
  }
  account.create_budget = ReadCreateBudget(node["create_budget"], account.create_budget);
  account.parallel_calls = node.Integer("parallel_calls").Between(1, 64).Or(account.parallel_calls);
  account.call_time_limit = node.DurationOf("call_time_limit")
                                .Between(std::chrono::milliseconds(100), std::chrono::minutes(10))
                                .Or(account.call_time_limit);
  return account;
}

CreateBudget ReadCreateBudget(const ConfigNode& node, const CreateBudget& defaults) {
  CreateBudget budget;
  budget.per_second = node.Number("per_second").Above(0.0).Or(defaults.per_second);
  budget.burst = node.Integer("burst").Between(1, 1000).Or(defaults.burst);
  budget.in_flight = node.Integer("in_flight").Between(1, 10000).Or(defaults.in_flight);
  node.Finish();
  return budget;
}

std::string ReadUrl(const ConfigNode& node, const std::string& key) {
  const std::string url = node.String(key).Or("");
  if (!url.empty() && !url.starts_with("http://") && !url.starts_with("https://")) {
    node[key].Fail("expected a URL that begins with http:// or https://, got \"" + url + "\"");
  }
  return url;
}

}  // namespace spillway
