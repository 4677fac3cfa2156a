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
        using P = SourceLayerParams;
        static constexpr auto drawn = [](const P& p) { return p.kind == "drawn_shapes"; };
        static constexpr auto files = [](const P& p) { return p.kind != "drawn_shapes"; };
        return std::tuple{
            field(&P::kind, "kind", LB_TR("Layer", "Kind"))
                .editedAs(ParamKind::Choice, {"drawn_shapes", "cifar10", "image_folder"})
                .help(LB_TR("Layer",
                            "Shapes that the program draws, CIFAR-10's binary files, or a folder "
                            "with a folder of images for each class.")),
            field(&P::path, "path", LB_TR("Layer", "Folder"))
                .appliesIf(files)
                .help(LB_TR("Layer", "Relative to the project's own folder.")),
            field(&P::count, "count", LB_TR("Layer", "Images"))
                .least(1)
                .slider(256, 16'384)
                .appliesIf(drawn)
                .help(LB_TR("Layer", "How many are drawn for training.")),
            field(&P::seed, "seed", LB_TR("Layer", "Seed"))
                .appliesIf(drawn)
                .help(LB_TR("Layer", "Another one draws other pictures of the same classes.")),
        };
    }
    static Result<> validate(const SourceLayerParams& p)
    {
        for (const char* kind : {"drawn_shapes", "cifar10", "image_folder"})
            if (p.kind == kind)
                return std::monostate{};
        return Error{ErrorCode::BadParameter,
                     "kind",
                     {LB_TR("Error", "is no kind of data known here: %1"), {p.kind}}};
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
