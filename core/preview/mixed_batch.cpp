#include "core/preview/mixed_batch.h"

#include <algorithm>
#include <cstring>

namespace lb {

bool mixesSamples(std::string_view kerasClass)
{
    return kerasClass == "MixUp" || kerasClass == "CutMix";
}

const CallOrigin* mixingCall(const FlatModel& model)
{
    for (std::size_t i = 0; i < model.calls.size(); ++i)
        if (mixesSamples(model.calls[i].type->kerasClass())
            && std::ranges::count(model.graph.draws, i, &DrawSpec::origin) > 0)
            return &model.calls[i];
    return nullptr;
}

std::vector<std::uint64_t> MixedBatch::ids() const
{
    std::vector<std::uint64_t> result;
    for (const auto& row : rows)
        result.push_back(row->id);
    return result;
}

Tensor MixedBatch::images() const
{
    Shape shape = rows.front()->image.shape();
    shape.insert(shape.begin(), std::ssize(rows));
    return Tensor::makeRaw(rows.front()->image.dtype(), shape, [&](std::span<std::byte> out) {
        for (const auto& row : rows) {
            std::ranges::copy(row->image.bytes(), out.begin());
            out = out.subspan(row->image.bytes().size());
        }
    });
}

Transformation MixedBatch::named(const Transformation& drawn) const
{
    constexpr std::string_view kOrder = "permutation_order";
    Transformation result = drawn;
    const auto found = result.find(kOrder);
    if (found == result.end() || elementCount(found->second.shape()) != std::ssize(rows))
        return result;
    found->second = Tensor::make<std::int64_t>(
        found->second.shape(), [&](std::span<std::int64_t> out) {
            for (std::size_t i = 0; i < out.size(); ++i) {
                const auto row = static_cast<std::size_t>(drawnNumber(drawn, kOrder, i));
                out[i] = numbers[std::min(row, numbers.size() - 1)];
            }
        });
    return result;
}

MixedBatch BatchMaker::batchOf(const PreviewTask& task)
{
    const PreviewSample& sample = *task.sample;
    const Shape& shape = sample.image.shape();
    std::vector<MixPartner> rows{{task.sample, task.place}};
    for (const MixPartner& partner : task.partners) {
        const Tensor& image = partner.sample->image;
        if (!sample.isRow() && !partner.sample->isRow() && shape.size() == 3
            && image.dtype() == sample.image.dtype() && image.shape().size() == 3
            && image.shape()[2] == shape[2])
            rows.push_back({fitted(partner.sample, shape), partner.number});
    }
    std::ranges::stable_sort(rows, {}, &MixPartner::number);
    MixedBatch batch;
    for (const MixPartner& row : rows) {
        if (row.sample == task.sample)
            batch.own = batch.rows.size();
        batch.rows.push_back(row.sample);
        batch.numbers.push_back(row.number);
    }
    return batch;
}

std::shared_ptr<const PreviewSample> BatchMaker::fitted(
    const std::shared_ptr<const PreviewSample>& sample, const Shape& shape)
{
    constexpr std::size_t kMost = 16;
    if (sample->image.shape() == shape)
        return sample;
    auto resized = std::make_shared<PreviewSample>();
    resized->key = sample->key + "@" + std::to_string(shape[0]) + "x" + std::to_string(shape[1]);
    const auto found = std::ranges::find(m_resized, resized->key,
                                         [](const auto& each) { return each->key; });
    if (found != m_resized.end())
        return *found;
    *resized = resizedSample(*sample, shape[0], shape[1]);
    m_resized.push_front(std::move(resized));
    if (m_resized.size() > kMost)
        m_resized.pop_back();
    return m_resized.front();
}

Tensor rowOf(const Tensor& value, std::size_t row, std::size_t count)
{
    const Shape& shape = value.shape();
    if (shape.empty() || shape.front() != static_cast<std::int64_t>(count))
        return value;
    const Shape rest{shape.begin() + 1, shape.end()};
    if (count == 1 || value.dtype() == DType::String)
        return count == 1 ? value.reshaped(rest) : value;
    const auto bytes = value.bytes();
    const std::size_t size = bytes.size() / count;
    return Tensor::makeRaw(value.dtype(), rest, [&](std::span<std::byte> out) {
        std::ranges::copy(bytes.subspan(row * size, size), out.begin());
    });
}

} // namespace lb
