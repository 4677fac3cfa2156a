#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb {
namespace {

struct FlattenParams {
    DataFormat dataFormat = DataFormat::ChannelsLast;

    bool operator==(const FlattenParams&) const = default;
};

/// All axes behind the batch in one. With channels_first the channels are moved behind first, so
/// that the order of the values does not depend on the layout.
///
/// Shapes: x [batch, ...], y [batch, product of the others]; [batch] becomes [batch, 1]. Any dtype.
/// Errors: BadShape unless x has a batch axis and the others are known. Source: Keras 3 `Flatten`.
class Flatten final : public LayerOf<Flatten, FlattenParams> {
public:
    static constexpr std::string_view kKerasClass = "Flatten";

    static auto fields()
    {
        return std::tuple{
            field(&FlattenParams::dataFormat, "data_format", LB_TR("Layer", "Data format"))
                .advanced()
                .help(LB_TR("Layer", "Where the channels stand in a shape.")),
        };
    }
    static About describeAbout()
    {
        return {About::Family::Layer, LB_TR("Layer", "Makes one long row of each sample."),
                "y(k) = x(i, j, c), k = (i · width + j) · channels + c"};
    }
    static Result<Outputs> emit(const FlattenParams& p, Emitter& e)
    {
        ValueRef x = e.autocastInput(0);
        const std::int64_t rank = e.rank(x);
        if (rank == 0)
            return Error{ErrorCode::BadShape, "", LB_TR("Error", "needs a batch axis")};
        std::int64_t count = 1;
        Shape perm{0};
        for (std::int64_t axis = 1; axis < rank; ++axis) {
            LB_TRY(size, e.knownDim(x, axis));
            count *= size;
            perm.push_back(axis + 1 < rank ? axis + 1 : 1);
        }
        if (p.dataFormat == DataFormat::ChannelsFirst && rank > 2)
            x = e.op(ops::transpose(), {x}, {{"perm", intsConfig(perm)}});
        return Outputs{e.op(ops::reshape(), {x},
                            {{"shape", ConfigList{e.spec(x).shape.front(), count}}})};
    }
    static std::vector<Example> examples()
    {
        return {
            {"images", ConfigObject{}, {{2, 3, 2, 2}}},
            {"numbers", ConfigObject{}, {{3}}},
            {"channels first", ConfigObject{{"data_format", "channels_first"}}, {{2, 2, 3, 2}}},
        };
    }
};

} // namespace

void registerFlatten(LayerRegistry& registry)
{
    registry.add<Flatten>();
}

} // namespace lb
