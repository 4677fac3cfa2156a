#pragma once

#include "core/graph/document.h"

#include <limits>
#include <map>

namespace lb {

/// Remembers the best epoch and says when to stop: Keras' EarlyStopping, watching val_loss, or the
/// loss where nothing is held out. One thread.
/// Source: Keras 3 `callbacks.EarlyStopping`.
class EarlyStopping {
public:
    using Weights = std::map<LayerId, std::vector<Tensor>>;
    explicit EarlyStopping(const Recipe& recipe)
        : m_patience(recipe.earlyStoppingPatience)
        , m_keepsBest(recipe.restoreBestWeights)
    {
    }

    /// Whether training should end behind this epoch. A NaN is never better.
    bool stopsAfter(std::int64_t epoch, double loss, const Weights& weights)
    {
        const bool better = loss < m_best;
        if (better) {
            m_best = loss;
            m_bestEpoch = epoch;
            m_waited = 0;
        } else {
            ++m_waited;
        }
        if (m_keepsBest && (better || m_bestWeights.empty()))
            m_bestWeights = weights;
        return m_patience > 0 && m_waited >= m_patience && epoch > 0;
    }
    const Weights& bestWeights() const { return m_bestWeights; } ///< empty unless they are kept

    Config state() const;
    /// Errors: BadFile (a field is missing or has another type).
    Result<> restore(const Config& state, Weights best);

private:
    std::int64_t m_patience = 0, m_waited = 0, m_bestEpoch = 0;
    double m_best = std::numeric_limits<double>::infinity();
    bool m_keepsBest = false;
    Weights m_bestWeights; // tensors share their memory: a copy is cheap
};

} // namespace lb
