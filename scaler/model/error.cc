#include "scaler/model/error.h"

namespace spillway {

std::string Describe(const Error& error) {
  std::string line = error.where;
  line += ": ";
  line += Name(error.kind);
  for (const std::string* part : {&error.code, &error.text}) {
    if (!part->empty()) line += ": " + *part;
  }
  return line;
}

}  // namespace spillway
