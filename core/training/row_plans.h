#pragma once

#include "core/data/source.h"
#include "core/training/plan.h"

#include <limits>
#include <map>

namespace lb {

/// One worker's plans of the part before the batch: one for each shape of its rows. Used by one thread.
class RowPlans {
public:
    RowPlans(const Document& document, const LayerRegistry& registry, Phase phase,
             const std::shared_ptr<ParameterStore>& store)
        : m_document(document)
        , m_registry(registry)
        , m_phase(phase)
        , m_store(store)
    {
    }

    /// `inputs`: the source's columns for as many rows as there are. Errors: those of flattened().
    Result<Plan*> planFor(std::vector<Spec> inputs);

private:
    const Document& m_document;
    const LayerRegistry& m_registry;
    Phase m_phase;
    std::shared_ptr<ParameterStore> m_store;
    std::map<Shape, Plan> m_plans;
};

inline constexpr std::int64_t kManyRows = std::numeric_limits<std::int64_t>::max();
/// How many rows run at once, so that what is made of them on the way stays in a worker's cache: no
/// row's numbers hang on how many there are. kManyRows where an op might look at other rows.
std::int64_t rowsTogether(const FlatModel& model);

/// The source's columns with so many rows in front; kUnknown where that is open.
std::vector<Spec> columnSpecs(const Source& source, std::int64_t rows);
bool isKnown(const Shape& shape); ///< no size is open
std::size_t rowSize(const Spec& spec); ///< numbers of a row: the shape without its batch

/// Errors: BadShape where a model cannot take what the pipeline gives it, which `from` makes;
/// NotFound where `from` has to learn first.
Result<> checkOutput(const Document& document, const LayerRegistry& registry, const OpNode& output,
                     const PortRef& from);

} // namespace lb
