#include "scaler/cli/completion.h"

#include <functional>
#include <sstream>
#include <utility>

namespace spillway {
namespace {

// `path` of a command is that of the one above, a space, and its name; the program's own is empty.
using Visit = std::function<void(const Command&, const std::string& path)>;

void ForEach(const Command& command, const std::string& path, const Visit& visit) {
  visit(command, path);
  for (const Command& below : command.commands) ForEach(below, path + " " + below.name, visit);
}

std::string Joined(const std::vector<std::string>& words, const std::string& between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

// In single quotes, where only the quote itself means something to a shell. Help is one line.
std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c == '\n' ? ' ' : c;
    }
  }
  return quoted + "'";
}

// Patterns of a case statement: `"<path> <word>"` for each word.
std::string Patterns(const std::string& path, const std::vector<std::string>& words) {
  std::vector<std::string> patterns;
  for (const std::string& word : words) patterns.push_back("\"" + path + " " + word + "\"");
  return Joined(patterns, "|");
}

std::string CommandPatterns(const Command& program) {
  std::vector<std::string> all;
  ForEach(program, "", [&](const Command& command, const std::string& path) {
    for (const Command& below : command.commands) all.push_back(Patterns(path, {below.name}));
  });
  return Joined(all, "|");
}

std::vector<std::string> NamesBelow(const Command& command) {
  std::vector<std::string> names;
  for (const Command& below : command.commands) names.push_back(below.name);
  return names;
}

