#pragma once

#include "core/layers/field.h"
#include "core/layers/layer.h"
#include "core/layers/windows.h"

namespace lb {

/// The parameters of layers that reduce windows of an image.
struct PoolingParams {
    BothOr<std::int64_t> poolSize{2, 2};
    std::optional<BothOr<std::int64_t>> strides; ///< none: those of the window
    Padding padding = Padding::Valid;
    DataFormat dataFormat = DataFormat::ChannelsLast;

    bool operator==(const PoolingParams&) const = default;
};

inline auto poolingFields()
{
    using P = PoolingParams;
    return std::tuple{
        field(&P::poolSize, "pool_size", LB_TR("Layer", "Pool size"))
            .least(1)
            .slider(1, 8)
            .help(LB_TR("Layer", "Height and width of a window, in pixels.")),
        field(&P::strides, "strides", LB_TR("Layer", "Strides"))
            .least(1)
            .slider(1, 8)
            .help(LB_TR("Layer", "How far the window moves; empty: as far as it is large.")),
        field(&P::padding, "padding", LB_TR("Layer", "Padding"))
            .help(LB_TR("Layer", "same lets windows reach beyond the border; valid uses whole "
                                 "windows only.")),
        field(&P::dataFormat, "data_format", LB_TR("Layer", "Data format"))
            .advanced()
            .help(LB_TR("Layer", "Where the channels stand in a shape.")),
    };
}

Result<Outputs> emitPooling(const Op& op, const PoolingParams& params, Emitter& emitter,
                            ValueRef x);
std::vector<Example> poolingExamples();

} // namespace lb
