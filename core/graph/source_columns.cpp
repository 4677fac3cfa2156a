#include "core/data/table_schema.h"
#include "core/graph/analysis.h"

#include <algorithm>

namespace lb {
namespace {

/// A sound as long as was asked for; what the files are, only they tell.
std::vector<Column> soundColumns(const Config& config)
{
    const Config* length = config.find("length");
    const auto* samples = length ? length->as<std::int64_t>() : nullptr;
    const Config* channels = config.find("channels");
    Shape shape{samples && *samples > 0 ? *samples : kUnknown};
    if (channels && *channels == Config("all"))
        shape.push_back(kUnknown);
    return {{"sound", {DType::Float32, std::move(shape), ValueRange::declared(-1, 1)}}};
}

} // namespace

Spec Facts::image() const
{
    return columns.size() == 1 && columns.front().spec.shape.size() == 3 ? columns.front().spec
                                                                         : Spec{};
}

std::vector<Column> sourceColumns(const LayerDef& source, const Facts& facts)
{
    if (!facts.columns.empty())
        return facts.columns;
    const Config* config = source.config.find("kind");
    const auto* kind = config ? config->as<std::string>() : nullptr;
    if (kind && (*kind == "sentences" || *kind == "text"))
        return {{"text", {DType::String, {1}, {}}}};
    if (kind && (*kind == "passengers" || *kind == "csv")) {
        const Config* list = source.config.find("columns");
        const auto wishes = wishedColumns(list ? *list : Config());
        std::vector<Column> columns;
        for (const WishedColumn& wish : wishes.ok() ? wishes.value() : std::vector<WishedColumn>{})
            if (wish.typed)
                columns.push_back({wish.column.name, specOf(wish.column)});
        const bool all = wishes.ok() && columns.size() == wishes.value().size();
        return all ? columns : std::vector<Column>{}; // the data have to tell
    }
    if (kind && *kind == "sound_folder")
        return soundColumns(source.config);
    const std::int64_t size = kind && *kind == "image_folder" ? kUnknown : 32;
    return {{"image", {DType::UInt8, {size, size, 3}, ValueRange::proven(0, 255)}}};
}

int labelPort(const LayerDef& source, const Facts& facts)
{
    return static_cast<int>(std::max<std::size_t>(sourceColumns(source, facts).size(), 1));
}

} // namespace lb
