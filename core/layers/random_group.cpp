#include "core/layers/random_group.h"

#include "core/layers/random_numbers.h"
#include "core/layers/random_image.h"
#include "core/ops/ops.h"

namespace lb {

constexpr auto kerasNames(GroupUse)
{
    return std::to_array<std::string_view>({"always", "sometimes", "one_of"});
}

namespace {

struct RandomGroupParams {
    GroupUse apply = GroupUse::Always;
    double probability = 0.5;
    Seed seed;

    bool operator==(const RandomGroupParams&) const = default;
};

std::string branchName(std::size_t number)
{
    return "branch_" + std::to_string(number);
}

class RandomGroup final : public RandomLayerOf<RandomGroup, RandomGroupParams> {
public:
    static constexpr std::string_view kKerasClass = "RandomGroup";
    static constexpr bool kWithoutBoxFormat = true; ///< its layers say it

    static auto fields()
    {
        using P = RandomGroupParams;
        return std::tuple{
            field(&P::apply, "apply", LB_TR("Layer", "Apply"))
                .help(LB_TR("Layer",
                            "always: as its layers stand. sometimes: with a probability, drawn for "
                            "every sample. one_of: one of its layers, or of the branches that lead "
                            "to its output, drawn for every sample.")),
            field(&P::probability, "probability", LB_TR("Layer", "Probability"))
                .least(0.0)
                .most(1.0)
                .slider(0.0, 1.0)
                .appliesIf([](const P& p) { return p.apply == GroupUse::Sometimes; })
                .help(LB_TR("Layer", "How probable it is that the group changes a sample.")),
            field(&P::seed, "seed", LB_TR("Layer", "Seed"))
                .advanced()
                .appliesIf([](const P& p) { return p.apply != GroupUse::Always; })
                .help(LB_TR("Layer",
                            "Gives this choice draws of its own; empty: those of the project.")),
        };
    }
    static About describeAbout()
    {
        return {About::Family::RandomImage,
                LB_TR("Layer", "Applies a group of layers by chance, drawn for every sample."),
                "y[i] = g(x)[i] if u[i] < p, else x[i]; or one of g₁(x)[i], g₂(x)[i], …", true};
    }
    static Result<Outputs> emit(const RandomGroupParams&, Emitter& e)
    {
        ValueRef y = e.floatInput(0);
        if (!e.training())
            return Outputs{y};
        const Shape& shape = e.spec(y).shape;
        const std::int64_t batch = shape.empty() ? 1 : shape.front();
        for (std::size_t i = 1; i < e.inputCount(); ++i) {
            const ValueRef flags = e.drawn(branchName(i), drawnSpec(batch, 0, DType::Bool));
            y = e.op(ops::chooseRows(), {flags, e.floatInput(i), y});
        }
        return Outputs{y};
    }
    static Result<Transformation> drawn(const RandomGroupParams& p, const DrawContext& context)
    {
        const std::size_t count = context.sampleIds.size();
        const std::size_t branches = context.inputs.empty() ? 0 : context.inputs.size() - 1;
        std::vector<std::int32_t> chosen(count, 0);
        for (std::size_t i = 0; i < count && branches > 0; ++i) {
            const RandomStream stream = sampleStream(context, p.seed, i);
            if (p.apply == GroupUse::OneOf)
                chosen[i] = 1 + static_cast<std::int32_t>(wholeNumber(stream, 0, 0, branches));
            else
                chosen[i] = stream.uniform(0) < static_cast<float>(p.probability);
        }
        const Shape shape{static_cast<std::int64_t>(count)};
        Transformation result;
        result["branch"] = Tensor::make<std::int32_t>(
            shape, [&](std::span<std::int32_t> out) { std::ranges::copy(chosen, out.begin()); });
        for (std::size_t branch = 1; branch <= branches; ++branch)
            result[branchName(branch)] = Tensor::make<bool>(shape, [&](std::span<bool> out) {
                for (std::size_t i = 0; i < count; ++i)
                    out[i] = chosen[i] == static_cast<std::int32_t>(branch);
            });
        return result;
    }
    static std::string shownDraw(const Transformation& drawn, std::size_t sample)
    {
        const double branch = drawnNumber(drawn, "branch", sample);
        return branch > 0 ? "#" + shownNumber(branch, 0, false) : "–";
    }
    static std::vector<Example> examples()
    {
        return {{"sometimes", ConfigObject{{"apply", "sometimes"}}, {{4, 3, 2, 3}, {4, 3, 2, 3}}}};
    }
    static Result<RandomGroupParams> paramsOf(const Config& call) { return decoded(call); }
};

} // namespace

Result<GroupUse> groupUse(const Config& call)
{
    LB_TRY(params, RandomGroup::paramsOf(call));
    return params.apply;
}

const RandomLayerType& randomGroup()
{
    static const RandomGroup group;
    return group;
}

} // namespace lb
