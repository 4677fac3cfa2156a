#pragma once

#include "core/kernels/boxes.h"
#include "core/ops/op.h"

namespace lb {

/// What ops of bounding boxes say of their first input. Errors: BadShape unless it is
/// [batch, boxes, 4] and, where there are, `images` [batch, height, width, channels] have the same
/// batch; naming `op`.
Result<Spec> boxesSpec(std::string_view op, const Spec& boxes, const Spec* images = nullptr);

/// The argument `key`, which holds Keras' name of a format.
kernels::BoxFormat boxFormatArg(const Config& args, std::string_view key);

/// The size of the images that are input `index`.
template <typename T> kernels::BoxSize<T> sizeOf(const OpRun<T>& run, std::size_t index)
{
    const auto shape = run.in[index].shape;
    return {static_cast<T>(shape[1]), static_cast<T>(shape[2])};
}

/// Writes move(box, image) for every box of the first input.
template <typename T, typename Move> void eachBox(const OpRun<T>& run, Move&& move)
{
    const auto shape = run.in[0].shape;
    const auto boxes = static_cast<std::size_t>(shape[1]);
    for (std::size_t image = 0; image < static_cast<std::size_t>(shape[0]); ++image)
        for (std::size_t i = 0; i < boxes; ++i) {
            const std::size_t at = (image * boxes + i) * 4;
            kernels::Box<T> box;
            std::copy_n(run.in[0].value.data() + at, 4, box.begin());
            const kernels::Box<T> moved = move(box, image);
            std::copy_n(moved.begin(), 4, run.y.data() + at);
        }
}

} // namespace lb
