#include <map>

#include "scaler/cli/line/groups.h"
#include "scaler/cli/line/options.h"

namespace spillway {
namespace {

constexpr const char* kKeysExample =
    "Example: a key for the service, and one for an agent that may send samples\n"
    "  spillway keys new /etc/spillway/bus.key\n"
    "  spillway keys new agent.key --clients /etc/spillway/bus.clients --name agent\n";

constexpr const char* kTokensExample =
    "Example: a token for a page that may pause and scale the cluster edge\n"
    "  spillway tokens add page --role operator --cluster edge --config spillway.yaml\n";

struct ShowKeyOptions {
  std::string file;
};

struct RevokeTokenOptions {
  StoreOptions store;
  std::string name;
};

void DeclareKeys(CommandLine& line) {
  CLI::App& keys = line.AddGroup("keys", "keys of the bus: who may send and listen");
  CommandLine::AddExample(keys, kKeysExample);
  auto [fresh, made] =
      line.Add<NewKeyOptions>(keys, "new", "make a key; prints its public part", NewKey);
  fresh->add_option("file", made.file, "where to write it")->required();
  CLI::Option* name = fresh->add_option("--name", made.name, "whose it is, in the list");
  fresh->add_option("--clients", made.clients, "the list of who may come, to which it is added")
      ->needs(name);
  auto [show, shown] =
      line.Add<ShowKeyOptions>(keys, "show", "the public part of a key",
                               [](const ShowKeyOptions& typed) { return ShowKey(typed.file); });
  show->add_option("file", shown.file, "the key's file")->required();
}

void DeclareTokens(CommandLine& line) {
  static const std::map<std::string, Role> kRoles = {
      {"viewer", Role::kViewer}, {"operator", Role::kOperator}, {"admin", Role::kAdmin}};
  CLI::App& tokens = line.AddGroup("tokens", "tokens of the HTTP API: who may see and do what");
  CommandLine::AddExample(tokens, kTokensExample);
  auto [fresh, made] =
      line.Add<AddTokenOptions>(tokens, "add", "make a token; prints it, this once", AddToken);
  fresh->add_option("name", made.name, "whose it is")->required();
  fresh->add_option("--role", made.role, "viewer (default), operator or admin")
      ->transform(CLI::CheckedTransformer(kRoles))
      ->option_text("viewer|operator|admin");
  fresh->add_option("--cluster", made.clusters, "that it is for; none: all")
      ->allow_extra_args(false);
  AddStore(fresh, made.store);
  auto [list, listed] = line.Add<StoreOptions>(tokens, "list", "the tokens there are", ListTokens);
  AddStore(list, listed);
  auto [revoke, revoked] = line.Add<RevokeTokenOptions>(
      tokens, "revoke", "take a token back",
      [](const RevokeTokenOptions& typed) { return RevokeToken(typed.store, typed.name); });
  revoke->add_option("name", revoked.name, "whose it is")->required();
  AddStore(revoke, revoked.store);
}

}  // namespace

void DeclareAccess(CommandLine& line) {
  DeclareKeys(line);
  DeclareTokens(line);
}

}  // namespace spillway
