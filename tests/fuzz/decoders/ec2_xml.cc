#include "providers/aws/ec2_api.h"
#include "tests/fuzz/decoders/decoders.h"

namespace spillway::fuzz {

void EatEc2Xml(std::string_view bytes) {
  ReadRunInstances(bytes);
  ReadDescribeInstances(bytes);
  ReadDescribeInstanceTypes(bytes);
  ReadDescribeZoneTypes(bytes);
  ReadDescribeImages(bytes);
  ReadEc2Error(bytes);
}

}  // namespace spillway::fuzz
