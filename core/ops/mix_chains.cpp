#include "core/ops/ops.h"
#include "core/tensor/rounded.h"

#include <algorithm>

namespace lb {
namespace {

/// y = weight * x + (1 - weight) * sum of shares[k] * chain k. Shapes: x, each chain and y the
/// same; weight one number; shares [chains]. Source: Keras 3 `AugMix`.
struct MixChains {
    static constexpr std::string_view kName = "mix_chains";
    static constexpr std::size_t kFirstChain = 3; // behind x, weight and shares

    static Result<Spec> infer(const OpQuery& query)
    {
        const Spec& x = query.in[0];
        for (const Spec& chain : query.in.subspan(kFirstChain))
            if (chain.shape != x.shape)
                return Error{ErrorCode::BadShape,
                             std::string(kName),
                             {LB_TR("Error", "shapes %1 and %2 do not fit each other"),
                              {text(x.shape), text(chain.shape)}}};
        return Spec{x.dtype, x.shape, {}};
    }
    template <typename T> static void reference(const OpRun<T>& run)
    {
        const T weight = run.in[1].value[0];
        inSteps<T>(run.dtype, [&](const auto& round) {
            for (std::size_t k = kFirstChain; k < run.in.size(); ++k) {
                const T share = run.in[2].value[k - kFirstChain];
                for (std::size_t i = 0; i < run.y.size(); ++i)
                    run.y[i] = round(run.y[i] + round(run.in[k].value[i] * share));
            }
            const T rest = round(1 - weight);
            for (std::size_t i = 0; i < run.y.size(); ++i)
                run.y[i] = round(round(weight * run.in[0].value[i]) + round(rest * run.y[i]));
        });
    }
};

} // namespace

const Op& ops::mixChains()
{
    static constexpr Op op = opOf<MixChains>();
    return op;
}

} // namespace lb
