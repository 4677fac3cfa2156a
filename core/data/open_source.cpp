#include "core/data/sources.h"

#include <algorithm>

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

enum class Kind { DrawnShapes, Cifar10, ImageFolder };

struct Place {
    Kind kind = Kind::DrawnShapes;
    fs::path path;
    std::int64_t count = 0;
    std::uint64_t seed = 0;
};

Result<Place> placeOf(const Config& config, const fs::path& base)
{
    Place place;
    const std::string kind = word(config, "kind");
    if (kind.empty() || kind == "drawn_shapes") {
        place.count = number(config, "count", 4'096);
        place.seed = static_cast<std::uint64_t>(number(config, "seed", 1));
        if (place.count < 1)
            return Error{
                ErrorCode::BadParameter,
                "count",
                {LB_TR("Error", "must be at least %1, is: %2"), {std::int64_t{1}, place.count}}};
        return place;
    }
    if (kind != "cifar10" && kind != "image_folder")
        return Error{
            ErrorCode::BadParameter,
            "kind",
            {LB_TR("Error", "is %1; a source is one of drawn_shapes, cifar10 and image_folder"),
             {kind}}};
    place.kind = kind == "cifar10" ? Kind::Cifar10 : Kind::ImageFolder;
    const std::string path = word(config, "path");
    if (path.empty())
        return Error{ErrorCode::BadParameter, "path",
                     LB_TR("Error", "is empty; choose the folder that holds the images")};
    place.path = base / path; // an absolute path replaces the base
    return place;
}

} // namespace

Result<SourceHandle> openSource(const Config& config, const fs::path& base, const JobContext& job,
                                const Limits& limits)
{
    LB_TRY(place, placeOf(config, base));
    if (place.kind == Kind::DrawnShapes)
        return drawnShapes(place.count, place.seed);
    return place.kind == Kind::Cifar10 ? cifar10Folder(place.path)
                                       : imageFolder(place.path, job, limits);
}

Result<SourceHandle> openHeldOut(const Config& config, const fs::path& base)
{
    LB_TRY(place, placeOf(config, base));
    if (place.kind == Kind::DrawnShapes)
        return drawnShapes(std::max(place.count / 4, kLeastHeldOut), place.seed + kOtherSeed);
    if (place.kind == Kind::ImageFolder)
        return SourceHandle();
    std::error_code ignored;
    return fs::exists(place.path / "test_batch.bin", ignored) ? cifar10Folder(place.path, true)
                                                              : SourceHandle();
}

} // namespace lb
