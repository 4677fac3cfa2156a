#pragma once

#include "core/layers/random_layer.h"
#include "core/layers/registry.h"

#include <QString>

#include <array>
#include <numeric>

namespace lb::test {

/// What the tests of random layers share: the layers by name, and what they draw.
class Drawing {
protected:
    Drawing() { registerBuiltinLayers(m_registry); }

    struct Of {
        std::uint64_t firstSample = 0;
        std::uint64_t batch = 0;
        std::int64_t size = 0; ///< of square images; 0: 6 x 8 pixels
    };
    /// For as many samples of one batch.
    Transformation draw(const QString& name, const Config& config, std::size_t count,
                        const Of& of) const
    {
        std::vector<std::uint64_t> ids(count);
        std::iota(ids.begin(), ids.end(), of.firstSample);
        const std::array inputs{Spec{DType::Float32,
                                     {std::ssize(ids), of.size ? of.size : 6, of.size ? of.size : 8,
                                      3},
                                     {}}};
        const auto& random = dynamic_cast<const RandomLayerType&>(layer(name));
        return random.draw(config, {StreamKey{1}, 0, ids, of.batch, inputs}).value();
    }
    Transformation draw(const QString& name, const Config& config, std::size_t count) const
    {
        return draw(name, config, count, Of{});
    }
    const LayerType& layer(const QString& name) const
    {
        return *m_registry.find(name.toStdString()).value();
    }

    LayerRegistry m_registry;
};

} // namespace lb::test
