#include "core/training/parameter_store.h"

#include "core/layers/weight_rule.h"
#include "core/tensor/dispatch.h"

#include <new>

namespace lb {
namespace {

constexpr std::size_t kArenaLine = 16; // floats of 64 bytes

std::size_t roundedUp(std::size_t count)
{
    return (count + kArenaLine - 1) / kArenaLine * kArenaLine;
}

/// Refuses before anything is allocated.
Result<> fitsMemory(const FlatModel& model, const Limits& limits)
{
    std::size_t left = limits.tensorBytes / sizeof(float);
    for (const FlatWeight& weight : model.weights) {
        std::size_t count = 1;
        for (const std::int64_t size : weight.shape) {
            if (size > 0 && count > left / static_cast<std::size_t>(size))
                return Error{ErrorCode::TooLarge,
                             weight.spec.name,
                             {LB_TR("Error", "a weight of shape %1 does not fit into memory"),
                              {text(weight.shape)}}};
            count *= static_cast<std::size_t>(std::max<std::int64_t>(size, 0));
        }
        left -= count;
    }
    return std::monostate{};
}

} // namespace

std::shared_ptr<float[]> alignedFloats(std::size_t count)
{
    constexpr std::align_val_t alignment{64};
    const std::size_t padded = std::max(roundedUp(count), kArenaLine);
    auto* raw = static_cast<float*>(::operator new[](padded * sizeof(float), alignment));
    std::fill_n(raw, padded, 0.0f);
    return {raw, [](float* memory) { ::operator delete[](memory, std::align_val_t{64}); }};
}

Result<ParameterStore> ParameterStore::initial(const FlatModel& model, std::uint64_t seed,
                                               const Limits& limits)
{
    if (Result<> fits = fitsMemory(model, limits); !fits.ok())
        return std::move(fits.error());
    ParameterStore store;
    std::vector<Tensor> values;
    for (const FlatWeight& weight : model.weights) {
        if (store.find(weight.layer, weight.index))
            continue; // a shared layer
        std::string name = weight.spec.name; // "dense/kernel"
        if (std::ranges::any_of(weight.shape, [](std::int64_t size) { return size < 0; }))
            return Error{ErrorCode::BadShape,
                         name,
                         {LB_TR("Error", "the shape of a weight must be known, is: %1"),
                          {text(weight.shape)}}};
        const StreamKey key = StreamKey{seed}
                                  .child(static_cast<std::uint64_t>(weight.layer.value))
                                  .child(weight.index);
        Result<Tensor> value = initialWeight(weight.spec.initializer, weight.shape, key);
        if (!value.ok()) {
            value.error().where = name + "/" + value.error().where;
            return std::move(value.error());
        }
        const auto count = static_cast<std::size_t>(elementCount(weight.shape));
        store.m_entries.push_back({weight.layer, weight.index, std::move(name), weight.shape,
                                   weight.spec.trainable, store.m_size, count});
        store.m_size += roundedUp(count);
        values.push_back(std::move(value.value()));
    }
    store.m_arena = alignedFloats(store.m_size);
    for (std::size_t i = 0; i < values.size(); ++i)
        dispatch(values[i].dtype(), [&]<typename Number>(Number) { // kernels of 16 bits, too
            std::ranges::transform(values[i].values<Number>(),
                                   store.values(store.m_entries[i]).begin(),
                                   [](Number x) { return static_cast<float>(x); });
        });
    return store;
}

const ParameterStore::Entry* ParameterStore::find(LayerId layer, std::size_t index) const
{
    const auto found = std::ranges::find_if(m_entries, [&](const Entry& entry) {
        return entry.layer == layer && entry.index == index;
    });
    return found == m_entries.end() ? nullptr : &*found;
}

std::span<float> ParameterStore::values(const Entry& entry)
{
    return {m_arena.get() + entry.offset, entry.count};
}

std::span<const float> ParameterStore::values(const Entry& entry) const
{
    return {m_arena.get() + entry.offset, entry.count};
}

std::map<LayerId, std::vector<Tensor>> ParameterStore::snapshot() const
{
    std::map<LayerId, std::vector<Tensor>> weights;
    for (const Entry& entry : m_entries) {
        auto& list = weights[entry.layer];
        list.resize(std::max(list.size(), entry.index + 1));
        list[entry.index] = Tensor::make<float>(entry.shape, [&](std::span<float> out) {
            std::ranges::copy(values(entry), out.begin());
        });
    }
    return weights;
}

Result<> ParameterStore::restore(const std::map<LayerId, std::vector<Tensor>>& weights)
{
    const auto given = [&](const Entry& entry) -> const Tensor* {
        const auto found = weights.find(entry.layer);
        return found != weights.end() && entry.index < found->second.size()
            ? &found->second[entry.index]
            : nullptr;
    };
    for (const Entry& entry : m_entries)
        if (const Tensor* tensor = given(entry); tensor && tensor->shape() != entry.shape)
            return Error{ErrorCode::BadShape,
                         entry.name,
                         {LB_TR("Error", "needs the shape %1, is: %2"),
                          {text(entry.shape), text(tensor->shape())}}};
    for (const Entry& entry : m_entries)
        if (const Tensor* tensor = given(entry))
            dispatch(tensor->dtype(), [&]<typename Number>(Number) {
                std::ranges::transform(tensor->values<Number>(), values(entry).begin(),
                                       [](Number x) { return static_cast<float>(x); });
            });
    changed();
    return std::monostate{};
}

} // namespace lb
