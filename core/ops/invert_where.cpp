#include "core/ops/image_op.h"
#include "core/ops/ops.h"
#include "core/tensor/rounded.h"

namespace lb {
namespace {

/// y = most - x for those images whose flag is set, else x. Args: most.
/// Shapes: images and result [batch, height, width, channels]; one flag for each image, or one for
/// all. Source: Keras 3 `RandomInvert`.
struct InvertWhere {
    static constexpr std::string_view kName = "invert_where";

    static Result<Spec> infer(const OpQuery& query)
    {
        Spec y = query.in[0];
        if (Result<> fits = needsImages(kName, y); !fits.ok())
            return fits.error();
        const double most = realArg(query.args, "most");
        if (y.range.known())
            y.range = {y.range.trust, std::min(y.range.least, most - y.range.most),
                       std::max(y.range.most, most - y.range.least)};
        return y;
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        T most = static_cast<T>(realArg(run.args, "most"));
        inSteps<T>(run.dtype, [&](const auto& round) { most = round(most); });
        eachImage(run, [&](std::size_t image, std::span<const T> x, std::span<T> y) {
            if (ofImage(run.in[1], image) == 0)
                std::ranges::copy(x, y.begin());
            else
                std::ranges::transform(x, y.begin(), [&](T value) { return most - value; });
        });
    }
};

} // namespace

const Op& ops::invertWhere()
{
    static constexpr Op op = opOf<InvertWhere>();
    return op;
}

} // namespace lb
