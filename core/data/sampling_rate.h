#pragma once

#include "core/data/source.h"

namespace lb {

/// What sources of sounds are besides.
class HasSamplingRate {
public:
    virtual ~HasSamplingRate() = default;
    virtual std::int64_t samplingRate() const = 0; ///< of every row, in Hz
};

/// In Hz; 0 where the rows are no sounds.
inline std::int64_t samplingRate(const Source& source)
{
    const auto* sounds = dynamic_cast<const HasSamplingRate*>(&source);
    return sounds ? sounds->samplingRate() : 0;
}

} // namespace lb
