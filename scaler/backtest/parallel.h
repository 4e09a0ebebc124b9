// Independent tasks on several threads.
#pragma once

#include <cstddef>
#include <functional>

namespace spillway {

// Calls task(0) … task(count - 1), each once, on at most `jobs` threads. Throws what the first task
// that failed threw, after the others have ended; tasks that had not begun are left out then.
void ForEachInParallel(std::size_t count, int jobs, const std::function<void(std::size_t)>& task);

}  // namespace spillway
