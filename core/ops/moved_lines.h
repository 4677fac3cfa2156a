#pragma once

#include "core/ops/op.h"

#include <algorithm>

namespace lb {

/// The reference and the gradient of an Op that puts lines of its input's elements elsewhere: `F`
/// has eachLine(run, visit), which calls visit(from, to, count) for each.
template <typename F> struct MovedLines {
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const auto x = run.in[0].value;
        F::eachLine(run, [&](std::int64_t from, std::int64_t to, std::int64_t count) {
            std::copy_n(x.begin() + from, count, run.y.begin() + to);
        });
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        const auto into = run.in[0].gradient;
        if (into.empty())
            return;
        F::eachLine(run, [&](std::int64_t from, std::int64_t to, std::int64_t count) {
            for (std::int64_t i = 0; i < count; ++i)
                into[static_cast<std::size_t>(from + i)]
                    += run.dy[static_cast<std::size_t>(to + i)];
        });
    }
};

} // namespace lb
