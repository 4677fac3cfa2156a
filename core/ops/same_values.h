#pragma once

#include "core/ops/op.h"

#include <algorithm>
#include <functional>

namespace lb {

/// The reference and the gradient of an Op that gives its input's elements in their order, in
/// another shape.
struct SameValues {
    template <typename T> static void reference(const OpRun<T>& run)
    {
        std::ranges::copy(run.in[0].value, run.y.begin());
    }
    template <typename T> static void gradient(const OpRun<T>& run)
    {
        const auto into = run.in[0].gradient;
        if (!into.empty())
            std::ranges::transform(run.dy, into, into.begin(), std::plus<>());
    }
};

} // namespace lb
