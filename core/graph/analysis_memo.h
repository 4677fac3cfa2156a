#pragma once

#include "core/graph/analysis.h"

namespace lb {

/// What one call of a layer on given inputs means.
struct CallFacts {
    std::vector<Spec> outputs;
    std::int64_t parameters = 0, trainable = 0, macs = 0;
    std::optional<Error> error; ///< then there are no outputs
};

/// Describes `layer` on `inputs` (batch in front) and adds up its cost. Macs are those of one
/// sample; a count beyond 64 bits stays at the largest. Errors: those of the layer, and TooLarge if
/// a weight has more bytes than Limits lets a tensor have.
CallFacts callFacts(const LayerRegistry& registry, std::string_view kerasClass,
                    const Config& config, const StateHandle& state, const std::vector<Spec>& inputs,
                    Phase phase);

struct AnalysisMemo::Impl {
    struct Entry {
        std::shared_ptr<const LayerDef> layer; ///< kept, so that its address stays its own
        std::vector<Spec> inputs;
        Phase phase = Phase::Training;
        CallFacts facts;
        std::uint64_t used = 0; ///< the round that asked last
    };

    /// The same as callFacts(), described once for equal questions.
    const CallFacts& of(const LayerRegistry& registry, const std::shared_ptr<const LayerDef>& layer,
                        std::vector<Spec> inputs, Phase phase);
    void beginRound() { ++round; }
    void endRound(); ///< forgets what the round did not ask for

    std::multimap<const LayerDef*, Entry> entries;
    std::map<const LayerType*, std::size_t> inputsNeeded;
    std::uint64_t round = 0;
    std::int64_t described = 0; ///< how often a layer was asked, for tests and measures
};

} // namespace lb
