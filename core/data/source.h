#pragma once

#include "core/data/image_annotations.h"
#include "core/support/result.h"
#include "core/tensor/column.h"

#include <mutex>

namespace lb {

/// Labelled rows by index: of images, texts, or tables with several columns. Immutable after it
/// was opened; any thread. Sources of images implement imageSpec() and image(), others columns()
/// and block(); each pair follows from the other for those who read.
class Source {
public:
    virtual ~Source() = default;

    virtual std::int64_t size() const = 0;
    /// What it gives of every row, without batch; kUnknown where rows differ in size. An output of
    /// the Source node each. Never empty, without the label. A cell of a table or a text has the shape [1]: string,
    /// int64 or float32.
    virtual std::vector<Column> columns() const;
    /// Some columns of some rows, [rows, ...] each; `rows` in any order, none twice or more.
    /// Errors: BadFile, Io (a file that vanished or was changed since it was opened); BadShape for
    /// rows of several sizes.
    virtual Result<std::vector<Tensor>> block(std::span<const std::size_t> columns,
                                              std::span<const std::int64_t> rows) const;
    virtual const std::vector<std::string>& classNames() const = 0; ///< may be empty: no labels
    virtual std::int64_t label(std::int64_t index) const = 0; ///< 0 .. classNames().size() - 1

    /// Of one image, without batch: uint8 [32, 32, 3] 0..255; height and width kUnknown where
    /// they differ. Without axes: the source has no images.
    virtual Spec imageSpec() const { return {}; }
    bool hasImages() const { return !imageSpec().shape.empty(); }
    /// Decoded on demand. Errors: as block(); Unsupported without images.
    virtual Result<Tensor> image(std::int64_t index) const;

    /// Masks and boxes of one image. Errors: as image(); BadShape for a mask of another size.
    virtual Result<ImageAnnotations> annotations(std::int64_t index) const;
    /// The classes of boxes, by label. Empty: the source has no boxes.
    virtual const std::vector<std::string>& boxNames() const;

    /// Names the data: equal for equal values and labels in the same order.
    virtual std::string dataHash() const = 0;
    /// Names what one column holds, as far as the source tells it apart from the others and the
    /// labels; else dataHash(). Not to be called for each row: it may compute.
    virtual std::string columnHash(std::size_t column) const;
    virtual std::string nameOf(std::int64_t index) const { return std::to_string(index); }
    /// Files or rows that could not be read when it was opened, with the reason; left out.
    virtual std::vector<Error> unreadable() const { return {}; }
    /// What a person should know of the data: how they were read, what is missing.
    virtual std::vector<Message> notes() const { return {}; }
};

std::string labelName(const Source& source, std::int64_t row); ///< its class; "": it has none
/// The columns with the batch in front: what a model takes that begins with raw rows.
std::vector<Column> batchedColumns(const Source& source);
/// Which of a source's columns have these names. Errors: NotFound.
Result<std::vector<std::size_t>> columnsNamed(const Source& source,
                                              std::span<const Column> wanted);
/// Every column of one row, [1, ...] each.
Result<std::vector<Tensor>> wholeRow(const Source& source, std::int64_t row);
/// The batch put in front of a row's spec.
Spec batched(Spec row);

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

/// Columns that are in memory.
class MemoryTable : public Source {
public:
    /// Each column [count, 1]; `labels` one a row, each below the number of class names.
    MemoryTable(std::vector<std::pair<std::string, Tensor>> columns,
                std::vector<std::int64_t> labels, std::vector<std::string> classNames);

    std::int64_t size() const override { return std::ssize(m_labels); }
    std::vector<Column> columns() const override;
    Result<std::vector<Tensor>> block(std::span<const std::size_t> columns,
                                      std::span<const std::int64_t> rows) const override;
    const std::vector<std::string>& classNames() const override { return m_classNames; }
    std::int64_t label(std::int64_t index) const override;
    std::string dataHash() const override; ///< computed when it is first asked for
    std::string columnHash(std::size_t column) const override;

private:
    void hash() const;

    std::vector<std::pair<std::string, Tensor>> m_columns;
    std::vector<std::int64_t> m_labels;
    std::vector<std::string> m_classNames;
    mutable std::once_flag m_hashOnce;
    mutable std::string m_hash;
    mutable std::vector<std::string> m_columnHashes;
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
