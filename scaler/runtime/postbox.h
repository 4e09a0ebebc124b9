// What is needed to send something over HTTP from the loop: the call is made on a worker, its
// answer comes back to the loop. All that is referred to outlives who has it.
#pragma once

#include "scaler/runtime/event_loop.h"
#include "scaler/runtime/http_client.h"
#include "scaler/runtime/log.h"
#include "scaler/runtime/metrics.h"
#include "scaler/runtime/random.h"
#include "scaler/runtime/workers.h"

namespace spillway {

struct Postbox {
  EventLoop& loop;
  Workers& workers;  // of nobody who may not wait: one that hangs keeps a thread of theirs
  HttpClient& http;
  Random& random;
  Metrics& metrics;
  Log& log;
};

// Before the next attempt, after `failed` (1 and up) in a row: `first`, doubling up to `longest`,
// of which chance leaves between half and all, so that those that failed together do not come
// together.
Duration DelayAfter(std::int64_t failed, Duration first, Duration longest, Random& random);

// What an answer asks for in its header Retry-After, in seconds, up to an hour; zero when it asks
// for nothing. Dates, which it may hold too, are passed over: there is a delay anyway.
Duration RetryAfter(const HttpResponse& response);

}  // namespace spillway
