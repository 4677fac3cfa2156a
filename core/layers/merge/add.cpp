#include "core/layers/merge_inputs.h"
#include "core/layers/registry.h"

namespace lb {
namespace {

struct AddParams {
    bool operator==(const AddParams&) const = default;
};

/// The sum of all inputs. Shapes: they broadcast; where ranks differ, axes of length 1 are put
/// behind the batch. Integers stay. Errors: BadShape. Source: Keras 3 `Add`.
class Add final : public LayerOf<Add, AddParams> {
public:
    static constexpr std::string_view kKerasClass = "Add";

    static auto fields() { return std::tuple{}; }
    static About describeAbout()
    {
        return {About::Family::Layer,
                LB_TR("Layer", "Adds its inputs up, such as a short cut around a block."),
                "y = x₀ + x₁ + …"};
    }
    static Result<Outputs> emit(const AddParams&, Emitter& e)
    {
        const std::vector<ValueRef> inputs = mergeInputs(e);
        ValueRef y = inputs.at(0);
        for (std::size_t i = 1; i < inputs.size(); ++i)
            y = e.add(y, inputs[i]);
        return Outputs{y.withMask(mergedMask(e))};
    }
    static std::vector<Example> examples()
    {
        return {
            {"three", ConfigObject{}, {{2, 3}, {2, 3}, {2, 3}}},
            {"broadcast", ConfigObject{}, {{2, 3, 2, 2}, {2, 1, 1, 2}}},
            {"other rank", ConfigObject{}, {{2, 3, 4}, {2, 4}}},
        };
    }
};

} // namespace

void registerAdd(LayerRegistry& registry)
{
    registry.add<Add>();
}

} // namespace lb
