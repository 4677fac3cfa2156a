#include "core/conform/optimizer_case.h"

#include "core/conform/numbers.h"
#include "core/training/optimizers.h"

#include <set>

namespace lb {
namespace {

using Variables = std::vector<Tensor>;

Result<Variables> readVariables(const Config* lists, const char* field)
{
    const auto* list = lists ? lists->as<ConfigList>() : nullptr;
    if (!list)
        return Error{ErrorCode::BadFile, field, LB_TR("Error", "needs a list of variables")};
    Variables variables;
    for (const Config& item : *list) {
        const auto tensor = tensorOf(item);
        if (!tensor.ok())
            return Error{ErrorCode::BadFile, field, tensor.error().message};
        variables.push_back(converted(tensor.value(), DType::Float32));
    }
    return variables;
}

Result<std::vector<Variables>> readGradients(const Config& question, const Variables& initial)
{
    const Config* stored = question.find("gradients");
    const auto* steps = stored ? stored->as<ConfigList>() : nullptr;
    if (!steps)
        return Error{ErrorCode::BadFile, "gradients", LB_TR("Error", "needs a list of steps")};
    std::vector<Variables> result;
    for (const Config& step : *steps) {
        LB_TRY(gradients, readVariables(&step, "gradients"));
        bool fits = gradients.size() == initial.size();
        for (std::size_t i = 0; fits && i < initial.size(); ++i)
            fits = gradients[i].shape() == initial[i].shape();
        if (!fits)
            return Error{ErrorCode::BadShape, "gradients",
                         LB_TR("Error", "needs one for each variable, of its shape")};
        result.push_back(std::move(gradients));
    }
    return result;
}

/// The variables in memory of their own, as an optimizer changes them.
class Weights {
public:
    explicit Weights(const Variables& initial)
        : m_initial(initial)
    {
        for (const Tensor& tensor : initial)
            m_values.emplace_back(tensor.values<float>().begin(), tensor.values<float>().end());
    }
    std::vector<std::size_t> counts() const
    {
        std::vector<std::size_t> counts;
        for (const auto& values : m_values)
            counts.push_back(values.size());
        return counts;
    }
    std::vector<Optimizer::Update> updates(const Variables& gradients)
    {
        std::vector<Optimizer::Update> updates;
        for (std::size_t i = 0; i < m_values.size(); ++i)
            updates.push_back({m_values[i], gradients[i].values<float>()});
        return updates;
    }
    Config lists() const
    {
        ConfigList all;
        for (std::size_t i = 0; i < m_values.size(); ++i)
            all.push_back(
                listsOf(Tensor::make<float>(m_initial[i].shape(), [&](std::span<float> out) {
                    std::ranges::copy(m_values[i], out.begin());
                })));
        return all;
    }

private:
    const Variables& m_initial;
    std::vector<std::vector<float>> m_values;
};

} // namespace

Result<ConfigObject> answeredOptimizer(const Config& question)
{
    static const std::set<std::string, std::less<>> known{
        "optimizer", "variables", "initial", "gradients", "after",   "learning_rates",
        "final",     "tolerance", "note",    "keras",     "backend", "judged"};
    for (const auto& [name, value] : *question.as<ConfigObject>())
        if (!known.contains(name))
            return Error{ErrorCode::BadFile, name,
                         LB_TR("Error", "is not a field that is known here")};
    LB_TRY(optimizer, Optimizer::make(*question.find("optimizer")));
    LB_TRY(initial, readVariables(question.find("initial"), "initial"));
    LB_TRY(gradients, readGradients(question, initial));
    Weights weights(initial);
    optimizer.build(weights.counts());
    ConfigList after, rates;
    for (const Variables& step : gradients) {
        rates.emplace_back(static_cast<double>(optimizer.learningRate()));
        optimizer.step(weights.updates(step));
        after.push_back(weights.lists());
    }
    optimizer.finalize(weights.updates(initial));
    return ConfigObject{
        {"after", after}, {"learning_rates", rates}, {"final", weights.lists()}};
}

} // namespace lb
