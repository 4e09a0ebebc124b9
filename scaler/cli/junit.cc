#include "scaler/cli/junit.h"

#include <algorithm>
#include <pugixml.hpp>
#include <stdexcept>

#include "scaler/cli/terminal_text.h"

namespace spillway {
namespace {

// Control characters are no XML.
std::string Legal(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'; }, ' ');
  return text;
}

void AddOutcome(pugi::xml_node node, const char* outcome, const std::string& text) {
  if (text.empty()) return;
  pugi::xml_node child = node.append_child(outcome);
  child.append_attribute("message") = Printable(text.substr(0, text.find('\n'))).c_str();
  child.text() = Legal(text).c_str();
}

}  // namespace

void WriteJunit(const std::string& path, const std::string& suite,
                const std::vector<JunitCase>& cases) {
  const auto count = [&cases](std::string JunitCase::*outcome) {
    return std::count_if(cases.begin(), cases.end(),
                         [&](const JunitCase& c) { return !(c.*outcome).empty(); });
  };
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("testsuites");
  pugi::xml_node node = root.append_child("testsuite");
  node.append_attribute("name") = suite.c_str();
  node.append_attribute("tests") = static_cast<long long>(cases.size());
  node.append_attribute("failures") = static_cast<long long>(count(&JunitCase::failure));
  node.append_attribute("errors") = static_cast<long long>(count(&JunitCase::error));
  for (const JunitCase& c : cases) {
    pugi::xml_node one = node.append_child("testcase");
    one.append_attribute("classname") = Printable(c.suite).c_str();
    one.append_attribute("name") = Printable(c.name).c_str();
    AddOutcome(one, "failure", c.failure);
    AddOutcome(one, "error", c.error);
  }
  if (!document.save_file(path.c_str(), "  ")) {
    throw std::runtime_error("cannot write the results to " + path);
  }
}

}  // namespace spillway
