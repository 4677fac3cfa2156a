#include "core/data/built_in.h"
#include "core/data/sources.h"
#include "core/data/table_source.h"

#include <algorithm>
#include <array>

namespace lb {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kOtherSeed = 0x9E3779B97F4A7C15u; // far from the seeds that people choose
constexpr std::int64_t kLeastHeldOut = 1'000;

std::string word(const Config& config, std::string_view key)
{
    const Config* found = config.find(key);
    const std::string* value = found ? found->as<std::string>() : nullptr;
    return value ? *value : std::string();
}

std::int64_t number(const Config& config, std::string_view key, std::int64_t otherwise)
{
    const Config* found = config.find(key);
    const std::int64_t* value = found ? found->as<std::int64_t>() : nullptr;
    return value ? *value : otherwise;
}

Result<std::optional<char>> sign(const Config& config, std::string_view key)
{
    static constexpr std::array<std::pair<std::string_view, char>, 6> kNames{{
        {"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"bar", '|'}, {"space", ' '}, {"none", 0}}};
    const std::string text = word(config, key);
    if (text.empty() || text == "auto")
        return std::optional<char>();
    for (const auto& [name, character] : kNames)
        if (text == name)
            return std::optional<char>(character);
    if (text.size() == 1 && text != "\n" && text != "\r")
        return std::optional<char>(text.front());
    return Error{ErrorCode::BadParameter,
                 std::string(key),
                 {LB_TR("Error", "is %1; give one character, or auto"), {text}}};
}

Result<TableOptions> tableOptions(const Config& config)
{
    TableOptions options;
    LB_TRY(separator, sign(config, "separator"));
    LB_TRY(quote, sign(config, "quote"));
    options.dialect.separator = separator;
    options.dialect.quote = quote;
    if (options.dialect.separator == '\0')
        return Error{ErrorCode::BadParameter, "separator",
                     LB_TR("Error", "none is no separator; give one character, or auto")};
    const std::string header = word(config, "header");
    if (header == "yes" || header == "no")
        options.dialect.header = header == "yes";
    options.label = word(config, "label");
    options.numberLabel = word(config, "label_type") == "number";
    if (const Config* columns = config.find("columns"))
        options.columns = *columns;
    return options;
}

struct Place {
    std::string kind;
    bool made = false;
    fs::path path;
    std::int64_t count = 0;
    std::uint64_t seed = 0;
};

Result<Place> placeOf(const Config& config, const fs::path& base)
{
    Place place;
    place.kind = word(config, "kind");
    if (place.kind.empty())
        place.kind = "drawn_shapes";
    const auto known = std::ranges::find(sourceKinds(), place.kind, &SourceKind::name);
    if (known == sourceKinds().end()) {
        std::string names;
        for (const SourceKind& kind : sourceKinds())
            names += (names.empty() ? "" : ", ") + std::string(kind.name);
        return Error{ErrorCode::BadParameter,
                     "kind",
                     {LB_TR("Error", "is %1; a source is one of %2"), {place.kind, names}}};
    }
    place.made = known->made;
    if (place.made) {
        place.count = number(config, "count", 4'096);
        place.seed = static_cast<std::uint64_t>(number(config, "seed", 1));
        if (place.count < 1)
            return Error{
                ErrorCode::BadParameter,
                "count",
                {LB_TR("Error", "must be at least %1, is: %2"), {std::int64_t{1}, place.count}}};
        return place;
    }
    const std::string path = word(config, "path");
    if (path.empty())
        return Error{ErrorCode::BadParameter, "path",
                     LB_TR("Error", "is empty; choose the file or folder that holds the data")};
    place.path = base / path; // an absolute path replaces the base
    return place;
}

Result<SourceHandle> madeSource(const Place& place, const Config& config)
{
    if (place.kind == "sentences" && word(config, "sentences") == "classic")
        return threeSentences(place.count);
    if (place.kind == "sentences")
        return builtInSentences(place.count, place.seed);
    if (place.kind == "passengers") {
        const Config* columns = config.find("columns");
        return builtInTable(place.count, place.seed, columns ? *columns : Config());
    }
    return drawnShapes(place.count, place.seed);
}

/// The splits that the folders of a folder are; nothing: they are classes.
Result<std::optional<SplitFolders>> splitsOf(const Config& config, const fs::path& folder)
{
    const std::string said = word(config, "folders");
    if (said == "classes")
        return std::optional<SplitFolders>();
    std::optional<SplitFolders> found = splitFoldersIn(folder, said == "splits");
    if (said == "splits" && !found)
        return Error{ErrorCode::NotFound, folder.string(),
                     LB_TR("Error", "holds no folder train with a folder for each class inside; name "
                                    "it so, or take the folders as classes")};
    return found;
}

SoundOptions soundOptions(const Config& config)
{
    return {number(config, "sampling_rate", 0), number(config, "length", 0),
            word(config, "channels") != "all"};
}

} // namespace

std::span<const SourceKind> sourceKinds()
{
    static constexpr std::array<SourceKind, 8> kKinds{{{"drawn_shapes", true, false},
                                                       {"cifar10", false, false},
                                                       {"image_folder", false, false},
                                                       {"sound_folder", false, false},
                                                       {"sentences", true, false},
                                                       {"text", false, true},
                                                       {"passengers", true, true},
                                                       {"csv", false, true}}};
    return kKinds;
}

std::string_view madeKindFor(std::string_view kind)
{
    return kind == "text" || kind == "sentences" ? "sentences"
        : kind == "csv" || kind == "passengers"  ? "passengers"
                                                 : "drawn_shapes";
}

Config readingFrom(const Config& config, const fs::path& path)
{
    const std::string kind = word(config, "kind");
    const bool sentences = kind == "sentences", passengers = kind == "passengers";
    const auto known = std::ranges::find(sourceKinds(), kind, &SourceKind::name);
    if (!sentences && !passengers && (known == sourceKinds().end() || known->made))
        return config;
    const auto* object = config.as<ConfigObject>();
    ConfigObject changed = object ? *object : ConfigObject{};
    changed["path"] = path.string();
    if (sentences || passengers)
        changed["kind"] = sentences ? "text" : "csv";
    return changed;
}

Result<SourceHandle> openSource(const Config& config, const fs::path& base, const JobContext& job,
                                const Limits& limits)
{
    LB_TRY(place, placeOf(config, base));
    if (place.made)
        return madeSource(place, config);
    if (place.kind == "cifar10")
        return cifar10Folder(place.path);
    if (place.kind == "image_folder") {
        LB_TRY(split, splitsOf(config, place.path));
        return split ? splitImageFolder(place.path, *split, false, job, limits)
                     : imageFolder(place.path, job, limits);
    }
    if (place.kind == "sound_folder") {
        LB_TRY(split, splitsOf(config, place.path));
        return split
            ? splitSoundFolder(place.path, *split, false, soundOptions(config), job, limits)
            : soundFolder(place.path, soundOptions(config), job, limits);
    }
    LB_TRY(options, tableOptions(config));
    if (place.kind == "text")
        return textSource(place.path, options, job, limits);
    LB_TRY(file, tableFile(place.path));
    return tableSource(file, options, job, limits);
}

Result<SourceHandle> openHeldOut(const Config& config, const fs::path& base, const JobContext& job,
                                 const Limits& limits)
{
    LB_TRY(place, placeOf(config, base));
    if (place.kind == "sentences" && word(config, "sentences") == "classic")
        return SourceHandle(); // there are no others of that sort
    if (place.made) {
        place.count = std::max(place.count / 4, kLeastHeldOut);
        place.seed += kOtherSeed;
        return madeSource(place, config);
    }
    if (place.kind == "image_folder" || place.kind == "sound_folder") {
        LB_TRY(split, splitsOf(config, place.path));
        if (!split || split->validation.empty())
            return SourceHandle();
        return place.kind == "image_folder"
            ? splitImageFolder(place.path, *split, true, job, limits)
            : splitSoundFolder(place.path, *split, true, soundOptions(config), job, limits);
    }
    std::error_code ignored;
    if (place.kind == "cifar10" && fs::exists(place.path / "test_batch.bin", ignored))
        return cifar10Folder(place.path, true);
    return SourceHandle();
}

} // namespace lb
