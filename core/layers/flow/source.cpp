#include "core/layers/registry.h"

namespace lb {
namespace {

struct SourceLayerParams {
    std::string kind = "drawn_shapes"; ///< drawn_shapes, cifar10, image_folder
    std::string path; ///< relative to the project; empty for drawn shapes
    std::int64_t count = 4'096; ///< of drawn shapes
    std::int64_t seed = 1;
    bool operator==(const SourceLayerParams&) const = default;
};

/// Where samples and labels come from.
/// Shapes: as they come; it computes nothing. Ours, not Keras'.
class SourceLayer final : public LayerOf<SourceLayer, SourceLayerParams> {
public:
    static constexpr std::string_view kKerasClass = "Source";

    static auto fields()
    {
        return std::tuple{field(&SourceLayerParams::kind, "kind", LB_TR("Layer", "Kind")),
                          field(&SourceLayerParams::path, "path", LB_TR("Layer", "Folder")),
                          field(&SourceLayerParams::count, "count", LB_TR("Layer", "Images"))
                              .least(1)
                              .slider(256, 16'384),
                          field(&SourceLayerParams::seed, "seed", LB_TR("Layer", "Seed"))};
    }
    static About describeAbout()
    {
        return {About::Family::Data, LB_TR("Layer", "Gives images and their labels."),
                "image, label"};
    }
    static Result<Outputs> emit(const SourceLayerParams&, Emitter& e)
    {
        return Outputs{e.input(0)};
    }
    static std::vector<Example> examples() { return {{"image", ConfigObject{}, {{2, 3, 3, 1}}}}; }
};

} // namespace

void registerSource(LayerRegistry& registry)
{
    registry.add<SourceLayer>();
}

} // namespace lb
