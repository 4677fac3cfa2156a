#include "core/training/training_rows.h"

#include "core/data/sampling_rate.h"
#include "core/support/json.h"
#include "core/support/sha256.h"

#include <numeric>

namespace lb {
namespace {

/// Names the training rows of what `data` names.
std::string ofTraining(std::string data, const Recipe& recipe, bool heldOut)
{
    ConfigObject named{{"data", std::move(data)}};
    if (!heldOut) {
        named["fraction"] = recipe.validationFraction;
        named["seed"] = recipe.seed;
    }
    return sha256Hex(writeJson(named, JsonStyle::Compact));
}

} // namespace

std::vector<std::int64_t> trainingRows(const Source& source, const Recipe& recipe, bool heldOut)
{
    if (!heldOut)
        return splitBy(source.size(), recipe.validationFraction,
                       static_cast<std::uint64_t>(recipe.seed))
            .training;
    std::vector<std::int64_t> rows(static_cast<std::size_t>(source.size()));
    std::iota(rows.begin(), rows.end(), 0);
    return rows;
}

std::string trainingHash(const Source& source, const Recipe& recipe, bool heldOut)
{
    return ofTraining(source.dataHash(), recipe, heldOut);
}

Facts factsOf(const Source& source, const Recipe& recipe, bool heldOut)
{
    Facts facts{source.columns(), source.size(), source.classNames(),
                trainingHash(source, recipe, heldOut), {}, samplingRate(source)};
    for (std::size_t column = 0; column < facts.columns.size(); ++column)
        facts.columnHashes.push_back(ofTraining(source.columnHash(column), recipe, heldOut));
    return facts;
}

Facts factsOf(const Source& source, const Recipe& recipe, const Source* heldOut)
{
    Facts facts = factsOf(source, recipe, heldOut != nullptr);
    const std::vector<Column> others = heldOut ? heldOut->columns() : std::vector<Column>{};
    for (std::size_t i = 0; i < std::min(facts.columns.size(), others.size()); ++i) {
        Shape& shape = facts.columns[i].spec.shape;
        const Shape& other = others[i].spec.shape;
        if (shape != other && facts.trainingShape.empty()) {
            facts.trainingShape = shape;
            facts.validationShape = other;
        }
        for (std::size_t axis = 0; axis < shape.size() && shape.size() == other.size(); ++axis)
            shape[axis] = shape[axis] == other[axis] ? shape[axis] : kUnknown;
    }
    return facts;
}

} // namespace lb
