#include "core/ops/color.h"
#include "core/ops/image_op.h"
#include "core/ops/ops.h"

#include <cmath>

namespace lb {
namespace {

/// Takes the colours out of those images whose flag is set; integers are cut off towards 0.
/// Shapes: images and result [batch, height, width, 3 or 1]; one flag for each image, or one for
/// all. Errors: BadShape for another number of channels. Source: Keras 3 `RandomGrayscale`.
struct GrayscaleWhere {
    static constexpr std::string_view kName = "grayscale_where";

    static Result<Spec> infer(const OpQuery& query)
    {
        Spec y = query.in[0];
        if (Result<> fits = needsColor(kName, y, true); !fits.ok())
            return fits.error();
        if (y.range.known()) // the weights add up to a little less than 1
            y.range = {y.range.trust, std::min(y.range.least, y.range.least * kGraySum),
                       std::max(y.range.most, y.range.most * kGraySum)};
        return y;
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const bool integer = !isFloating(run.dtype);
        const bool color = run.in[0].shape[3] == 3;
        inSteps<T>(run.dtype, [&](const auto& round) {
            eachImage(run, [&](std::size_t image, std::span<const T> x, std::span<T> y) {
                if (!color || ofImage(run.in[1], image) == 0) {
                    std::ranges::copy(x, y.begin());
                    return;
                }
                for (std::size_t i = 0; i < x.size(); i += 3) {
                    const T gray = grayOf(x.data() + i, round);
                    std::fill_n(y.begin() + static_cast<std::ptrdiff_t>(i), 3,
                                integer ? std::trunc(gray) : gray);
                }
            });
        });
    }
};

} // namespace

const Op& ops::grayscaleWhere()
{
    static constexpr Op op = opOf<GrayscaleWhere>();
    return op;
}

} // namespace lb
