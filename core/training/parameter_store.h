#pragma once

#include "core/graph/flatten.h"

namespace lb {

/// The weights of a model, matched by (layer, index), in one 64-byte-aligned arena with room for
/// the optimizer's slots. Outlives plans: a short last batch, evaluation and previews have plans of
/// their own over the same store. Written by one thread (the trainer); snapshots are copies.
class ParameterStore {
public:
    struct Entry {
        LayerId layer;
        std::size_t index = 0;
        std::string name; ///< "dense/kernel"
        Shape shape;
        bool trainable = true;
        std::size_t offset = 0; ///< into the arena, floats
        std::size_t count = 0;
    };

    /// Seeded initial values: weights start from (seed, layer, index).
    static Result<ParameterStore> initial(const FlatModel& model, std::uint64_t seed);

    std::span<const Entry> entries() const { return m_entries; }
    const Entry* find(LayerId layer, std::size_t index) const;
    std::span<float> values(const Entry& entry);
    std::span<const float> values(const Entry& entry) const;

    /// Every weight by layer, in Keras' order: for files, exports and the window.
    std::map<LayerId, std::vector<Tensor>> snapshot() const;
    /// Errors: BadShape naming the first weight that does not fit; changes nothing then.
    Result<> restore(const std::map<LayerId, std::vector<Tensor>>& weights);

private:
    std::vector<Entry> m_entries;
    std::shared_ptr<float[]> m_arena; // 64-byte aligned
    std::size_t m_size = 0;
};

} // namespace lb
