#pragma once

#include "core/graph/flatten.h"
#include "core/support/limits.h"

namespace lb {

/// The weights of a model, matched by (layer, index), in one 64-byte-aligned arena. Outlives
/// plans: a short last batch, evaluation and previews have plans of their own over the same store.
/// Written by one thread (the trainer); snapshots are copies. The optimizer's slots and a plan's
/// gradients lie in arenas of the same layout.
class ParameterStore {
public:
    struct Entry {
        LayerId layer;
        std::size_t index = 0;
        std::string name; ///< "dense/kernel"
        Shape shape;
        bool trainable = true;
        std::size_t offset = 0; ///< into the arena, floats; a multiple of 16
        std::size_t count = 0;
    };

    /// Seeded initial values: weights start from (seed, layer, index).
    /// Errors: BadShape (a dimension is unknown), BadParameter (an initializer is not known),
    /// TooLarge beyond `limits`, before memory is taken.
    static Result<ParameterStore> initial(const FlatModel& model, std::uint64_t seed,
                                          const Limits& limits = {});

    std::span<const Entry> entries() const { return m_entries; }
    const Entry* find(LayerId layer, std::size_t index) const; ///< null if there is none
    std::span<float> values(const Entry& entry); ///< call changed() after writing
    std::span<const float> values(const Entry& entry) const;
    std::size_t arenaSize() const { return m_size; } ///< floats

    /// Tells plans that their copies of weights in other layouts are old.
    void changed() { ++*m_version; }
    const std::uint64_t* version() const { return m_version.get(); } ///< as long as the store

    /// Every weight by layer, in Keras' order: for files, exports and the window.
    std::map<LayerId, std::vector<Tensor>> snapshot() const;
    /// Errors: BadShape naming the first weight that does not fit; changes nothing then.
    /// Layers that the model does not have are ignored, and so are missing ones.
    Result<> restore(const std::map<LayerId, std::vector<Tensor>>& weights);

private:
    std::vector<Entry> m_entries;
    std::shared_ptr<float[]> m_arena; // 64-byte aligned
    std::size_t m_size = 0;
    std::shared_ptr<std::uint64_t> m_version = std::make_shared<std::uint64_t>(1);
};

/// `count` zeros, 64-byte aligned.
std::shared_ptr<float[]> alignedFloats(std::size_t count);

} // namespace lb
