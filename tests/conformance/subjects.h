// How each subject of the list is made.
#pragma once

#include <memory>

#include "tests/conformance/subject.h"

namespace spillway::conformance {

std::unique_ptr<Subject> MakeAwsSubject(Duration longest_call);
std::unique_ptr<Subject> MakeSimulatedSubject(Duration longest_call);

}  // namespace spillway::conformance
