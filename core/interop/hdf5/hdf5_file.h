#pragma once

#include "core/support/limits.h"
#include "core/support/result.h"
#include "core/tensor/tensor.h"

namespace lb {

inline constexpr std::string_view kHdf5Program = "layerbench-hdf5";

/// A group of an HDF5 file with the datasets "0", "1"..; Keras' variables stand so.
struct Hdf5Group {
    std::string path; ///< "layers/dense/vars"
    std::string name; ///< its attribute `name`; empty: none
    std::vector<Tensor> tensors;
    std::string dataset = {}; ///< of the only tensor, in place of "0"
};

/// The bytes of an HDF5 file. Errors: NotFound without the helper program, Io, Internal.
Result<std::string> encodeHdf5(const std::vector<Hdf5Group>& groups);

/// What a file must hold, and all that is read of it.
struct Hdf5Wanted {
    std::string path;
    std::vector<Shape> shapes; ///< of the datasets "0", "1".., known
    bool optional = false; ///< the group may lack, or hold another number of datasets
    std::string dataset = {}; ///< of the only tensor, in place of "0"
};

/// Reads the datasets, parallel to `wanted`; an optional group that lacks has none. float16 becomes
/// float32. A program of its own parses the file, with limits on memory and time and no way to open
/// another file: only hard links, contiguous or deflated data, and a dataset whose shape is the
/// wanted one. Errors: BadFile with the path inside the file, Unsupported (types, filters), TooLarge
/// before memory is taken, NotFound without the helper program.
Result<std::vector<std::vector<Tensor>>> decodeHdf5(std::string_view bytes,
                                                    const std::vector<Hdf5Wanted>& wanted,
                                                    const Limits& limits = {});

} // namespace lb
