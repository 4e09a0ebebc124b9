// Answers of EC2 that come in pages.
#pragma once

#include <optional>
#include <string>

#include "providers/aws/ec2_client.h"
#include "providers/pages.h"

namespace spillway {

// Reads page after page in `region`. `make` gives the request for a page token (empty: the first),
// `read` makes a page of its answer.
template <class T, class Make, class Read>
Pages<T> ReadEc2Pages(Ec2Client& ec2, const std::string& region, Make make, Read read) {
  return ReadPages<T>("ec2 " + make("").action + " " + region,
                      [&](const std::string& token) -> Result<Page<T>> {
                        const Ec2Request request = make(token);
                        const Result<std::string> body = ec2.Call(region, request);
                        if (!body) return body.error();
                        std::optional<Page<T>> page = read(*body);
                        if (!page) return UnreadableAnswer(region, request);
                        return *page;
                      });
}

}  // namespace spillway
