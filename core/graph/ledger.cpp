#include "core/graph/ledger.h"

#include "core/graph/analysis.h"
#include "core/graph/column_ports.h"
#include "core/graph/column_walk.h"
#include "core/graph/flow.h"
#include "core/layers/learns_with.h"
#include "core/support/json.h"
#include "core/support/sha256.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>

namespace lb::ledger {
namespace {

constexpr std::size_t kMostKept = 10;
constexpr std::array<std::string_view, 4> kSplits{"training", "validation", "all", kTyped};

std::string textOf(const Config& record, std::string_view key)
{
    const Config* value = record.find(key);
    const auto* text = value ? value->as<std::string>() : nullptr;
    return text ? *text : std::string();
}

/// Counting is the same for all modes that count; only ids keep a place for the mask, and only
/// tf_idf learns weights.
Config ofMode(const Config& mode)
{
    return mode == Config("int") || mode == Config("tf_idf") ? mode : Config("codes");
}

std::string utcNow()
{
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 32> text{};
    const std::size_t length
        = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text.data(), length};
}

/// All columns count where none of them is known to lead there.
std::string dataBehind(const Document& document, const Node* node, std::span<const PortRef> wires,
                       const Facts& facts)
{
    if (!node || facts.dataHash.empty())
        return facts.dataHash;
    const std::string columns = columnsBehind(document, node->id, wires, [&facts](int port) {
        const auto column = static_cast<std::size_t>(port);
        if (column < facts.columnHashes.size())
            return facts.columnHashes[column];
        // behind the last column comes the label
        return facts.columnHashes.empty() ? facts.dataHash : sha256Hex("label" + facts.dataHash);
    });
    return columns.empty() ? facts.dataHash : columns;
}

} // namespace

std::string_view nameOf(Split split)
{
    return split == Split::Unknown ? std::string_view()
                                   : kSplits.at(static_cast<std::size_t>(split));
}

Split splitOf(const AdaptedState& state)
{
    const std::string name = textOf(state.record, "split");
    const std::string data = textOf(state.record, "data");
    if (data == kTyped)
        return Split::Typed;
    const auto found = std::ranges::find(kSplits, name);
    if (found != kSplits.end())
        return static_cast<Split>(found - kSplits.begin());
    return data.empty() ? Split::Unknown : Split::Training; // as records were before they said so
}

std::string parametersHash(const LayerType& type, const Config& config)
{
    const auto* learns = dynamic_cast<const LearnsWith*>(&type);
    if (!learns)
        return sha256Hex(writeJson(config, JsonStyle::Compact));
    ConfigObject counted;
    for (const std::string_view key : learns->learnedWith()) {
        const auto spec = std::ranges::find(type.specs(), key, &ParamSpec::key);
        if (spec == type.specs().end())
            continue;
        const Config* given = config.find(key);
        const Config value = given ? *given : spec->kerasDefault;
        counted[std::string(key)] = key == "output_mode" ? ofMode(value) : value;
    }
    return sha256Hex(writeJson(counted, JsonStyle::Compact));
}

std::string dataOf(const Document& document, const Node* node, const Facts& facts)
{
    return dataBehind(document, node, node ? flow::dataWires(*node) : std::vector<PortRef>(), facts);
}

ConfigObject dataOfPorts(const Document& document, const Node& node, const Facts& facts)
{
    ConfigObject result;
    for (const Input& input : node.inputs)
        if (const auto* wire = std::get_if<PortRef>(&input.from);
            wire && input.port != flow::kLabelPort)
            result[input.port] = dataBehind(document, &node, {wire, 1}, facts);
    return result;
}

Staleness stalenessOf(const Document& document, const LayerRegistry& registry,
                      const LayerDef& layer, const Node* node, const Facts& facts)
{
    if (!layer.adapted)
        return Staleness::Fresh;
    const Config& record = layer.adapted->record;
    if (splitOf(*layer.adapted) != Split::Typed) {
        const std::string data = textOf(record, "data"), input = textOf(record, "input");
        const std::string dataNow = dataOf(document, node, facts);
        if (!data.empty() && !dataNow.empty() && data != dataNow)
            return Staleness::OtherData;
        const std::string now = node ? learnedFrom(document, *node) : std::string();
        if (!input.empty() && !now.empty() && input != now)
            return Staleness::OtherInput;
    }
    const std::string parameters = textOf(record, "parameters");
    const auto type = registry.find(layer.kerasClass);
    if (!parameters.empty() && type.ok()
        && parameters != parametersHash(*type.value(), layer.config))
        return Staleness::OtherParameters;
    return Staleness::Fresh;
}

Config recorded(ConfigObject record, const StateHandle& before)
{
    record.try_emplace("at", utcNow());
    ConfigList history;
    if (before)
        for (const Config& entry : entries(*before))
            if (const auto* fields = entry.as<ConfigObject>(); fields && history.size() < kMostKept) {
                ConfigObject kept = *fields;
                kept.erase("history");
                kept.erase("columns");
                history.emplace_back(std::move(kept));
            }
    if (!history.empty())
        record["history"] = std::move(history);
    return record;
}

std::vector<Config> entries(const AdaptedState& state)
{
    std::vector<Config> result;
    if (!state.record.as<ConfigObject>())
        return result;
    result.push_back(state.record);
    const Config* history = state.record.find("history");
    if (const auto* list = history ? history->as<ConfigList>() : nullptr)
        for (const Config& entry : *list)
            if (entry.as<ConfigObject>())
                result.push_back(entry);
    return result;
}

} // namespace lb::ledger
