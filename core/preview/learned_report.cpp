#include "core/preview/learned_report.h"

#include "core/layers/vocabulary_layer.h"
#include "core/preview/learned_parts.h"
#include "core/tensor/dispatch.h"
#include "core/tensor/number_words.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lb {
namespace {

constexpr std::array<std::pair<std::string_view, LearnedKind>, 7> kKinds{{
    {"Normalization", LearnedKind::Moments},
    {"Discretization", LearnedKind::Bins},
    {"Hashing", LearnedKind::Collisions},
    {"HashedCrossing", LearnedKind::Collisions},
    {"StringLookup", LearnedKind::Collisions},
    {"IntegerLookup", LearnedKind::Collisions},
    {"CategoryEncoding", LearnedKind::Matrix},
}};

template <typename Report>
Result<LearnedHandle> handleOf(Result<Report> report, std::size_t rows)
{
    if (!report.ok())
        return std::move(report.error());
    return LearnedHandle(std::make_shared<const LearnedReport>(
        LearnedReport{std::move(report.value()), static_cast<std::int64_t>(rows)}));
}

} // namespace

std::vector<std::string> learnedColumns(std::string_view kerasClass)
{
    if (kerasClass == "Normalization")
        return {"mean", "variance"};
    if (kerasClass == "Discretization")
        return {"bin_boundaries"};
    return {};
}

const Tensor* tensorIn(const StateHandle& state, std::string_view name)
{
    if (!state)
        return nullptr;
    const auto found = state->tensors.find(name);
    return found == state->tensors.end() ? nullptr : &found->second;
}

std::vector<float> floatsIn(const Tensor& tensor)
{
    std::vector<float> numbers;
    if (tensor.dtype() == DType::String)
        return numbers;
    numbers.reserve(static_cast<std::size_t>(elementCount(tensor.shape())));
    dispatch(tensor.dtype(), [&]<typename Number>(Number) {
        for (const Number x : tensor.values<Number>())
            numbers.push_back(static_cast<float>(x));
    });
    return numbers;
}

std::string valueText(const Tensor& tensor, std::size_t element)
{
    return dispatchAny(tensor.dtype(), [&]<typename T>(const T&) -> std::string {
        const T& value = tensor.values<T>()[element];
        if constexpr (std::is_same_v<T, std::string>)
            return value;
        else if constexpr (std::is_same_v<T, bool>)
            return value ? "true" : "false";
        else if constexpr (std::is_integral_v<T>)
            return std::to_string(value);
        else
            return shortestText(value);
    });
}

std::optional<LearnedKind> learnedKind(std::string_view kerasClass)
{
    const auto found = std::ranges::find(kKinds, kerasClass, &decltype(kKinds)::value_type::first);
    return found == kKinds.end() ? std::nullopt : std::optional(found->second);
}

bool canReport(const LayerDef& layer, const LayerRegistry& registry)
{
    const auto type = registry.find(layer.kerasClass);
    if (!type.ok() || !learnedKind(layer.kerasClass) || !type.value()->check(layer.config).ok())
        return false;
    const Config* invert = layer.config.find("invert");
    if (learnedKind(layer.kerasClass) == LearnedKind::Collisions && invert && *invert == Config(true))
        return false; // gives values to numbers
    const auto* adaptable = dynamic_cast<const AdaptableLayerType*>(type.value());
    return !adaptable || layer.adapted || !adaptable->needsState(layer.config);
}

Result<LearnedHandle> learnedReport(const Document& document, const LayerRegistry& registry,
                                    const Source& source, NodeId node,
                                    std::span<const std::int64_t> rows, const JobContext& job)
{
    const LayerDef* layer = document.layerOf(node);
    const auto kind = layer ? learnedKind(layer->kerasClass) : std::nullopt;
    if (!kind)
        return Error{ErrorCode::Unsupported, layer ? layer->name : "",
                     LB_TR("Error", "has nothing learned to look at; choose a Normalization, a "
                                    "Discretization, a lookup, a hash or a CategoryEncoding")};
    if (!canReport(*layer, registry))
        return Error{ErrorCode::NotFound, layer->name,
                     LB_TR("Error", "has not learned anything yet; adapt it first")};
    const LearnedQuestion question{document, registry, source, node, *layer, rows, job};
    switch (*kind) {
    case LearnedKind::Moments:
        return handleOf(momentsReport(question), rows.size());
    case LearnedKind::Bins:
        return handleOf(binsReport(question), rows.size());
    case LearnedKind::Collisions:
        return handleOf(collisionReport(question), rows.size());
    case LearnedKind::Matrix:
        break;
    }
    return handleOf(matrixReport(question), rows.size());
}

} // namespace lb
