#include "core/training/accuracy.h"

#include <algorithm>
#include <array>

namespace lb {
namespace {

struct Name {
    std::string_view kerasClass, function;
    AccuracyKind kind;
};
constexpr std::array kAccuracyNames{
    Name{"Accuracy", "accuracy", AccuracyKind::Equal},
    Name{"BinaryAccuracy", "binary_accuracy", AccuracyKind::Binary},
    Name{"CategoricalAccuracy", "categorical_accuracy", AccuracyKind::Categorical},
    Name{"SparseCategoricalAccuracy", "sparse_categorical_accuracy",
         AccuracyKind::SparseCategorical},
};

Error unfit(const Tensor& a, const Tensor& b)
{
    return {ErrorCode::BadShape,
            "",
            {LB_TR("Error", "shapes %1 and %2 do not fit each other"),
             {text(a.shape()), text(b.shape())}}};
}

/// The index of the largest number of each row, the first of equal ones.
std::vector<float> largest(const Tensor& x)
{
    const auto values = x.values<float>();
    const auto classes = static_cast<std::size_t>(x.shape().back());
    std::vector<float> result;
    for (std::size_t row = 0; classes > 0 && row + classes <= values.size(); row += classes) {
        const auto of = values.subspan(row, classes);
        result.push_back(static_cast<float>(std::ranges::max_element(of) - of.begin()));
    }
    return result;
}

std::vector<float> numbers(const Tensor& x)
{
    return {x.values<float>().begin(), x.values<float>().end()};
}

} // namespace

Result<AccuracyKind> accuracyNamed(std::string_view name)
{
    for (const Name& known : kAccuracyNames)
        if (known.kerasClass == name || known.function == name)
            return known.kind;
    return Error{ErrorCode::BadParameter, std::string(name),
                 LB_TR("Error", "is not a metric that is known here")};
}

AccuracyKind accuracyFor(const Shape& yTrue, const Shape& yPred)
{
    if (!yPred.empty() && yPred.back() == 1)
        return AccuracyKind::Binary;
    const bool sparse = yTrue.size() < yPred.size() || (!yTrue.empty() && yTrue.back() == 1);
    return sparse ? AccuracyKind::SparseCategorical : AccuracyKind::Categorical;
}

Result<> Accuracy::add(const Tensor& yTrue, const Tensor& yPred, const Tensor* weight)
{
    const bool classes
        = m_kind == AccuracyKind::Categorical || m_kind == AccuracyKind::SparseCategorical;
    if (yPred.shape().empty() || (classes && yPred.shape().size() < 2))
        return unfit(yTrue, yPred);
    const std::vector<float> wanted
        = m_kind == AccuracyKind::Categorical ? largest(yTrue) : numbers(yTrue);
    std::vector<float> given = classes ? largest(yPred) : numbers(yPred);
    if (m_kind == AccuracyKind::Binary)
        std::ranges::transform(given, given.begin(),
                               [this](float p) { return p > m_threshold ? 1.0f : 0.0f; });
    const auto samples = static_cast<std::size_t>(yPred.shape().front());
    if (given.size() != wanted.size() || (samples > 0 && given.size() % samples != 0))
        return unfit(yTrue, yPred);
    if (samples == 0)
        return std::monostate{};
    const std::size_t each = given.size() / samples; // comparisons
    const auto weights = weight ? weight->values<float>() : std::span<const float>();
    const bool bySample = weights.size() == samples;
    if (weight && !bySample && weights.size() != given.size())
        return unfit(*weight, yPred);
    for (std::size_t i = 0; i < given.size(); ++i) {
        const double share
            = (weight ? double{weights[bySample ? i / each : i]} : 1.0) / static_cast<double>(each);
        m_count += share;
        m_right += given[i] == wanted[i] ? share : 0;
    }
    return std::monostate{};
}

} // namespace lb
