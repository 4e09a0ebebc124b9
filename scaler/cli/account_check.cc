#include "scaler/cli/account_check.h"

#include <fmt/core.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include "scaler/cli/record_text.h"

namespace spillway {
namespace {

std::string_view Meaning(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kTransient: return "it cannot be reached, or does not work just now";
    case ErrorKind::kThrottled: return "it was asked too often; try again in a while";
    case ErrorKind::kNoCapacity: return "it has nothing left";
    case ErrorKind::kQuota: return "the account's limit is reached";
    case ErrorKind::kNotFound: return "something that the configuration names does not exist";
    case ErrorKind::kDenied: return "the credentials are refused, or may not do this";
    case ErrorKind::kInvalid: return "the request is wrong: look at the account's configuration";
    case ErrorKind::kConflict: return "something is in another state than the call needs";
    case ErrorKind::kUnknownOutcome: return "no answer came";
  }
  return "";
}

CheckedStep Failed(const std::string& name, const Error& error) {
  return {name, false, fmt::format("{} ({})", Meaning(error.kind), Describe(error)), {}};
}

CheckedStep CheckCredentials(const ParsedProvider& provider, const Surroundings& surroundings) {
  using State = CredentialSighting::State;
  const CredentialSighting seen =
      provider.sight_credentials ? provider.sight_credentials(surroundings) : CredentialSighting{};
  const std::string where = seen.where.empty() ? "" : ": " + seen.where;
  switch (seen.state) {
    case State::kNotNeeded: return {"credentials", true, "none are needed", {}};
    case State::kFound: return {"credentials", true, "found" + where, {}};
    case State::kUnsure:
      return {"credentials", true, "none lie ready; may be had on asking" + where, {}};
    case State::kMissing: break;
  }
  return {"credentials", false, "missing" + where, {}};
}

CheckedStep CheckList(Provider& provider, const std::string& owner) {
  const Result<MachineList> list = provider.List(owner);
  if (!list) return Failed("list", list.error());
  const std::string machines = fmt::format("{} machines of this deployment", list->machines.size());
  if (!list->is_complete) {
    return {"list", false, machines + ", and a part of the list could not be had", {}};
  }
  return {"list", true, machines, {}};
}

CheckedStep CheckOffers(Provider& provider) {
  const Result<Catalogue> catalogue = provider.Offers();
  if (!catalogue) return Failed("offers", catalogue.error());
  const std::vector<Offer>& offers = catalogue->offers;
  if (offers.empty()) return {"offers", false, "there is nothing to be had", catalogue->remarks};
  const auto [cheapest, dearest] = std::minmax_element(
      offers.begin(), offers.end(),
      [](const Offer& a, const Offer& b) { return a.price_per_hour < b.price_per_hour; });
  return {"offers", true,
          fmt::format("{} of {} to {} an hour", offers.size(), MoneyText(cheapest->price_per_hour),
                      MoneyText(dearest->price_per_hour)),
          catalogue->remarks};
}

}  // namespace

bool AccountCheck::passed() const {
  return std::all_of(steps.begin(), steps.end(),
                     [](const CheckedStep& step) { return step.passed; });
}

AccountCheck CheckAccount(const std::string& account, const ParsedProvider& provider,
                          const PluginContext& context, const std::string& owner) {
  AccountCheck check{account, {CheckCredentials(provider, context.surroundings)}};
  if (!check.passed()) return check;
  try {
    const std::unique_ptr<Provider> made = provider.make(context);
    check.steps.push_back(CheckList(*made, owner));
    check.steps.push_back(CheckOffers(*made));
  } catch (const std::runtime_error& error) {
    check.steps.push_back({"start", false, error.what(), {}});
  }
  return check;
}

}  // namespace spillway
