#include "core/data/source.h"

#include "core/support/random_stream.h"
#include "core/support/sha256.h"
#include "core/tensor/dispatch.h"
#include "core/tensor/rows.h"
#include "core/tensor/tensor_hash.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lb {
namespace {

/// Rows by a random number of their own; equal numbers keep their order.
std::vector<std::int64_t> byChance(std::vector<std::int64_t> rows, StreamKey key)
{
    std::vector<std::pair<std::uint64_t, std::int64_t>> order;
    order.reserve(rows.size());
    for (const std::int64_t row : rows)
        order.emplace_back(key.child(static_cast<std::uint64_t>(row)).value, row);
    std::ranges::stable_sort(order, {}, &std::pair<std::uint64_t, std::int64_t>::first);
    std::ranges::transform(order, rows.begin(), &std::pair<std::uint64_t, std::int64_t>::second);
    return rows;
}

/// How many rows follow each other from `first` on.
std::size_t runFrom(std::span<const std::int64_t> rows, std::size_t first)
{
    std::size_t count = 1;
    while (first + count < rows.size() && rows[first + count] == rows[first + count - 1] + 1)
        ++count;
    return count;
}

/// Some elements of a tensor's first axis, in another order.
Tensor gathered(const Tensor& column, std::span<const std::int64_t> rows)
{
    Shape shape = column.shape();
    if (!rows.empty() && rows.front() == 0 && std::ssize(rows) == shape.front()
        && runFrom(rows, 0) == rows.size())
        return column; // all of them, as they are
    shape.front() = std::ssize(rows);
    return dispatchAny(column.dtype(), [&]<typename T>(const T&) {
        const std::span<const T> values = column.values<T>();
        const std::size_t each = values.size() / static_cast<std::size_t>(column.shape().front());
        return Tensor::make<T>(shape, [&](std::span<T> out) {
            for (std::size_t i = 0; i < rows.size();) {
                const std::size_t count = runFrom(rows, i);
                std::copy_n(values.data() + static_cast<std::size_t>(rows[i]) * each, count * each,
                            out.data() + i * each); // from pointers it is one memmove
                i += count;
            }
        });
    });
}

} // namespace

std::vector<Column> Source::columns() const
{
    return {{"image", imageSpec()}};
}

Result<ImageAnnotations> Source::annotations(std::int64_t) const
{
    return ImageAnnotations{};
}

const std::vector<std::string>& Source::boxNames() const
{
    static const std::vector<std::string> none;
    return none;
}

Result<std::vector<Tensor>> Source::block(std::span<const std::size_t> columns,
                                          std::span<const std::int64_t> rows) const
{
    if (rows.empty() || columns.empty())
        return std::vector<Tensor>{};
    LB_TRY(first, image(rows.front()));
    if (first.dtype() == DType::String) {
        std::vector<Tensor> all{first};
        for (const std::int64_t row : rows.subspan(1)) {
            LB_TRY(next, image(row));
            all.push_back(std::move(next));
        }
        LB_TRY(texts, batchOf(all));
        return std::vector<Tensor>(columns.size(), texts);
    }
    Shape shape = first.shape();
    shape.insert(shape.begin(), std::ssize(rows));
    if (rows.size() == 1)
        return std::vector<Tensor>(columns.size(), first.reshaped(std::move(shape)));
    std::optional<Error> failed;
    Tensor images = Tensor::makeRaw(first.dtype(), shape, [&](std::span<std::byte> out) {
        const std::size_t each = first.bytes().size();
        for (std::size_t i = 0; i < rows.size() && !failed; ++i) {
            Result<Tensor> next = i == 0 ? Result<Tensor>(first) : image(rows[i]);
            if (!next.ok())
                failed = std::move(next.error());
            else if (next.value().shape() != first.shape())
                failed = Error{ErrorCode::BadShape, nameOf(rows[i]),
                               LB_TR("Error", "has another size than the first image")};
            else
                std::ranges::copy(next.value().bytes(),
                                  out.begin() + static_cast<std::ptrdiff_t>(i * each));
        }
    });
    if (failed)
        return std::move(*failed);
    return std::vector<Tensor>(columns.size(), images);
}

Result<Tensor> Source::image(std::int64_t index) const
{
    return Error{ErrorCode::Unsupported, nameOf(index),
                 LB_TR("Error", "is no image; these data have none")};
}

Result<std::vector<std::size_t>> columnsNamed(const Source& source, std::span<const Column> wanted)
{
    std::vector<std::size_t> columns;
    const std::vector<Column> given = source.columns();
    for (const Column& column : wanted) {
        const auto found = std::ranges::find(given, column.name, &Column::name);
        if (found == given.end())
            return Error{ErrorCode::NotFound, column.name,
                         LB_TR("Error", "is an input of the model that the data do not have")};
        columns.push_back(static_cast<std::size_t>(found - given.begin()));
    }
    return columns;
}

