#include "core/ops/ops.h"

namespace lb {
namespace {

/// The map that shears images about their top left pixel. Shapes: factors [batch, 2] = [along x,
/// along y]; result [batch, 8]. Source: Keras 3 `RandomShear`.
struct ShearMatrix {
    static constexpr std::string_view kName = "shear_matrix";

    static Result<Spec> infer(const OpQuery& query)
    {
        const Shape& factors = query.in[0].shape;
        if (factors.size() != 2 || factors[1] != 2)
            return Error{
                ErrorCode::BadShape,
                std::string(kName),
                {LB_TR("Error", "needs [batch, 2] numbers, shape is: %1"), {text(factors)}}};
        return Spec{query.in[0].dtype, {factors[0], 8}, {}};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        T* out = run.y.data();
        for (std::size_t i = 0; i + 1 < run.in[0].value.size(); i += 2)
            for (const T value :
                 {T{1}, run.in[0].value[i], T{0}, run.in[0].value[i + 1], T{1}, T{0}, T{0}, T{0}})
                *out++ = value;
    }
};

} // namespace

const Op& ops::shearMatrix()
{
    static constexpr Op op = opOf<ShearMatrix>();
    return op;
}

} // namespace lb
