#include "core/training/early_stopping.h"

#include "core/graph/json_fields.h"

namespace lb {

Config EarlyStopping::state() const
{
    return ConfigObject{{"best", m_best}, {"best_epoch", m_bestEpoch}, {"waited", m_waited}};
}

Result<> EarlyStopping::restore(const Config& state, Weights best)
{
    Fields fields(state, "early_stopping/");
    fields.need("best", m_best);
    fields.need("best_epoch", m_bestEpoch);
    fields.need("waited", m_waited);
    m_bestWeights = std::move(best);
    Config foreign;
    return fields.done(foreign);
}

} // namespace lb
