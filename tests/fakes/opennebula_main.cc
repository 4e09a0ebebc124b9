// The fake OpenNebula as a program: prints its endpoint, then serves until its standard input
// ends.
//
//   fake_opennebula [port [step_milliseconds [session [version]]]]
//
// `session` is what clients must send ("user:password"), `version` what it says it is ("6.8.3").
#include <cstdlib>
#include <iostream>
#include <string>

#include "tests/fakes/opennebula.h"

int main(int argc, char** argv) {
  spillway::fakes::OpenNebulaOptions options;
  options.step_every_time = std::chrono::milliseconds(200);
  if (argc > 1) options.port = std::atoi(argv[1]);
  if (argc > 2) options.step_every_time = std::chrono::milliseconds(std::atoi(argv[2]));
  if (argc > 3) options.session = argv[3];
  if (argc > 4) options.version = argv[4];
  const spillway::fakes::OpenNebula one(options);
  std::cout << one.endpoint() << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
  }
}
