#include "tests/conformance/subjects.h"

#include <array>

namespace spillway::conformance {

std::span<const SubjectKind> Subjects() {
  static const std::array kSubjects = {
      SubjectKind{"aws", MakeAwsSubject},
      SubjectKind{"digitalocean", MakeDigitalOceanSubject},
      SubjectKind{"equinix", MakeEquinixSubject},
      SubjectKind{"example", MakeExampleSubject},
      SubjectKind{"external", MakeExternalSubject},
      SubjectKind{"google", MakeGoogleSubject},
      SubjectKind{"onprem", MakeOnpremSubject},
      SubjectKind{"simulated", MakeSimulatedSubject},
      SubjectKind{"vultr_metal", MakeVultrMetalSubject},
      SubjectKind{"vultr_virtual", MakeVultrVirtualSubject},
  };
  return kSubjects;
}

}  // namespace spillway::conformance