Result<std::vector<Tensor>> wholeRow(const Source& source, std::int64_t row)
{
    std::vector<std::size_t> all(source.columns().size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return source.block(all, {&row, 1});
}

std::string labelName(const Source& source, std::int64_t row)
{
    const auto label = static_cast<std::size_t>(source.label(row));
    return label < source.classNames().size() ? source.classNames()[label] : std::string();
}

std::vector<Column> batchedColumns(const Source& source)
{
    std::vector<Column> columns = source.columns();
    for (Column& column : columns)
        column.spec = batched(std::move(column.spec));
    return columns;
}

Spec batched(Spec row)
{
    row.shape.insert(row.shape.begin(), kUnknown);
    return row;
}

MemoryTable::MemoryTable(std::vector<std::pair<std::string, Tensor>> columns,
                         std::vector<std::int64_t> labels, std::vector<std::string> classNames)
    : m_columns(std::move(columns))
    , m_labels(std::move(labels))
    , m_classNames(std::move(classNames))
{
    for ([[maybe_unused]] const auto& [name, column] : m_columns)
        assert(column.shape().front() == size());
}

std::vector<Column> MemoryTable::columns() const
{
    std::vector<Column> result;
    for (const auto& [name, column] : m_columns) {
        const Shape& shape = column.shape();
        result.push_back({name, {column.dtype(), Shape(shape.begin() + 1, shape.end()), {}}});
    }
    return result;
}

Result<std::vector<Tensor>> MemoryTable::block(std::span<const std::size_t> columns,
                                               std::span<const std::int64_t> rows) const
{
    std::vector<Tensor> result;
    for (const std::size_t column : columns)
        result.push_back(gathered(m_columns.at(column).second, rows));
    return result;
}

std::int64_t MemoryTable::label(std::int64_t index) const
{
    return m_labels.at(static_cast<std::size_t>(index));
}

std::string Source::columnHash(std::size_t) const
{
    return dataHash();
}

std::string MemoryTable::dataHash() const
{
    hash();
    return m_hash;
}

std::string MemoryTable::columnHash(std::size_t column) const
{
    hash();
    return m_columnHashes.at(column);
}

void MemoryTable::hash() const
{
    std::call_once(m_hashOnce, [this] {
        std::string key;
        for (const auto& [name, column] : m_columns) {
            const std::string line = name + ' ' + std::string(lb::nameOf(column.dtype())) + ' '
                + contentHash(column) + '\n';
            key += line;
            m_columnHashes.push_back(sha256Hex(line));
        }
        const auto labels = std::as_bytes(std::span(m_labels));
        m_hash = sha256Hex(
            key + sha256Hex({reinterpret_cast<const char*>(labels.data()), labels.size()}));
    });
}

MemorySource::MemorySource(Tensor images, std::vector<std::int64_t> labels,
                           std::vector<std::string> classNames)
    : m_images(std::move(images))
    , m_labels(std::move(labels))
    , m_classNames(std::move(classNames))
{
    assert(m_images.shape().front() == size());
}

Spec MemorySource::imageSpec() const
{
    const Shape& shape = m_images.shape();
    return {m_images.dtype(), Shape(shape.begin() + 1, shape.end()),
            m_images.dtype() == DType::UInt8 ? ValueRange::declared(0, 255)
                                             : ValueRange::unknown()};
}

std::int64_t MemorySource::label(std::int64_t index) const
{
    return m_labels.at(static_cast<std::size_t>(index));
}

Result<Tensor> MemorySource::image(std::int64_t index) const
{
    return rowOf(m_images, index);
}

std::string MemorySource::dataHash() const
{
    const auto hashOf = [](std::span<const std::byte> bytes) {
        return sha256Hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    };
    return sha256Hex(text(m_images.shape()) + contentHash(m_images)
                     + hashOf(std::as_bytes(std::span(m_labels))));
}

/// The rows with the smallest random numbers, and of equal ones the first, are held out: found without
/// an order of all, which would take six times the memory of the rows.
Split splitBy(std::int64_t rows, double validationFraction, std::uint64_t seed)
{
    const StreamKey key = StreamKey{seed}.child(0x5b117);
    const auto chanceOf
        = [&](std::int64_t row) { return key.child(static_cast<std::uint64_t>(row)).value; };
    const double share = validationFraction > 0 ? std::min(validationFraction, 1.0) : 0; // NaN: none
    const std::int64_t held = std::llround(share * static_cast<double>(rows));
    std::uint64_t highest = 0;
    std::int64_t asHigh = 0; // how many of those with the highest number are held out
    if (held > 0) {
        std::vector<std::uint64_t> chances(static_cast<std::size_t>(rows));
        for (std::size_t i = 0; i < chances.size(); ++i)
            chances[i] = chanceOf(static_cast<std::int64_t>(i));
        const auto last = chances.begin() + (held - 1);
        std::ranges::nth_element(chances, last);
        highest = *last;
        asHigh = 1 + std::count(chances.begin(), last, highest);
    }
    Split split;
    split.training.reserve(static_cast<std::size_t>(rows - held));
    split.validation.reserve(static_cast<std::size_t>(held));
    for (std::int64_t row = 0; row < rows; ++row) {
        const std::uint64_t chance = chanceOf(row);
        const bool out = held > 0 && (chance < highest || (chance == highest && asHigh-- > 0));
        (out ? split.validation : split.training).push_back(row);
    }
    return split;
}

std::vector<std::int64_t> shuffled(std::vector<std::int64_t> rows, std::uint64_t seed,
                                   std::int64_t epoch)
{
    return byChance(std::move(rows),
                    StreamKey{seed}.child(0x5aff1e).child(static_cast<std::uint64_t>(epoch)));
}

} // namespace lb
