#pragma once

#include "core/data/image_annotations.h"
#include "core/support/jobs.h"
#include "core/support/limits.h"
#include "core/support/result.h"

#include <filesystem>
#include <map>
#include <vector>

namespace lb {

inline constexpr const char* kBoxesFile = "boxes.csv";
inline constexpr std::string_view kMaskEnding = ".mask.png";

/// The bounding boxes of a folder of images, from its boxes.csv: a line a box, with the columns
/// image (its name below the folder, "cat/0001.jpg"), left, top, right, bottom (pixels from the top
/// left corner of the image) and label, in any order. Labels are words, numbered in bytewise order,
/// or whole numbers from 0 on.
class FolderBoxes {
public:
    /// Nothing where the folder has no such file. Errors, with file and line: those of CsvFile;
    /// NotFound (a column is missing); BadFile (no number, a right edge left of the left one, a
    /// label below 0 or above 65,535).
    static Result<FolderBoxes> read(const std::filesystem::path& folder, const JobContext& job,
                                    const Limits& limits);

    bool empty() const { return m_boxes.empty(); }
    const std::vector<std::string>& names() const { return m_names; } ///< by label
    const std::string& hash() const { return m_hash; } ///< of the file; empty without
    /// Boxes [n, 4] and labels [n] of one image; none where the file does not name it.
    ImageAnnotations of(const std::string& image) const;
    /// Images that the file names and `known` lacks.
    std::vector<std::string> unknown(const std::vector<std::string>& known) const;

private:
    struct Box {
        std::array<float, 4> edges{};
        std::int32_t label = 0;
    };
    std::map<std::string, std::vector<Box>, std::less<>> m_boxes;
    std::vector<std::string> m_names;
    std::string m_hash;
};

/// The mask that belongs to an image of that size: "cat/0001.mask.png" beside "cat/0001.jpg", whose
/// numbers are the classes of its pixels, as uint8 [height, width, 1]; none without that file.
/// Errors: those of readMask(); BadShape for another size, naming the file.
Result<std::optional<Tensor>> maskBeside(const std::filesystem::path& image, std::int64_t height,
                                         std::int64_t width, const Limits& limits);

} // namespace lb
