#pragma once

#include "core/layers/random_layer.h"

namespace lb {

/// A layer that is called on columns of a table by their names, and learns from all of them.
class ColumnsLayerType : public AdaptableLayerType {
public:
    /// Rows of a table that is given at once which are one update of what is learned, as in Keras'
    /// FeatureSpace.adapt(); blocks of a source are one update each.
    static constexpr std::int64_t kUpdateRows = 32;

    /// Names of the columns in the order of its inputs. Errors: those of check().
    virtual Result<std::vector<std::string>> columns(const Config& config) const = 0;
    /// Names of its outputs; empty for one joined vector. Errors: those of check().
    virtual Result<std::vector<std::string>> results(const Config& config) const = 0;
    /// `block` has a tensor a column, [rows] or [rows, 1]. Errors: with the column's name in front.
    virtual Result<Summary> summarise(const Config& config, std::span<const Tensor> block) const = 0;
    Result<Summary> summarise(const Config& config, const Tensor& block) const final
    {
        return summarise(config, std::span(&block, 1));
    }
};

} // namespace lb
