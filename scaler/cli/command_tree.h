// The commands of a program and their options as plain values: what --help shows, for other readers
// of it. The door for CLI11 beside line/.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace spillway {

struct CommandOption {
  std::vector<std::string> names;  // "--output", "-o"; none: an argument
  std::string argument;            // what stands after it, or the argument's name; empty: nothing
  std::string help;
  std::string preset;                // its default, in words; empty: none to tell
  std::vector<std::string> choices;  // empty: free
  bool is_required = false;
};

struct Command {
  std::string name;
  std::string summary;
  std::string footer;
  std::vector<CommandOption> options;  // each once, in the order of --help
  std::vector<CommandOption> arguments;
  std::vector<Command> commands;  // hidden ones are left out
};

Command TreeOf(const CLI::App& app);

}  // namespace spillway
