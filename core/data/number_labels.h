#pragma once

#include "core/data/source.h"

namespace lb {

/// What sources are besides whose labels may be numbers to estimate; then they have no classes and
/// Source::label() says nothing.
class HasNumberLabels {
public:
    virtual ~HasNumberLabels() = default;
    virtual bool labelsAreNumbers() const = 0;
    virtual float numberLabel(std::int64_t row) const = 0; ///< finite
};

/// Null where the labels are classes.
inline const HasNumberLabels* numberLabels(const Source& source)
{
    const auto* labels = dynamic_cast<const HasNumberLabels*>(&source);
    return labels && labels->labelsAreNumbers() ? labels : nullptr;
}

} // namespace lb
