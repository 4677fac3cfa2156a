#pragma once

#include "core/graph/document.h"
#include "core/layers/registry.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace lb {

/// Two states of a layer side by side. Of a vocabulary a row is a token with its ids; of means,
/// variances and boundaries a row is a place with its numbers.
struct StateComparison {
    enum class Change : std::uint8_t { Same, Added, Removed, Moved };
    struct Row {
        std::string name; ///< the token; "mean 2"; "boundary 1"
        std::optional<double> before, after; ///< nothing: it is not there
        Change change() const
        {
            return !before ? Change::Added
                : !after   ? Change::Removed
                : *before == *after ? Change::Same
                                    : Change::Moved;
        }
        bool operator==(const Row&) const = default;
    };

    std::vector<Row> rows; ///< in the order of `after`, what was removed at the end
    std::array<std::int64_t, 4> counts{}; ///< by Change
    std::int64_t count(Change change) const { return counts[static_cast<std::size_t>(change)]; }
};

/// Compares what two layers of one class learned or were given. Any thread.
/// Errors: Unsupported (a class that learns neither tokens nor numbers), NotFound (one of them has
/// learned nothing yet).
Result<StateComparison> comparedStates(const LayerDef& before, const LayerDef& after,
                                       const LayerRegistry& registry);

} // namespace lb
