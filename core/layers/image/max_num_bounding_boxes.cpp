#include "core/layers/annotations.h"
#include "core/layers/layer.h"
#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct MaxNumBoundingBoxesParams {
    std::int64_t maxNumber = 0;
    std::int64_t fillValue = -1;
    DataFormat dataFormat = DataFormat::ChannelsLast; ///< changes nothing, as in Keras

    bool operator==(const MaxNumBoundingBoxesParams&) const = default;
};

/// Gives every image the same number of bounding boxes; images pass as they are.
///
/// Shapes: images of any shape; then, where there are boxes, boxes [batch, n, 4] and labels
/// [batch, n], which become [batch, max_number, 4] and [batch, max_number]. Keras does not write
/// fill_value into a config, so that it is -1 again where one is loaded.
/// Errors: BadShape. Source: Keras 3 `MaxNumBoundingBoxes`.
class MaxNumBoundingBoxes final : public LayerOf<MaxNumBoundingBoxes, MaxNumBoundingBoxesParams> {
public:
    static constexpr std::string_view kKerasClass = "MaxNumBoundingBoxes";
    static constexpr bool kMovesAnnotations = true;

    static auto fields()
    {
        using P = MaxNumBoundingBoxesParams;
        return std::tuple{
            field(&P::maxNumber, "max_number", LB_TR("Layer", "Number of boxes"))
                .required(10)
                .least(0)
                .slider(1, 100)
                .help(LB_TR("Layer", "More boxes are cut off, missing ones are filled.")),
            field(&P::fillValue, "fill_value", LB_TR("Layer", "Fill value"))
                .slider(-1, 0)
                .help(LB_TR("Layer", "Stands for the numbers of a box that is missing; Keras "
                                     "forgets it when it saves.")),
            field(&P::dataFormat, "data_format", LB_TR("Layer", "Data format"))
                .advanced()
                .help(LB_TR("Layer", "Where the channels stand in a shape.")),
        };
    }
    static About describeAbout()
    {
        return {About::Family::Image,
                LB_TR("Layer", "Gives every image the same number of bounding boxes."),
                "boxes[:, : max_number], filled up with fill_value"};
    }
    static Result<Outputs> emit(const MaxNumBoundingBoxesParams& p, Emitter& e)
    {
        const ConfigObject size{{"count", p.maxNumber}, {"fill_value", p.fillValue}};
        if (e.isAnnotated()) {
            Annotations annotations(e, DataFormat::ChannelsLast);
            annotations.moveBoxes([&](BoxFrame& boxes) {
                boxes.apply(ops::fitRows(), {}, size);
                boxes.setLabels(e.op(ops::fitRows(), {boxes.labels()}, size));
            });
            return annotations.with(e.autocastInput(0));
        }
        Outputs outputs{e.autocastInput(0)};
        for (std::size_t i = 1; i < e.inputCount(); ++i)
            outputs.push_back(e.op(ops::fitRows(), {e.autocastInput(i)}, size));
        return outputs;
    }
    static std::vector<Example> examples()
    {
        const Config config = ConfigObject{{"max_number", 3}};
        return {
            {"images only", config, {{2, 4, 5, 3}}},
            {"filled", config, {{2, 4, 5, 3}, {2, 2, 4}, {2, 2}}},
            {"cut off",
             ConfigObject{{"max_number", 1}, {"fill_value", 0}},
             {{2, 4, 5, 3}, {2, 3, 4}, {2, 3}}},
        };
    }
};

} // namespace

void registerMaxNumBoundingBoxes(LayerRegistry& registry)
{
    registry.add<MaxNumBoundingBoxes>();
}

} // namespace lb
