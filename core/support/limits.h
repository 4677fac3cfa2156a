#pragma once

#include <cstddef>
#include <cstdint>

namespace lb {

/// What readers refuse to go beyond, checked before memory is taken. One value for all readers.
struct Limits {
    std::size_t jsonBytes = 64u << 20;
    int jsonDepth = 64;
    std::size_t jsonStringBytes = 1u << 20;
    std::size_t archiveBytes = std::size_t{4} << 30; ///< a file that is read whole
    std::size_t archiveMembers = 10'000;
    std::size_t tensorBytes = std::size_t{4} << 30;
    std::size_t imageFileBytes = 256u << 20;
    std::int64_t imagePixels = 100'000'000;
    std::int64_t folderFiles = 10'000'000;
    int folderDepth = 32;
    std::size_t recordBytes = 16u << 20; ///< a record of a CSV file, a line of a text file
    std::size_t tableColumns = 16'384; ///< as many as spreadsheets have
    std::int64_t tableRows = 2'000'000'000;
    std::size_t classes = 1'000; ///< distinct values of a label column
    std::size_t hdf5Objects = 100'000;
    std::size_t nodes = 20'000;
};

} // namespace lb
