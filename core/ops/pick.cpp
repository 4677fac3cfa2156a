#include "core/ops/op_graph.h"
#include "core/ops/ops.h"

#include <algorithm>

namespace lb {
namespace {

/// One of several values of one shape. Args: slot. Shapes: choices [slots], of which number `slot`
/// counts the other inputs from 0 (beyond the last one: the last one); result as each of them.
/// Source: Keras 3 `RandAugment`, which computes all and takes one with `where`; here the others
/// are behind a Gate.
struct Pick {
    static constexpr std::string_view kName = "pick";

    static Result<Spec> infer(const OpQuery& query)
    {
        Spec y = query.in[1];
        for (const Spec& each : query.in.subspan(2)) {
            if (each.shape != y.shape || each.dtype != y.dtype)
                return Error{ErrorCode::BadShape,
                             std::string(kName),
                             {LB_TR("Error", "shapes %1 and %2 do not fit each other"),
                              {text(y.shape), text(each.shape)}}};
            y.range = rangeOf(y.range, each.range, std::min(y.range.least, each.range.least),
                              std::max(y.range.most, each.range.most));
        }
        return y;
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        std::ranges::copy(picked(run).value, run.y.begin());
    }

private:
    template <typename T> static const OpInput<T>& picked(const OpRun<T>& run)
    {
        const T choice = run.in[0].value[static_cast<std::size_t>(intArg(run.args, "slot"))];
        const std::int64_t count = std::ssize(run.in) - 1;
        return run.in[1 + static_cast<std::size_t>(chosenOf(choice, count))];
    }
};

} // namespace

const Op& ops::pick()
{
    static constexpr Op op = opOf<Pick>();
    return op;
}

} // namespace lb
