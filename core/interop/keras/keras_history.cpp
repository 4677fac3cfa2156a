#include "core/interop/keras/keras_history.h"

#include "core/interop/keras/reading.h"

#include <algorithm>

namespace lb {
namespace {

std::optional<KerasHistory> historyOfTensor(const Config& tensor)
{
    const Config* config = tensor.find("config");
    const Config* history = config ? config->find("keras_history") : nullptr;
    return history ? kerasHistoryOf(*history) : std::nullopt;
}

bool isOneOf(const Config& tensor, const std::set<std::string, std::less<>>& masks)
{
    const auto history = historyOfTensor(tensor);
    return history && masks.contains(history->layer);
}

} // namespace

std::optional<KerasHistory> kerasHistoryOf(const Config& config)
{
    const auto* list = config.as<ConfigList>();
    if (!list || list->size() < 3)
        return {};
    const auto* layer = (*list)[0].as<std::string>();
    const auto* node = (*list)[1].as<std::int64_t>();
    const auto* port = (*list)[2].as<std::int64_t>();
    if (!layer || !node || !port)
        return {};
    return KerasHistory{*layer, *node, *port};
}

std::vector<std::string> kerasInputNames(const Config& config)
{
    std::vector<std::string> names;
    const auto take = [&](const Config& history) {
        if (const auto input = kerasHistoryOf(history))
            names.push_back(input->layer);
    };
    const Config* layers = config.find("input_layers");
    if (const auto* object = layers ? layers->as<ConfigObject>() : nullptr)
        for (const auto& [key, history] : *object)
            take(history);
    else if (const auto* list = layers ? layers->as<ConfigList>() : nullptr)
        std::ranges::for_each(*list, take);
    return names;
}

Result<std::vector<KerasHistory>> kerasArguments(const Config& inboundNode,
                                                 const std::string& name,
                                                 const std::set<std::string, std::less<>>& masks)
{
    std::vector<KerasHistory> tensors;
    const auto take = [&](const Config* history) {
        if (const auto tensor = history ? kerasHistoryOf(*history) : std::nullopt)
            tensors.push_back(*tensor);
        return history && kerasHistoryOf(*history);
    };
    const Error noTensor
        = notComputed(name, LB_TR("Error", "is called on something other than a tensor"));
    if (const auto* list = inboundNode.as<ConfigList>()) {
        for (const Config& item : *list)
            if (!take(&item))
                return noTensor;
        return tensors;
    }
    const ConfigList* arguments = listEntry(inboundNode, "args");
    if (!arguments)
        return Error{ErrorCode::BadFile, name, LB_TR("Error", "has a call without arguments")};
    for (const Config& argument : *arguments) {
        const auto* several = argument.as<ConfigList>();
        for (const Config& tensor : several ? *several : ConfigList{argument}) {
            const Config* config = tensor.find("config");
            if (!take(config ? config->find("keras_history") : nullptr))
                return noTensor;
        }
    }
    const Config* keywords = inboundNode.find("kwargs");
    if (const auto* object = keywords ? keywords->as<ConfigObject>() : nullptr)
        for (const auto& [key, value] : *object)
            if (!value.isNull() && !(key == "mask" && isOneOf(value, masks)))
                return notComputed(name + "/" + key,
                                   LB_TR("Error", "this argument of a call is not read yet"));
    return tensors;
}

std::optional<KerasHistory> kerasMaskSource(const Config& entry)
{
    const Config* name = entry.find("class_name");
    const Config* module = entry.find("module");
    const auto* from = module ? module->as<std::string>() : nullptr;
    const ConfigList* calls = listEntry(entry, "inbound_nodes");
    if (!name || *name != Config("NotEqual") || !from || !from->starts_with("keras.src.ops")
        || !calls || calls->size() != 1)
        return {};
    const ConfigList* arguments = listEntry(calls->front(), "args");
    if (!arguments || arguments->size() != 2 || (*arguments)[1] != Config(0))
        return {};
    return historyOfTensor(arguments->front());
}

} // namespace lb
