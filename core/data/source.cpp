#include "core/data/source.h"

#include "core/support/random_stream.h"
#include "core/support/sha256.h"
#include "core/tensor/rows.h"
#include "core/tensor/tensor_hash.h"

#include <cmath>

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

} // namespace

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

Split splitBy(std::int64_t rows, double validationFraction, std::uint64_t seed)
{
    std::vector<std::int64_t> all(static_cast<std::size_t>(rows));
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = static_cast<std::int64_t>(i);
    const std::vector<std::int64_t> order = byChance(all, StreamKey{seed}.child(0x5b117));
    const auto held = static_cast<std::ptrdiff_t>(
        std::llround(std::clamp(validationFraction, 0.0, 1.0) * static_cast<double>(rows)));
    Split split{{order.begin() + held, order.end()}, {order.begin(), order.begin() + held}};
    std::ranges::sort(split.training);
    std::ranges::sort(split.validation);
    return split;
}

std::vector<std::int64_t> shuffled(std::vector<std::int64_t> rows, std::uint64_t seed,
                                   std::int64_t epoch)
{
    return byChance(std::move(rows),
                    StreamKey{seed}.child(0x5aff1e).child(static_cast<std::uint64_t>(epoch)));
}

} // namespace lb
