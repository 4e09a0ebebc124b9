// How each subject of the list is made.
#pragma once

#include <memory>

#include "tests/conformance/subject.h"

namespace spillway::conformance {

std::unique_ptr<Subject> MakeAwsSubject(Duration call_time_limit);
std::unique_ptr<Subject> MakeDigitalOceanSubject(Duration call_time_limit);
std::unique_ptr<Subject> MakeEquinixSubject(Duration call_time_limit);
std::unique_ptr<Subject> MakeGoogleSubject(Duration call_time_limit);
std::unique_ptr<Subject> MakeOnpremSubject(Duration call_time_limit);
std::unique_ptr<Subject> MakeExampleSubject(Duration call_time_limit);
std::unique_ptr<Subject> MakeExternalSubject(Duration call_time_limit);
std::unique_ptr<Subject> MakeSimulatedSubject(Duration call_time_limit);
std::unique_ptr<Subject> MakeVultrMetalSubject(Duration call_time_limit);
std::unique_ptr<Subject> MakeVultrVirtualSubject(Duration call_time_limit);

}  // namespace spillway::conformance
