#pragma once

#include "core/kernels/elementwise.h"
#include "core/onednn/adapter.h"
#include "core/ops/op_graph.h"
#include "core/tensor/rounded.h"

#include <optional>
#include <ranges>

namespace lb {

/// A step of our own: what `run` captured is its state.
template <typename Run> onednn::Work workOf(Run run)
{
    return {[](void* raw) { (*static_cast<Run*>(raw))(); }, std::make_shared<Run>(std::move(run))};
}

/// An op's own code over plan memory, everything it needs built beforehand.
struct ReferenceRun {
    void (*op)(const OpRun<float>&) = nullptr;
    OpRun<float> run;
    std::vector<std::span<float>> zeroed; ///< before each run

    void operator()() const
    {
        for (const std::span<float> memory : zeroed)
            std::ranges::fill(memory, 0.0f);
        op(run);
        if (is16Bit(run.dtype))
            roundTo(run.dtype, run.y);
    }
};

/// How two operands lie over a result, where that is a table; nothing for rarer broadcasting.
struct BinaryLayout {
    kernels::Table table;
    kernels::Strides a, b;
};
std::optional<BinaryLayout> binaryLayout(const Shape& a, const Shape& b, const Shape& y);

/// The axes that a mean runs over, where they stand together.
std::optional<kernels::Middle> middleOf(const OpGraph& graph, const OpNode& mean);

/// Host work that `where` does gives `shape`, whose columns are as many as the data have, or as the
/// layer of `type` (null: unknown) has yet to learn. Errors: BadShape, NotFound.
Error openColumns(std::string where, const Shape& shape, const LayerType* type);

void toFloats(const Tensor& tensor, std::span<float> into);
/// Plan memory in the value's own dtype: integers beyond 2^24 are not exact there.
Tensor toTensor(const Spec& spec, std::span<const float> from);

} // namespace lb
