#include "scaler/cli/command_tree.h"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace spillway {
namespace {

bool IsWord(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || c == '_' || c == '-';
  });
}

// "text|json|yaml" names the words there are; anything else is a name for what is meant.
std::vector<std::string> ChoicesOf(const std::string& text) {
  std::vector<std::string> words = CLI::detail::split(text, '|');
  const bool are_words = words.size() > 1 && std::all_of(words.begin(), words.end(), IsWord);
  return are_words ? words : std::vector<std::string>{};
}

// CLI11 puts what a value must be after a colon: "FLOAT:POSITIVE".
std::string KindOf(const CLI::Option& option) {
  const std::string kind = option.get_type_name();
  return kind.substr(0, kind.find(':'));
}

CommandOption OptionOf(const CLI::Option& from) {
  CommandOption option;
  for (const std::string& name : from.get_lnames()) option.names.push_back("--" + name);
  for (const std::string& name : from.get_snames()) option.names.push_back("-" + name);
  option.help = from.get_description();
  option.is_required = from.get_required();
  const bool takes_value = from.get_type_size_max() != 0;
  if (option.names.empty()) {
    option.argument = from.get_name(true);
  } else if (takes_value) {
    option.argument = from.get_option_text().empty() ? KindOf(from) : from.get_option_text();
    option.preset = from.get_default_str();
  }
  option.choices = ChoicesOf(from.get_option_text());
  return option;
}

}  // namespace

Command TreeOf(const CLI::App& app) {
  Command command{app.get_name(), app.get_description(), app.get_footer(), {}, {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    const CommandOption made = OptionOf(*option);
    (made.names.empty() ? command.arguments : command.options).push_back(made);
  }
  for (const CLI::App* below : app.get_subcommands(nullptr)) {
    if (!below->get_group().empty()) command.commands.push_back(TreeOf(*below));
  }
  return command;
}

}  // namespace spillway
