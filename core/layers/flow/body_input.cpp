#include "core/layers/registry.h"

namespace lb {
namespace {

struct BodyInputParams {
    bool operator==(const BodyInputParams&) const = default;
};

/// A value that a composite is called on.
/// Shapes: as they come; it computes nothing. Ours, not Keras'.
class BodyInput final : public LayerOf<BodyInput, BodyInputParams> {
public:
    static constexpr std::string_view kKerasClass = "Input";

    static auto fields() { return std::tuple{}; }
    static About describeAbout()
    {
        return {About::Family::Data, LB_TR("Layer", "The value that the group is called on."), "x"};
    }
    static Result<Outputs> emit(const BodyInputParams&, Emitter& e) { return Outputs{e.input(0)}; }
    static std::vector<Example> examples() { return {{"image", ConfigObject{}, {{2, 3, 3, 1}}}}; }
};

} // namespace

void registerBodyInput(LayerRegistry& registry)
{
    registry.add<BodyInput>();
}

} // namespace lb