std::vector<std::string> OptionNames(const Command& command) {
  std::vector<std::string> names;
  for (const CommandOption& option : command.options) {
    names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return names;
}

std::vector<std::string> ArgumentChoices(const Command& command) {
  return command.arguments.empty() ? std::vector<std::string>{} : command.arguments[0].choices;
}

// bash: what COMPREPLY leaves empty is completed with files.
std::string Bash(const Command& program) {
  std::ostringstream out;
  out << "# bash completion for " << program.name << "\n_" << program.name << "() {\n"
      << "  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
      << "  local at= i words=\n"
      << "  COMPREPLY=()\n"
      << "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      << "    case \"$at ${COMP_WORDS[i]}\" in\n"
      << "      " << CommandPatterns(program) << ") at=\"$at ${COMP_WORDS[i]}\" ;;\n"
      << "    esac\n  done\n"
      << "  case \"$at $before\" in\n";
  ForEach(program, "", [&](const Command& command, const std::string& path) {
    for (const CommandOption& option : command.options) {
      if (option.argument.empty()) continue;
      out << "    " << Patterns(path, option.names) << ")\n      COMPREPLY=($(compgen -W \""
          << Joined(option.choices, " ") << "\" -- \"$current\")); return ;;\n";
    }
  });
  out << "  esac\n  case \"$at\" in\n";
  ForEach(program, "", [&](const Command& command, const std::string& path) {
    std::vector<std::string> words = NamesBelow(command);
    for (const std::string& choice : ArgumentChoices(command)) words.push_back(choice);
    out << "    \"" << path << "\") words=\"" << Joined(words, " ") << "\"\n"
        << "      [[ $current == -* ]] && words=\"" << Joined(OptionNames(command), " ")
        << "\" ;;\n";
  });
  out << "  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}\n"
      << "complete -o bashdefault -o default -F _" << program.name << " " << program.name << "\n";
  return out.str();
}

// A word and its help for _describe, which takes the first colon for the end of the word.
std::string Described(const std::string& word, const std::string& help) {
  return Quoted(word + ":" + help);
}

std::string Zsh(const Command& program) {
  std::ostringstream out;
  out << "#compdef " << program.name << "\n_" << program.name << "() {\n"
      << "  local at= word\n  local -a commands options\n"
      << "  for word in \"${(@)words[2,CURRENT-1]}\"; do\n"
      << "    case \"$at $word\" in\n"
      << "      (" << CommandPatterns(program) << ") at=\"$at $word\" ;;\n"
      << "    esac\n  done\n"
      << "  case \"$at ${words[CURRENT-1]}\" in\n";
  ForEach(program, "", [&](const Command& command, const std::string& path) {
    for (const CommandOption& option : command.options) {
      if (option.argument.empty()) continue;
      out << "    (" << Patterns(path, option.names) << ") "
          << (option.choices.empty() ? "_files" : "compadd -- " + Joined(option.choices, " "))
          << "; return ;;\n";
    }
  });
  out << "  esac\n  case \"$at\" in\n";
  ForEach(program, "", [&](const Command& command, const std::string& path) {
    out << "    (\"" << path << "\")\n      commands=(";
    for (const Command& below : command.commands) {
      out << "\n        " << Described(below.name, below.summary);
    }
    for (const std::string& choice : ArgumentChoices(command)) {
      out << "\n        " << Quoted(choice);
    }
    out << ")\n      options=(";
    for (const CommandOption& option : command.options) {
      for (const std::string& name : option.names) {
        out << "\n        " << Described(name, option.help);
      }
    }
    out << ") ;;\n";
  });
  out << "  esac\n"
      << "  if [[ ${words[CURRENT]} == -* ]]; then\n    _describe option options\n"
      << "  elif (( $#commands )); then\n    _describe command commands\n"
      << "  else\n    _files\n  fi\n}\n"
      // Loaded by its name, the file is the function's body; sourced, it makes itself known.
      << "if [[ $funcstack[1] == _" << program.name << " ]]; then\n  _" << program.name
      << " \"$@\"\nelse\n  compdef _" << program.name << " " << program.name << "\nfi\n";
  return out.str();
}

std::string FishOption(const CommandOption& option) {
  std::string text;
  for (const std::string& name : option.names) {
    text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (!option.argument.empty()) text += " -r";
  if (!option.choices.empty()) text += " -f -a " + Quoted(Joined(option.choices, " "));
  return text + " -d " + Quoted(option.help);
}

std::string Fish(const Command& program) {
  const std::string at = "__" + program.name + "_at";
  std::ostringstream out;
  out << "# fish completion for " << program.name << "\nfunction " << at << "\n"
      << "  set -l at ''\n"
      << "  for word in (commandline -opc)[2..-1]\n    switch \"$at $word\"\n      case";
  ForEach(program, "", [&](const Command& command, const std::string& path) {
    for (const Command& below : command.commands) {
      out << " " << Quoted(path + " " + below.name);
    }
  });
  out << "\n        set at \"$at $word\"\n    end\n  end\n"
      << "  test \"$at\" = \"$argv[1]\"\nend\n";
  ForEach(program, "", [&](const Command& command, const std::string& path) {
    const std::string begin =
        "complete -c " + program.name + " -n " + Quoted(at + " \"" + path + "\"");
    const std::vector<std::string> choices = ArgumentChoices(command);
    if (!command.commands.empty() || !choices.empty()) out << begin << " -f\n";
    for (const Command& below : command.commands) {
      out << begin << " -a " << below.name << " -d " << Quoted(below.summary) << "\n";
    }
    if (!choices.empty()) out << begin << " -a " << Quoted(Joined(choices, " ")) << "\n";
    for (const CommandOption& option : command.options) {
      out << begin << FishOption(option) << "\n";
    }
  });
  return out.str();
}

}  // namespace

std::optional<Shell> ShellFrom(const std::string& name) {
  if (name == "bash") return Shell::kBash;
  if (name == "zsh") return Shell::kZsh;
  if (name == "fish") return Shell::kFish;
  return std::nullopt;
}

std::string CompletionFor(Shell shell, const Command& program) {
  switch (shell) {
    case Shell::kBash: return Bash(program);
    case Shell::kZsh: return Zsh(program);
    case Shell::kFish: return Fish(program);
  }
  return "";
}

}  // namespace spillway
