#pragma once

#include "core/support/result.h"
#include "core/tensor/tensor.h"

namespace lb {

/// How a prediction is compared with the truth.
enum class AccuracyKind : std::uint8_t {
    Equal, ///< Accuracy: number by number
    Binary, ///< the prediction is above a threshold
    Categorical, ///< the largest of both; the first of equal ones
    SparseCategorical, ///< the largest prediction is the true class
};

/// Errors: BadParameter for another name. Takes Keras' class names and function names.
Result<AccuracyKind> accuracyNamed(std::string_view name);

/// What a recipe's "accuracy" means for these shapes, batch in front.
/// Source: Keras 3 `compile_utils.get_metric`.
AccuracyKind accuracyFor(const Shape& yTrue, const Shape& yPred);

/// The share of the samples, or of the weight, that was predicted right, over many batches.
/// Source: Keras 3 `metrics.Accuracy`, `BinaryAccuracy`, `CategoricalAccuracy`,
/// `SparseCategoricalAccuracy`.
class Accuracy {
public:
    explicit Accuracy(AccuracyKind kind, double threshold = 0.5)
        : m_kind(kind)
        , m_threshold(static_cast<float>(threshold))
    {
    }

    /// Shapes: yPred [batch, ..., n]; yTrue as yPred, or without (or with 1 as) the last axis where
    /// it counts classes; weight [batch] or one a comparison. All float32.
    /// Errors: BadShape; changes nothing then.
    Result<> add(const Tensor& yTrue, const Tensor& yPred, const Tensor* weight = nullptr);
    double result() const { return m_count == 0 ? 0 : m_right / m_count; }
    void reset() { m_right = m_count = 0; }

private:
    AccuracyKind m_kind;
    float m_threshold;
    double m_right = 0, m_count = 0;
};

} // namespace lb
