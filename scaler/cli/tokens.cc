#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "scaler/cli/commands.h"
#include "scaler/cli/output.h"
#include "scaler/cli/record_text.h"
#include "scaler/cli/stored_state.h"
#include "scaler/cli/table.h"
#include "scaler/control/api_tokens.h"
#include "scaler/model/api_json.h"
#include "scaler/runtime/clock.h"
#include "scaler/runtime/digest.h"

namespace spillway {
namespace {

using nlohmann::json;

bool IsPlainName(const std::string& name) {
  constexpr std::size_t kLongest = 64;
  return !name.empty() && name.size() <= kLongest &&
         name.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
             "._-") == name.npos;
}

bool IsThere(const std::vector<ApiToken>& tokens, const std::string& name) {
  return std::any_of(tokens.begin(), tokens.end(),
                     [&](const ApiToken& token) { return token.name == name; });
}

std::string TokensText(const std::vector<ApiToken>& tokens, Time now) {
  Table table({{.title = "TOKEN"}, {.title = "ROLE"}, {.title = "CLUSTERS"}, {.title = "MADE"}});
  for (const ApiToken& token : tokens) {
    table.Add({token.name, std::string(Name(token.role)),
               token.clusters.empty() ? "all" : fmt::format("{}", fmt::join(token.clusters, ", ")),
               AgoText(token.created, now)});
  }
  return table.is_empty() ? "no tokens yet; `spillway tokens add` makes one\n"
                          : table.Text(StyleOfStdout());
}

}  // namespace

int AddToken(const AddTokenOptions& options) {
  if (!IsPlainName(options.name)) {
    throw CommandError(kUsage, "expected a name of letters, digits, dots, dashes and underscores");
  }
  const std::unique_ptr<Store> store = OpenStoredForNotes(options.store);
  if (IsThere(StoredApiTokens(*store), options.name)) {
    throw CommandError(kFailed, "there is a token " + options.name +
                                    "; choose another name, or revoke that one first");
  }
  const std::string token = MakeApiToken();
  Changes changes;
  changes.notes.push_back(NoteOf(ApiToken{options.name, Sha256Hex(token), options.role,
                                          options.clusters, SystemClock().Now()}));
  store->Commit(changes);
  fmt::print(stderr,
             "{}: {} of {}. The token is shown this once; a service that is running knows it at "
             "once\n",
             options.name, Name(options.role),
             options.clusters.empty() ? "all clusters"
                                      : fmt::format("{}", fmt::join(options.clusters, ", ")));
  Print(token + "\n");
  return kOk;
}

int ListTokens(const StoreOptions& options) {
  const std::vector<ApiToken> tokens = StoredApiTokens(*OpenStored(options));
  if (options.output == OutputFormat::kText) {
    Print(TokensText(tokens, SystemClock().Now()));
    return kOk;
  }
  json list = json::array();
  for (const ApiToken& token : tokens) {
    list.push_back({{"name", token.name},
                    {"role", Name(token.role)},
                    {"clusters", token.clusters},
                    {"created", ApiJson(token.created)}});
  }
  Print(InFormat(options.output, JsonText(list)));
  return kOk;
}

int RevokeToken(const StoreOptions& options, const std::string& name) {
  const std::unique_ptr<Store> store = OpenStoredForNotes(options);
  if (!IsThere(StoredApiTokens(*store), name)) {
    throw CommandError(kNothingThere,
                       "there is no token " + name + "; `spillway tokens list` has them");
  }
  Changes changes;
  changes.notes.push_back({kApiTokenNote, name, ""});
  store->Commit(changes);
  Print(name + ": revoked; a service that is running forgets it within a few seconds\n");
  return kOk;
}

}  // namespace spillway
