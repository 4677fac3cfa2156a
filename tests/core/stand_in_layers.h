#pragma once

#include "core/layers/registry.h"
#include "core/ops/ops.h"

namespace lb::test {

struct JoinedParams {
    bool operator==(const JoinedParams&) const = default;
};

/// All axes behind the batch in one: what the documents of these tests need to end in classes.
class Joined final : public LayerOf<Joined, JoinedParams> {
public:
    static constexpr std::string_view kKerasClass = "Flatten";

    static auto fields() { return std::tuple{}; }
    static About describeAbout()
    {
        return {About::Family::Layer, LB_TR("Layer", "Joins all axes behind the batch."), ""};
    }
    static Result<Outputs> emit(const JoinedParams&, Emitter& e)
    {
        std::int64_t count = 1;
        for (std::int64_t axis = 1; axis < e.rank(e.input(0)); ++axis) {
            LB_TRY(size, e.knownDim(e.input(0), axis));
            count *= size;
        }
        return Outputs{e.op(ops::reshape(), {e.input(0)}, {{"shape", ConfigList{-1, count}}})};
    }
    static std::vector<Example> examples() { return {{"image", ConfigObject{}, {{2, 3, 3, 1}}}}; }
};

/// Passes its input on and counts how often it is described.
class Counted final : public LayerOf<Counted, JoinedParams> {
public:
    static constexpr std::string_view kKerasClass = "Counted";
    static inline int emitted = 0;

    static auto fields() { return std::tuple{}; }
    static About describeAbout()
    {
        return {About::Family::Layer, LB_TR("Layer", "Passes its input on."), ""};
    }
    static Result<Outputs> emit(const JoinedParams&, Emitter& e)
    {
        ++emitted;
        return Outputs{e.input(0)};
    }
    static std::vector<Example> examples() { return {{"image", ConfigObject{}, {{2, 3, 3, 1}}}}; }
};

/// The registry of the product, completed where it has no Flatten.
inline void fill(LayerRegistry& registry)
{
    registerBuiltinLayers(registry);
    if (!registry.find("Flatten").ok())
        registry.add<Joined>();
}

} // namespace lb::test
