// Options that several commands have, and values that CLI11 does not know.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scaler/cli/commands.h"
#include "scaler/cli/line/command_line.h"
#include "scaler/model/time.h"

namespace spillway {

void AddOutput(CLI::App* command, OutputFormat& output);
// Where the store is, and the output.
void AddStore(CLI::App* command, StoreOptions& options);
// Where the API is.
void AddApi(CLI::App* command, ApiOptions& options);
// The store, or the API.
void AddStoreOrApi(CLI::App* command, StoreOptions& store, ApiOptions& api);
// What all have that ask the service to do something.
void AddAction(CLI::App* command, ActionOptions& options);
// A configuration that must be given.
void AddConfig(CLI::App* command, std::string& config);

// "expected WHAT, got …": thrown by whoever reads a value that was typed.
CLI::ValidationError Expected(const std::string& what, const std::string& got);

// "90s", above zero.
void AddDuration(CLI::App* command, const std::string& name, Duration& to, const std::string& help);
// "0.5%" or 0.005.
void AddShare(CLI::App* command, const std::string& name, double& to, const std::string& help);
// A time of RFC 3339.
void AddTime(CLI::App* command, const std::string& name, std::optional<Time>& to,
             const std::string& help);

// One of the `words` ("metal|virtual") that `from` knows.
template <class E>
void AddWord(CLI::App* command, const std::string& name, std::optional<E>& to,
             std::optional<E> (*from)(std::string_view), const std::string& words,
             const std::string& help) {
  command
      ->add_option_function<std::string>(
          name,
          [&to, from, words](const std::string& word) {
            to = from(word);
            if (!to) throw Expected("one of " + words, word);
          },
          help)
      ->option_text(words);
}

}  // namespace spillway
