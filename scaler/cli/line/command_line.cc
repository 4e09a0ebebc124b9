#include "scaler/cli/line/command_line.h"

#include <fmt/core.h>

#include <array>
#include <cstdio>
#include <exception>

#include "scaler/cli/command_error.h"
#include "scaler/cli/commands.h"
#include "scaler/cli/line/groups.h"

namespace spillway {
namespace {

constexpr const char* kExitCodes =
    "Exit codes: 0 done; 1 it was tried and did not work; 2 the command line is wrong;\n"
    "3 the configuration is wrong; 4 what was asked for is not there.\n";

// In the order of --help.
constexpr std::array kGroups = {
    DeclareService, DeclareState,  DeclareActions, DeclarePlanning, DeclarePolicy, DeclareReplay,
    DeclareIngest,  DeclareAccess, DeclareDemo,    DeclareBacktest, DeclareSelf,
};

}  // namespace

CommandLine::CommandLine(const std::string& version)
    : version_(version),
      program_("Spillway bursts edge clusters onto clouds when they run over, and shrinks them.") {
  program_.name("spillway");
  program_.footer(kExitCodes);
  program_.require_subcommand(1);
  for (const auto declare : kGroups) declare(*this);
}

CLI::App& CommandLine::AddGroup(const std::string& name, const std::string& summary) {
  CLI::App* group = program_.add_subcommand(name, summary);
  group->require_subcommand(1);
  return *group;
}

void CommandLine::AddExample(CLI::App& command, const std::string& example) {
  command.footer(example + kExitCodes);
}

int CommandLine::Run(int argc, char** argv) {
  try {
    program_.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program_.exit(error) == 0 ? kOk : kUsage;
  }
  try {
    return chosen_();
  } catch (const CommandError& error) {
    fmt::print(stderr, "spillway: {}\n", error.what());
    return error.code();
  } catch (const std::exception& error) {
    fmt::print(stderr, "spillway: {}\n", error.what());
    return kFailed;
  }
}

}  // namespace spillway
