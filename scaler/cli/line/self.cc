// What is made of the command line itself.
#include <fmt/core.h>

#include <fstream>

#include "scaler/cli/command_error.h"
#include "scaler/cli/command_tree.h"
#include "scaler/cli/completion.h"
#include "scaler/cli/line/groups.h"
#include "scaler/cli/line/options.h"
#include "scaler/cli/man_pages.h"
#include "scaler/cli/output.h"

namespace spillway {
namespace {

struct CompletionOptions {
  std::string shell;
};

struct ManOptions {
  std::string folder;
};

struct VersionOptions {
  OutputFormat output = OutputFormat::kText;
};

int WriteManPages(const Command& program, const std::string& version, const std::string& folder) {
  for (const ManPage& page : ManPagesOf(program, version)) {
    std::ofstream file(folder + "/" + page.file);
    file << page.text;
    file.close();
    if (!file) throw CommandError(kFailed, folder + "/" + page.file + " cannot be written");
  }
  return kOk;
}

void DeclareCompletion(CommandLine& line) {
  auto [completion, options] = line.Add<CompletionOptions>(
      line.program(), "completion",
      "a script by which a shell completes this program's command line",
      [&line](const CompletionOptions& typed) {
        fmt::print("{}", CompletionFor(*ShellFrom(typed.shell), TreeOf(line.program())));
        return static_cast<int>(kOk);
      });
  completion->add_option("shell", options.shell, "the shell")
      ->required()
      ->option_text("bash|zsh|fish")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
}

void DeclareMan(CommandLine& line) {
  auto [man, options] = line.Add<ManOptions>(
      line.program(), "man", "write the manual pages, for packages",
      [&line](const ManOptions& typed) {
        return WriteManPages(TreeOf(line.program()), line.version(), typed.folder);
      });
  man->group("")->add_option("folder", options.folder, "where")->required();
}

void DeclareVersion(CommandLine& line) {
  auto [version, options] = line.Add<VersionOptions>(
      line.program(), "version", "the version of this program",
      [&line](const VersionOptions& typed) {
        Print(typed.output == OutputFormat::kText
                  ? "spillway " + line.version()
                  : InFormat(typed.output, "{\"version\": \"" + line.version() + "\"}"));
        return static_cast<int>(kOk);
      });
  AddOutput(version, options.output);
}

}  // namespace

void DeclareSelf(CommandLine& line) {
  DeclareCompletion(line);
  DeclareMan(line);
  DeclareVersion(line);
}

}  // namespace spillway
