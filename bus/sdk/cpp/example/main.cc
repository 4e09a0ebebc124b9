// Sends a load three times: send_load tcp://127.0.0.1:5555
//
//   c++ -I .. main.cc -lzmq -o send_load
#include <cstdio>
#include <exception>

#include "spillway_samples.h"

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: %s ADDRESS\n", arguments[0]);
    return 2;
  }
  try {
    spillway::Samples samples(arguments[1]);
    for (const double load : {0.5, 0.6, 0.7}) {
      samples.Add("edge", "load", load, {{"host", "node-1"}});
      samples.Add("edge", "load", load, {{"host", "node \"2\"\n"}});
      if (!samples.Flush()) std::fprintf(stderr, "nobody takes samples\n");
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
