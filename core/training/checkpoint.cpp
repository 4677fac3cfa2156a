#include "core/training/checkpoint.h"

#include "core/graph/json_fields.h"
#include "core/support/json.h"
#include "core/tensor/npy.h"

#include <algorithm>
#include <charconv>

namespace lb {
namespace {

constexpr std::int64_t kFormat = 1;
using Weights = std::map<LayerId, std::vector<Tensor>>;

Error broken(std::string where, Text reason)
{
    return {ErrorCode::BadFile, std::move(where), reason};
}

void put(StoredCheckpoint& into, const std::string& prefix, const Weights& weights)
{
    for (const auto& [layer, tensors] : weights)
        for (std::size_t i = 0; i < tensors.size(); ++i)
            into.tensors.emplace(prefix + std::to_string(layer.value) + "/" + std::to_string(i),
                                 tensors[i]);
}

/// "12/0" behind the prefix.
std::optional<std::pair<std::int64_t, std::size_t>> numbersIn(std::string_view name)
{
    std::int64_t layer = 0;
    std::size_t index = 0;
    const char* end = name.data() + name.size();
    const auto first = std::from_chars(name.data(), end, layer);
    if (first.ec != std::errc() || first.ptr == end || *first.ptr != '/')
        return {};
    const auto second = std::from_chars(first.ptr + 1, end, index);
    if (second.ec != std::errc() || second.ptr != end || index > 10'000)
        return {};
    return std::pair(layer, index);
}

Result<> take(const std::string& name, std::string_view rest, const Tensor& tensor, Weights& into)
{
    const auto at = numbersIn(rest);
    if (!at || tensor.dtype() != DType::Float32)
        return broken(name, LB_TR("Error", "is no weight of a layer"));
    auto& list = into[LayerId{at->first}];
    list.resize(std::max(list.size(), at->second + 1));
    list[at->second] = tensor;
    return std::monostate{};
}

Config historyOf(const std::vector<EpochPoint>& history)
{
    ConfigList list;
    for (const EpochPoint& point : history)
        list.push_back(ConfigObject{{"epoch", point.epoch},
                                    {"loss", point.loss},
                                    {"accuracy", point.accuracy},
                                    {"val_loss", point.valLoss},
                                    {"val_accuracy", point.valAccuracy},
                                    {"seconds", point.seconds}});
    return list;
}

Result<> readPoint(const Config& item, const std::string& where, std::vector<EpochPoint>& into)
{
    EpochPoint point;
    Fields fields(item, where);
    fields.need("epoch", point.epoch);
    fields.need("loss", point.loss);
    fields.need("accuracy", point.accuracy);
    fields.need("val_loss", point.valLoss);
    fields.need("val_accuracy", point.valAccuracy);
    fields.need("seconds", point.seconds);
    into.push_back(point);
    Config foreign;
    return fields.done(foreign);
}

} // namespace

StoredCheckpoint stored(const Checkpoint& checkpoint, bool withWeights)
{
    StoredCheckpoint result;
    result.json = ConfigObject{{"layerbench_checkpoint", kFormat},
                               {"epoch", checkpoint.epoch},
                               {"step", checkpoint.step},
                               {"iterations", checkpoint.iterations},
                               {"slots", std::ssize(checkpoint.optimizerSlots)},
                               {"history", historyOf(checkpoint.history)},
                               {"extra", checkpoint.extra}};
    if (withWeights)
        put(result, "weights/", checkpoint.weights);
    put(result, "best/", checkpoint.best);
    for (std::size_t i = 0; i < checkpoint.optimizerSlots.size(); ++i) {
        const auto& slot = checkpoint.optimizerSlots[i];
        result.tensors.emplace("slots/" + std::to_string(i),
                               Tensor::make<float>({std::ssize(slot)}, [&](std::span<float> out) {
                                   std::ranges::copy(slot, out.begin());
                               }));
    }
    return result;
}

Result<Checkpoint> restored(const StoredCheckpoint& stored)
{
    Checkpoint result;
    std::int64_t format = 0;
    std::int64_t slots = 0;
    Fields fields(stored.json, "checkpoint/");
    fields.need("layerbench_checkpoint", format);
    if (format > kFormat)
        return Error{ErrorCode::Unsupported,
                     "checkpoint",
                     {LB_TR("Error", "was written by a newer Layerbench (format %1)"), {format}}};
    fields.need("epoch", result.epoch);
    fields.need("step", result.step);
    fields.need("iterations", result.iterations);
    fields.need("slots", slots);
    fields.each("history", [&](const Config& item, const std::string& where) {
        return readPoint(item, where, result.history);
    });
    fields.read("extra", result.extra);
    Config foreign;
    if (Result<> done = fields.done(foreign); !done.ok())
        return std::move(done.error());
    if (slots < 0 || slots > std::ssize(stored.tensors) || result.epoch < 0 || result.step < 0)
        return broken("checkpoint", LB_TR("Error", "holds a number that cannot be"));
    result.optimizerSlots.resize(static_cast<std::size_t>(slots));
    for (const auto& [name, tensor] : stored.tensors) {
        Result<> taken = std::monostate{};
        if (name.starts_with("weights/")) {
            taken = take(name, std::string_view(name).substr(8), tensor, result.weights);
        } else if (name.starts_with("best/")) {
            taken = take(name, std::string_view(name).substr(5), tensor, result.best);
        } else if (name.starts_with("slots/")) {
            std::size_t index = 0;
            std::from_chars(name.data() + 6, name.data() + name.size(), index);
            if (index >= result.optimizerSlots.size() || tensor.dtype() != DType::Float32)
                return broken(name, LB_TR("Error", "is no state of the optimizer"));
            const auto values = tensor.values<float>();
            result.optimizerSlots[index].assign(values.begin(), values.end());
        }
        if (!taken.ok())
            return std::move(taken.error());
    }
    return result;
}

std::string encodeCheckpoint(const Checkpoint& checkpoint, bool withWeights)
{
    const StoredCheckpoint all = stored(checkpoint, withWeights);
    std::vector<std::string> files;
    ConfigList names;
    for (const auto& [name, tensor] : all.tensors) {
        files.push_back(encodeNpy(tensor));
        names.push_back(ConfigObject{{"name", name}, {"bytes", std::ssize(files.back())}});
    }
    std::string bytes
        = writeJson(ConfigObject{{"state", all.json}, {"tensors", names}}, JsonStyle::Compact)
        + "\n";
    for (const std::string& file : files)
        bytes += file;
    return bytes;
}

Result<Checkpoint> decodeCheckpoint(std::string_view bytes, const Limits& limits)
{
    const std::size_t line = bytes.find('\n');
    if (line == std::string_view::npos)
        return broken("checkpoint", LB_TR("Error", "is cut off"));
    LB_TRY(head, parseJson(bytes.substr(0, line), limits));
    bytes.remove_prefix(line + 1);
    StoredCheckpoint all;
    Fields fields(head, "checkpoint/");
    fields.need("state", all.json);
    fields.each("tensors", [&](const Config& item, const std::string& where) -> Result<> {
        std::string name;
        std::int64_t size = 0;
        Fields entry(item, where);
        entry.need("name", name);
        entry.need("bytes", size);
        Config foreign;
        if (Result<> done = entry.done(foreign); !done.ok())
            return done;
        if (size < 0 || size > std::ssize(bytes))
            return broken(where + "bytes", LB_TR("Error", "the file is cut off"));
        auto tensor = decodeNpy(bytes.substr(0, static_cast<std::size_t>(size)), limits);
        if (!tensor.ok())
            return Error{tensor.error().code, where, tensor.error().message};
        bytes.remove_prefix(static_cast<std::size_t>(size));
        if (!all.tensors.emplace(name, std::move(tensor.value())).second)
            return broken(where + "name", LB_TR("Error", "stands there twice"));
        return std::monostate{};
    });
    Config foreign;
    if (Result<> done = fields.done(foreign); !done.ok())
        return std::move(done.error());
    if (!bytes.empty())
        return broken("checkpoint", LB_TR("Error", "has more bytes than it says"));
    return restored(all);
}

} // namespace lb
