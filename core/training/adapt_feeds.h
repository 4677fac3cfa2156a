#pragma once

#include "core/data/source.h"
#include "core/training/plan.h"

#include <map>
#include <tuple>

namespace lb {

/// What adapting learns from: an output of the document.
struct AdaptInput {
    PortRef wire;
    bool direct = false; ///< that is a column of the source itself
};

/// The source's columns for as many rows as there are; images in the size that they have. `block` are
/// the columns `reads`, ascending.
std::vector<Spec> adaptSpecs(const Source& source, std::span<const std::size_t> reads,
                             std::span<const Tensor> block);

/// One worker's plans of what leads to a layer that learns: an input and a shape each.
class AdaptFeeds {
public:
    AdaptFeeds(const Document& document, const LayerRegistry& registry, const Source& source)
        : m_document(document)
        , m_registry(registry)
        , m_source(source)
    {
    }

    /// What comes there of a block of rows, as for adaptSpecs(). Errors: those of the layers.
    Result<Tensor> inputOf(const AdaptInput& from, std::span<const std::size_t> reads,
                           std::span<const Tensor> block, std::span<const std::uint64_t> ids);

    /// Without layers that only train. Errors: those of flattened().
    static Result<FlatModel> modelOf(const Document& document, const LayerRegistry& registry,
                                     const PortRef& wire, std::vector<Spec> inputs);

private:
    Result<Plan> made(const PortRef& wire, std::vector<Spec> inputs) const;

    const Document& m_document;
    const LayerRegistry& m_registry;
    const Source& m_source;
    std::map<std::tuple<NodeId, int, Shape>, Plan> m_plans;
};

} // namespace lb
