#include "core/conform/table_call.h"

#include "core/conform/numbers.h"
#include "core/layers/columns_layer.h"
#include "core/tensor/dispatch.h"

namespace lb {
namespace {

std::string namesIn(const TableColumns& table)
{
    std::string names;
    for (const auto& [name, tensor] : table)
        names += (names.empty() ? "" : ", ") + name;
    return names;
}

/// `count` rows of a tensor.
Tensor someRows(const Tensor& tensor, std::int64_t first, std::int64_t count)
{
    Shape shape = tensor.shape();
    shape.front() = count;
    const auto width = static_cast<std::size_t>(elementCount(std::span(shape).subspan(1)));
    return dispatchAny(tensor.dtype(), [&]<typename T>(const T&) {
        return Tensor::make<T>(shape, [&](std::span<T> out) {
            std::ranges::copy(tensor.values<T>().subspan(static_cast<std::size_t>(first) * width,
                                                         out.size()),
                              out.begin());
        });
    });
}

} // namespace

bool isTable(const Config& json)
{
    const auto* object = json.as<ConfigObject>();
    return object && !object->empty() && !(json.find("dtype") && json.find("value"));
}

Result<TableColumns> tableColumns(const Config& json)
{
    TableColumns table;
    const auto* object = json.as<ConfigObject>();
    for (const auto& [name, value] : object ? *object : ConfigObject{}) {
        Result<Tensor> column = tensorOf(value);
        if (!column.ok())
            return Error{column.error().code, name, column.error().message};
        table.emplace(name, std::move(column.value()));
    }
    return table;
}

Result<std::vector<Tensor>> tableInputs(const LayerType& type, const Config& config,
                                        const TableColumns& table)
{
    const auto* named = dynamic_cast<const ColumnsLayerType*>(&type);
    if (!named)
        return Error{ErrorCode::BadParameter,
                     "",
                     {LB_TR("Error", "%1 is not called on the columns of a table, but on values: a list "
                                     "in place of the names"),
                      {std::string(type.kerasClass())}}};
    LB_TRY(names, named->columns(config));
    std::vector<Tensor> inputs;
    for (const std::string& name : names) {
        const auto found = table.find(name);
        if (found == table.end())
            return Error{ErrorCode::NotFound,
                         name,
                         {LB_TR("Error", "is no column of the table; it has: %1"), {namesIn(table)}}};
        inputs.push_back(found->second);
    }
    return inputs;
}

Config tableOfResults(const LayerType& type, const Config& config, std::span<const Tensor> outputs)
{
    const auto* named = dynamic_cast<const ColumnsLayerType*>(&type);
    const auto names = named ? named->results(config) : Result<std::vector<std::string>>({});
    if (!names.ok() || names.value().empty() || names.value().size() != outputs.size())
        return {};
    ConfigObject table;
    for (std::size_t i = 0; i < outputs.size(); ++i)
        table.emplace(names.value()[i], listsOf(outputs[i]));
    return table;
}

Result<StateHandle> learnedFromTable(const AdaptableLayerType& type, const Config& config,
                                     const TableColumns& table)
{
    LB_TRY(columns, tableInputs(type, config, table));
    const auto& learner = dynamic_cast<const ColumnsLayerType&>(type);
    std::int64_t rows = 0;
    for (const Tensor& column : columns) {
        if (column.shape().empty() || (&column != &columns.front() && column.shape().front() != rows))
            return Error{ErrorCode::BadShape, "",
                         LB_TR("Error", "the columns to learn from must have equally many rows")};
        rows = column.shape().front();
    }
    AdaptableLayerType::Summary sum;
    for (std::int64_t first = 0; first < rows; first += ColumnsLayerType::kUpdateRows) {
        std::vector<Tensor> block;
        for (const Tensor& column : columns)
            block.push_back(
                someRows(column, first, std::min(ColumnsLayerType::kUpdateRows, rows - first)));
        LB_TRY(next, learner.summarise(config, block));
        LB_TRY(folded, learner.fold(config, std::move(sum), next));
        sum = std::move(folded);
    }
    return learner.finish(config, sum);
}

} // namespace lb
