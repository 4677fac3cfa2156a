#pragma once

#include "core/interop/hdf5/hdf5_stream.h"

namespace lb::hdf5 {

/// Why a file is refused, and where in it.
struct Refused {
    Refusal reason;
    std::string where, found;
};

/// Each takes the request behind its kind and gives the whole answer, or throws Refused.
std::string readMode(Reader& request);
std::string writeMode(Reader& request);

} // namespace lb::hdf5
