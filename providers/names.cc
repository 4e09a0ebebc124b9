#include "scaler/model/names.h"

#include <array>
#include <utility>

#include "providers/credential_sighting.h"
#include "providers/provider.h"
#include "providers/registrar.h"

namespace spillway {
namespace {

using std::pair;
using Word = std::string_view;

constexpr std::array kMachineStates = {
    pair{MachineState::kStarting, Word("starting")}, pair{MachineState::kRunning, Word("running")},
    pair{MachineState::kStopping, Word("stopping")}, pair{MachineState::kStopped, Word("stopped")},
    pair{MachineState::kGone, Word("gone")},         pair{MachineState::kUnknown, Word("unknown")},
};
constexpr std::array kEnrolmentStates = {
    pair{EnrolmentState::kPending, Word("pending")},
    pair{EnrolmentState::kMonitored, Word("monitored")},
    pair{EnrolmentState::kCordoned, Word("cordoned")},
    pair{EnrolmentState::kError, Word("error")},
    pair{EnrolmentState::kAbsent, Word("absent")},
};
constexpr std::array kSightings = {
    pair{CredentialSighting::State::kNotNeeded, Word("not_needed")},
    pair{CredentialSighting::State::kFound, Word("found")},
    pair{CredentialSighting::State::kMissing, Word("missing")},
    pair{CredentialSighting::State::kUnsure, Word("unsure")},
};

}  // namespace

std::string_view Name(MachineState state) { return NameIn(kMachineStates, state); }
std::string_view Name(EnrolmentState state) { return NameIn(kEnrolmentStates, state); }
std::string_view Name(CredentialSighting::State state) { return NameIn(kSightings, state); }

}  // namespace spillway
