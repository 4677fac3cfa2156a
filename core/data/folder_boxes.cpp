#include "core/data/folder_boxes.h"

#include "core/data/csv_file.h"
#include "core/data/mask_file.h"

#include <algorithm>
#include <set>

namespace lb {
namespace {

constexpr std::array<const char*, 4> kEdges{"left", "top", "right", "bottom"};
constexpr std::int64_t kMostLabel = 65'535;

struct BoxLine {
    std::string image, label;
    std::array<float, 4> edges{};
    std::int64_t line = 0;
};

Error badBoxLine(const std::filesystem::path& path, std::int64_t line, Message reason)
{
    return {ErrorCode::BadFile, path.string() + ":" + std::to_string(line), std::move(reason)};
}

/// The place of every column that is needed.
Result<std::map<std::string, std::size_t>> placesOf(const std::filesystem::path& path,
                                                    const std::vector<CsvColumn>& columns)
{
    std::map<std::string, std::size_t> places;
    for (const char* name : {"image", "left", "top", "right", "bottom", "label"}) {
        const auto found = std::ranges::find(columns, name, &CsvColumn::name);
        if (found == columns.end())
            return Error{ErrorCode::NotFound,
                         path.string(),
                         {LB_TR("Error",
                                "has no column %1; boxes need image, left, top, right, bottom and "
                                "label"),
                          {std::string(name)}}};
        places[name] = static_cast<std::size_t>(found - columns.begin());
    }
    return places;
}

/// The numbers of labels: of words their place among all words.
Result<std::vector<std::int32_t>> numbered(const std::filesystem::path& path,
                                           const std::vector<BoxLine>& records,
                                           std::vector<std::string>& names)
{
    std::vector<std::int32_t> result;
    const bool whole = std::ranges::all_of(
        records, [](const BoxLine& record) { return integerIn(record.label).has_value(); });
    std::set<std::string> words;
    std::int64_t most = -1;
    for (const BoxLine& record : records) {
        words.insert(record.label);
        const std::int64_t label = whole ? *integerIn(record.label) : 0;
        if (label < 0 || label > kMostLabel)
            return badBoxLine(path, record.line,
                           {LB_TR("Error", "the label %1 is not between 0 and %2"),
                            {label, kMostLabel}});
        most = std::max(most, label);
    }
    if (whole)
        for (std::int64_t label = 0; label <= most; ++label)
            names.push_back(std::to_string(label));
    else
        names.assign(words.begin(), words.end());
    for (const BoxLine& record : records)
        result.push_back(whole ? static_cast<std::int32_t>(*integerIn(record.label))
                               : static_cast<std::int32_t>(
                                   std::ranges::lower_bound(names, record.label) - names.begin()));
    return result;
}

} // namespace

Result<FolderBoxes> FolderBoxes::read(const std::filesystem::path& folder, const JobContext& job,
                                      const Limits& limits)
{
    const std::filesystem::path path = folder / kBoxesFile;
    FolderBoxes result;
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return result;
    std::map<std::string, std::size_t> places;
    std::vector<BoxLine> records;
    CsvOptions options;
    options.dialect.header = true;
    options.begin = [&](const std::vector<CsvColumn>& columns) -> Result<> {
        LB_TRY(found, placesOf(path, columns));
        places = std::move(found);
        return std::monostate{};
    };
    options.record = [&](std::int64_t line, const CsvFields& fields) -> Result<bool> {
        BoxLine record{std::string(fields[places["image"]]), std::string(fields[places["label"]]),
                      {}, line};
        for (std::size_t i = 0; i < kEdges.size(); ++i) {
            const auto number = numberIn(fields[places[kEdges[i]]]);
            if (!number || !(std::abs(*number) < 1e9))
                return badBoxLine(path, line,
                               {LB_TR("Error", "%1 is no number of pixels: %2"),
                                {std::string(kEdges[i]), std::string(fields[places[kEdges[i]]])}});
            record.edges[i] = static_cast<float>(*number);
        }
        if (record.edges[2] < record.edges[0] || record.edges[3] < record.edges[1])
            return badBoxLine(path, line,
                           LB_TR("Error",
                                 "the box ends before it begins; right and bottom are edges, no "
                                 "sizes"));
        records.push_back(std::move(record));
        return true;
    };
    LB_TRY(file, CsvFile::open(path, options, job, limits));
    result.m_hash = file->hash();
    LB_TRY(labels, numbered(path, records, result.m_names));
    for (std::size_t i = 0; i < records.size(); ++i)
        result.m_boxes[records[i].image].push_back({records[i].edges, labels[i]});
    return result;
}

ImageAnnotations FolderBoxes::of(const std::string& image) const
{
    const auto found = m_boxes.find(image);
    if (found == m_boxes.end())
        return {};
    const std::vector<Box>& boxes = found->second;
    const std::int64_t count = std::ssize(boxes);
    ImageAnnotations result;
    result.boxes = Tensor::make<float>({count, 4}, [&](std::span<float> out) {
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = boxes[i / 4].edges[i % 4];
    });
    result.labels = Tensor::make<std::int32_t>({count}, [&](std::span<std::int32_t> out) {
        std::ranges::transform(boxes, out.begin(), &Box::label);
    });
    return result;
}

std::vector<std::string> FolderBoxes::unknown(const std::vector<std::string>& known) const
{
    const std::set<std::string_view> there(known.begin(), known.end());
    std::vector<std::string> result;
    for (const auto& [image, boxes] : m_boxes)
        if (!there.contains(image))
            result.push_back(image);
    return result;
}

Result<std::optional<Tensor>> maskBeside(const std::filesystem::path& image, std::int64_t height,
                                         std::int64_t width, const Limits& limits)
{
    std::filesystem::path path = image;
    path.replace_extension();
    path += kMaskEnding;
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return std::optional<Tensor>();
    LB_TRY(mask, readMask(path, limits));
    if (mask.shape()[0] != height || mask.shape()[1] != width)
        return Error{ErrorCode::BadShape,
                     path.string(),
                     {LB_TR("Error", "is %1 x %2 pixels, its image %3 x %4; give it the size of the image, "
                                    "or move it out of the folder"),
                      {mask.shape()[0], mask.shape()[1], height, width}}};
    return std::optional(std::move(mask));
}

} // namespace lb
