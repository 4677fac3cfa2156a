#include "core/layers/pooling_params.h"

namespace lb {

Result<Outputs> emitPooling(const Op& op, const PoolingParams& params, Emitter& emitter,
                            ValueRef x)
{
    const ValueRef y
        = emitter.op(op, {channelsLast(emitter, x, params.dataFormat)},
                     {{"pool_size", pairConfig(params.poolSize)},
                      {"strides", pairConfig(params.strides.value_or(params.poolSize))},
                      {"padding", nameOf(params.padding)}});
    return Outputs{inFormat(emitter, y, params.dataFormat)};
}

std::vector<Example> poolingExamples()
{
    return {
        {"default", ConfigObject{}, {{2, 4, 5, 3}}},
        {"same, other strides",
         ConfigObject{
             {"pool_size", ConfigList{3, 2}}, {"strides", ConfigList{2, 3}}, {"padding", "same"}},
         {{1, 5, 5, 2}}},
        {"overlapping, channels first",
         ConfigObject{{"pool_size", 2}, {"strides", 1}, {"data_format", "channels_first"}},
         {{2, 2, 3, 4}}},
    };
}

} // namespace lb
