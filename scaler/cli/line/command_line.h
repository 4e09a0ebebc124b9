// The command line: every command with its options, declared once. What runs, --help, the manual
// and completion are all made of this. The door for CLI11, beside command_tree.cc; only sources of
// this folder and main.cc need it.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>

namespace spillway {

// A command that was declared: what further options are declared on, and where they go.
template <class Options>
struct Declared {
  CLI::App* command;
  Options& options;  // as long as the command line
};

class CommandLine {
 public:
  explicit CommandLine(const std::string& version);
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  // Runs what was typed; the process's exit code. What goes wrong is told on standard error.
  int Run(int argc, char** argv);

  // The program itself: what commands are declared below.
  CLI::App& program() { return program_; }
  const std::string& version() const { return version_; }

  // A command below `above` that calls `run` with its options when it is the last one typed.
  template <class Options>
  Declared<Options> Add(CLI::App& above, const std::string& name, const std::string& summary,
                        std::function<int(const Options&)> run) {
    CLI::App* command = above.add_subcommand(name, summary);
    // Shared, because CLI11 copies what it calls back.
    const auto options = std::make_shared<Options>();
    command->callback([this, command, options, run = std::move(run)] {
      if (!command->get_subcommands().empty()) return;  // one below it was typed, and chosen
      chosen_ = [options, run] { return run(*options); };
    });
    return {command, *options};
  }

  // A command that only holds others.
  CLI::App& AddGroup(const std::string& name, const std::string& summary);

  // `example` before the exit codes, at the end of a command's --help.
  static void AddExample(CLI::App& command, const std::string& example);

 private:
  const std::string version_;
  CLI::App program_;
  std::function<int()> chosen_;
};

}  // namespace spillway
