// The declarations of commands that belong together; a source file each, and a line in
// command_line.cc.
#pragma once

namespace spillway {

class CommandLine;

void DeclareService(CommandLine& line);   // run, check-config, config
void DeclareState(CommandLine& line);     // what the service knows
void DeclareActions(CommandLine& line);   // what the service is asked to do
void DeclarePlanning(CommandLine& line);  // plan, providers, offers
void DeclarePolicy(CommandLine& line);
void DeclareReplay(CommandLine& line);
void DeclareIngest(CommandLine& line);  // adapters
void DeclareAccess(CommandLine& line);  // keys, tokens
void DeclareDemo(CommandLine& line);
void DeclareBacktest(CommandLine& line);
void DeclareSelf(CommandLine& line);  // completion, man, version

}  // namespace spillway
