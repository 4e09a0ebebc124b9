// OpenNebula's own events, as its hook manager publishes them over ZeroMQ: two frames each, the
// topic and an XML text in base64. What the text says is not read: it is old when it is read, and
// others may have been missed, since nothing is repeated. An event only says that it is time to
// ask.
#pragma once

#include <memory>
#include <string>

#include "bus/adapters/pulled_source.h"

namespace spillway::adapters {

// Listens at `endpoint` ("tcp://front-end:2101") on a thread of its own, and connects again by
// itself. News: an event of a guest that begins to wait, is given a place or ends, or of a host or
// cluster that changes; and each connection, because of what was said before. Losses: kBadBody for
// a message that is no event, kNoAnswer where nobody is there or a connection ends. `context`
// outlives it. Throws zmq::error_t.
std::unique_ptr<News> ListenToOne(bus::Context& context, const std::string& endpoint,
                                  NewsReader reader);

}  // namespace spillway::adapters
