#include "core/layers/weight_rule.h"

#include <algorithm>
#include <array>

namespace lb {
namespace {

struct Spelling {
    std::string_view name, kerasClass;
};

constexpr std::array kSpellings{
    Spelling{"zeros", "Zeros"},
    Spelling{"zero", "Zeros"},
    Spelling{"ones", "Ones"},
    Spelling{"one", "Ones"},
    Spelling{"constant", "Constant"},
    Spelling{"identity", "Identity"},
    Spelling{"IdentityInitializer", "Identity"},
    Spelling{"random_uniform", "RandomUniform"},
    Spelling{"uniform", "RandomUniform"},
    Spelling{"random_normal", "RandomNormal"},
    Spelling{"normal", "RandomNormal"},
    Spelling{"truncated_normal", "TruncatedNormal"},
    Spelling{"variance_scaling", "VarianceScaling"},
    Spelling{"glorot_uniform", "GlorotUniform"},
    Spelling{"glorot_normal", "GlorotNormal"},
    Spelling{"he_uniform", "HeUniform"},
    Spelling{"he_normal", "HeNormal"},
    Spelling{"lecun_uniform", "LecunUniform"},
    Spelling{"lecun_normal", "LecunNormal"},
    Spelling{"orthogonal", "Orthogonal"},
    Spelling{"OrthogonalInitializer", "Orthogonal"},
};

} // namespace

bool Codec<WeightRule>::read(const Config& config, WeightRule& into)
{
    const bool fits = !initializerClass(config).empty();
    if (fits)
        into.initializer = config;
    return fits;
}

std::vector<std::string> initializerNames()
{
    std::vector<std::string> names;
    for (const Spelling& spelling : kSpellings)
        names.emplace_back(spelling.kerasClass);
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    return names;
}

std::string initializerClass(const Config& initializer)
{
    const Config* nested = initializer.find("class_name"); // Keras writes either form
    const auto* name = (nested ? *nested : initializer).as<std::string>();
    if (!name)
        return {};
    const auto* found = std::ranges::find(kSpellings, std::string_view(*name), &Spelling::name);
    return found == kSpellings.end() ? *name : std::string(found->kerasClass);
}

} // namespace lb
