#pragma once

#include "core/support/result.h"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>

namespace lb {

/// Makes `count` values on `workers` threads and takes them in order on the caller's, so that what
/// is made of them does not depend on the number of workers. Only a few values wait at a time.
///
/// `make(worker, index)` -> Result<T> runs in parallel and sees its worker's number, for caches;
/// `take(index, T)` -> Result<> runs on the caller's thread. The first error in the order of the
/// indices ends it, as does `stop`: Cancelled. An exception in `make` becomes Internal. A single value
/// is made on the caller's thread.
template <typename T, typename Make, typename Take>
Result<> orderedWork(std::int64_t count, int workers, const std::stop_token& stop, Make&& make,
                     Take&& take)
{
    struct Shared {
        std::mutex mutex;
        std::condition_variable_any changed;
        std::int64_t next = 0, taken = 0;
        std::map<std::int64_t, Result<T>> made;
    } shared;
    const int threads = static_cast<int>(std::clamp<std::int64_t>(count, 1, std::max(workers, 1)));
    const auto safely = [&](int worker, std::int64_t index) -> Result<T> {
        try {
            return make(worker, index);
        } catch (const std::exception& error) {
            return Error{ErrorCode::Internal, "", {LB_TR("Error", "%1"), {error.what()}}};
        }
    };
    if (count == 1) { // a thread would cost more than it brings
        Result<T> value = safely(0, 0);
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "", LB_TR("Error", "was stopped")};
        if (!value.ok())
            return std::move(value.error());
        return take(std::int64_t{0}, std::move(value.value()));
    }
    const auto work = [&](const std::stop_token& ended, int worker) {
        while (true) {
            std::unique_lock lock(shared.mutex);
            const bool goOn = shared.changed.wait(lock, ended, [&] {
                return shared.next >= count || shared.next < shared.taken + 2 * threads;
            });
            if (!goOn || shared.next >= count)
                return;
            const std::int64_t index = shared.next++;
            lock.unlock();
            Result<T> value = safely(worker, index);
            lock.lock();
            shared.made.emplace(index, std::move(value));
            shared.changed.notify_all();
        }
    };
    std::vector<std::jthread> pool;
    for (int worker = 0; worker < threads; ++worker)
        pool.emplace_back(work, worker);
    for (std::int64_t index = 0; index < count; ++index) {
        std::unique_lock lock(shared.mutex);
        if (!shared.changed.wait(lock, stop, [&] { return shared.made.contains(index); })
            || stop.stop_requested())
            return Error{ErrorCode::Cancelled, "", LB_TR("Error", "was stopped")};
        Result<T> value = std::move(shared.made.extract(index).mapped());
        shared.taken = index + 1;
        shared.changed.notify_all();
        lock.unlock();
        if (!value.ok())
            return std::move(value.error());
        if (Result<> done = take(index, std::move(value.value())); !done.ok())
            return done;
    }
    return std::monostate{};
}

} // namespace lb
