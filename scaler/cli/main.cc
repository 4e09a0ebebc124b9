// spillway: the program.
#include "scaler/cli/line/command_line.h"

int main(int argc, char** argv) { return spillway::CommandLine(SPILLWAY_VERSION).Run(argc, argv); }
