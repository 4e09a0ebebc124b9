#include "scaler/cli/man_pages.h"

#include <algorithm>
#include <sstream>

namespace spillway {
namespace {

// A backslash, a dash and a dot or quote at the beginning of a line mean something to groff.
std::string Escaped(const std::string& text) {
  std::string escaped;
  bool at_begin = true;
  for (const char c : text) {
    if (at_begin && (c == '.' || c == '\'')) escaped += "\\&";
    at_begin = c == '\n';
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string Bold(const std::string& text) { return "\\fB" + Escaped(text) + "\\fR"; }
std::string Italic(const std::string& text) { return "\\fI" + Escaped(text) + "\\fR"; }

std::string Upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

std::string Dashed(std::string path) {
  std::replace(path.begin(), path.end(), ' ', '-');
  return path;
}

std::string ArgumentsOf(const Command& command) {
  std::string text;
  for (const CommandOption& argument : command.arguments) {
    const std::string name = Italic(argument.argument);
    text += argument.is_required ? " " + name : " [" + name + "]";
  }
  return text;
}

void WriteOption(std::ostream& out, const CommandOption& option) {
  out << ".TP\n";
  std::string names;
  for (const std::string& name : option.names) names += (names.empty() ? "" : ", ") + Bold(name);
  if (!option.argument.empty()) names += (names.empty() ? "" : " ") + Italic(option.argument);
  out << names << "\n" << Escaped(option.help);
  if (option.is_required && !option.names.empty()) out << " (required)";
  if (!option.preset.empty()) out << " (default: " << Escaped(option.preset) << ")";
  out << "\n";
}

void WriteOptions(std::ostream& out, const char* title, const std::vector<CommandOption>& options) {
  if (options.empty()) return;
  out << ".SH " << title << "\n";
  for (const CommandOption& option : options) WriteOption(out, option);
}

void WriteCommands(std::ostream& out, const std::string& path, const Command& command) {
  if (command.commands.empty()) return;
  out << ".SH COMMANDS\n";
  for (const Command& below : command.commands) {
    out << ".TP\n" << Bold(Dashed(path + " " + below.name)) << "(1)\n";
    out << Escaped(below.summary) << "\n";
  }
}

ManPage PageOf(const Command& command, const std::string& path, const std::string& foot) {
  const std::string name = Dashed(path);
  std::ostringstream out;
  out << ".TH " << Upper(name) << " 1 \"\" \"" << foot << "\" \"Spillway\"\n";
  out << ".SH NAME\n" << Escaped(name) << " \\- " << Escaped(command.summary) << "\n";
  out << ".SH SYNOPSIS\n" << Bold(path) << " [" << Italic("option") << " ...]";
  if (!command.commands.empty()) out << " " << Italic("command");
  out << ArgumentsOf(command) << "\n";
  WriteCommands(out, path, command);
  WriteOptions(out, "ARGUMENTS", command.arguments);
  WriteOptions(out, "OPTIONS", command.options);
  if (!command.footer.empty()) {
    out << ".SH NOTES\n.nf\n" << Escaped(command.footer);
    out << (command.footer.back() == '\n' ? "" : "\n") << ".fi\n";
  }
  const std::size_t last = path.rfind(' ');
  if (last != std::string::npos) {
    out << ".SH SEE ALSO\n" << Bold(Dashed(path.substr(0, last))) << "(1)\n";
  }
  return {name + ".1", out.str()};
}

void AddPages(std::vector<ManPage>& pages, const Command& command, const std::string& path,
              const std::string& foot) {
  pages.push_back(PageOf(command, path, foot));
  for (const Command& below : command.commands) {
    AddPages(pages, below, path + " " + below.name, foot);
  }
}

}  // namespace

std::vector<ManPage> ManPagesOf(const Command& program, const std::string& version) {
  std::vector<ManPage> pages;
  AddPages(pages, program, program.name, program.name + " " + version);
  return pages;
}

}  // namespace spillway
