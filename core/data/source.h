#pragma once

#include "core/support/result.h"
#include "core/tensor/spec.h"

namespace lb {

/// Labelled images by index. Immutable after it was opened; any thread.
class Source {
public:
    virtual ~Source() = default;

    virtual std::int64_t size() const = 0;
    /// Of one image, without batch: uint8 [32, 32, 3] 0..255; height and width kUnknown where
    /// they differ.
    virtual Spec imageSpec() const = 0;
    virtual const std::vector<std::string>& classNames() const = 0;
    virtual std::int64_t label(std::int64_t index) const = 0; ///< 0 .. classNames().size() - 1
    /// Decoded on demand. Errors: BadFile, Io (a file that vanished or broke since it was opened).
    virtual Result<Tensor> image(std::int64_t index) const = 0;
    /// Names the data: equal for equal images and labels in the same order.
    virtual std::string dataHash() const = 0;
    virtual std::string nameOf(std::int64_t index) const { return std::to_string(index); }
    /// Files that could not be read when it was opened, with the reason; they are left out.
    virtual std::vector<Error> unreadable() const { return {}; }
};

/// Images that are in memory.
class MemorySource final : public Source {
public:
    /// `images` [count, ...], `labels` one a row, each below the number of class names.
    MemorySource(Tensor images, std::vector<std::int64_t> labels,
                 std::vector<std::string> classNames);

    std::int64_t size() const override { return std::ssize(m_labels); }
    Spec imageSpec() const override;
    const std::vector<std::string>& classNames() const override { return m_classNames; }
    std::int64_t label(std::int64_t index) const override;
    Result<Tensor> image(std::int64_t index) const override;
    std::string dataHash() const override;

private:
    Tensor m_images;
    std::vector<std::int64_t> m_labels;
    std::vector<std::string> m_classNames;
};

/// Rows of a source by index, for a training and a validation part of one source.
struct Split {
    std::vector<std::int64_t> training, validation; ///< ascending
};

/// Gives `validationFraction` of the rows, rounded, to validation; which ones depends on the seed
/// and the row only, up to the rounding.
Split splitBy(std::int64_t rows, double validationFraction, std::uint64_t seed);

/// The order in which an epoch visits `rows`: another one every epoch, the same for equal seeds.
std::vector<std::int64_t> shuffled(std::vector<std::int64_t> rows, std::uint64_t seed,
                                   std::int64_t epoch);

} // namespace lb
