#include "core/ops/ops.h"

namespace lb {
namespace {

/// The map that moves images. Shapes: translations [batch, 2] = [dx, dy] in pixels, positive is
/// right and down; result [batch, 8]. Source: Keras 3 `RandomTranslation`.
struct TranslationMatrix {
    static constexpr std::string_view kName = "translation_matrix";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Shape& moves = query.in[0].shape;
        if (moves.size() != 2 || moves[1] != 2)
            return Error{ErrorCode::BadShape,
                         std::string(kName),
                         {LB_TR("Error", "needs [batch, 2] numbers, shape is: %1"), {text(moves)}}};
        return Spec{query.in[0].dtype, {moves[0], 8}, {}};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        T* out = run.y.data();
        for (std::size_t i = 0; i + 1 < run.in[0].value.size(); i += 2)
            for (const T value :
                 {T{1}, T{0}, -run.in[0].value[i], T{0}, T{1}, -run.in[0].value[i + 1], T{0}, T{0}})
                *out++ = value;
    }
};

} // namespace

const Op& ops::translationMatrix()
{
    static constexpr Op op = opOf<TranslationMatrix>();
    return op;
}

} // namespace lb
