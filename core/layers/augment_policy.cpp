#include "core/layers/augment_policy.h"

namespace lb {
namespace {

enum class Settings : std::uint8_t { Warp, Color, Bits };

struct Known {
    std::string_view name;
    const char* kerasClass;
    Settings settings;
    std::array<const char*, 2> factors; ///< the keys that take the factor
};

constexpr std::array kKnown{
    Known{"random_shear", "RandomShear", Settings::Warp, {"x_factor", "y_factor"}},
    Known{"random_translation",
          "RandomTranslation",
          Settings::Warp,
          {"height_factor", "width_factor"}},
    Known{"random_rotation", "RandomRotation", Settings::Warp, {"factor", nullptr}},
    Known{"random_brightness", "RandomBrightness", Settings::Color, {"factor", nullptr}},
    Known{"random_color_degeneration",
          "RandomColorDegeneration",
          Settings::Color,
          {"factor", nullptr}},
    Known{"random_contrast", "RandomContrast", Settings::Color, {"factor", nullptr}},
    Known{"random_sharpness", "RandomSharpness", Settings::Color, {"factor", nullptr}},
    Known{"random_posterization", "RandomPosterization", Settings::Bits, {nullptr, nullptr}},
    Known{"solarization",
          "Solarization",
          Settings::Color,
          {"addition_factor", "threshold_factor"}},
    Known{"auto_contrast", "AutoContrast", Settings::Color, {nullptr, nullptr}},
    Known{"equalization", "Equalization", Settings::Color, {nullptr, nullptr}},
};

} // namespace

Result<NestedLayer> policyLayer(std::string_view name, const std::string& prefix,
                                const AugmentPolicy& policy)
{
    const auto found = std::ranges::find(kKnown, name, &Known::name);
    assert(found != kKnown.end());
    ConfigObject config{{"data_format", Codec<DataFormat>::write(policy.dataFormat)}};
    for (const char* key : found->factors)
        if (key)
            config.emplace(key, ConfigList{policy.factor[0], policy.factor[1]});
    if (found->settings == Settings::Warp)
        config.emplace("interpolation",
                       policy.interpolation == kernels::Sampling::Nearest ? "nearest" : "bilinear");
    else
        config.emplace("value_range", ConfigList{policy.valueRange[0], policy.valueRange[1]});
    if (found->settings == Settings::Bits) // a share of eight bits
        config.emplace("factor", std::max<std::int64_t>(
                                     1, static_cast<std::int64_t>(8 * policy.factor[1])));
    return nestedLayer(prefix + std::string(name), found->kerasClass, std::move(config));
}

} // namespace lb
